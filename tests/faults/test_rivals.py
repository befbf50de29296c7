"""Two `alur scheduler` on one PostgreSQL: each timer fires once, though one of them dies."""

import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.db import events
from engine.db.models import Instance, Job
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.support.agency import START
from tests.support.server import ALUR, LiveServer

pytestmark = pytest.mark.postgres


def test_each_timer_fires_once_though_one_scheduler_dies(postgres_url: str, tmp_path: Path) -> None:
    timers = 15
    with world.furnished(postgres_url, tmp_path) as (house, _):
        world.start_timers(house, timers)
        place = world.server(postgres_url, tmp_path)
        place.set_clock((START + timedelta(hours=2)).isoformat())
        _fire_with_a_death(house, place, timers)
        assert _fired(house) == timers + 1
        assert world.most_often(house, "timer_fired") == 1
        with house.database.read() as session:
            assert session.scalar(select(func.count()).select_from(Job)) == 0
            assert session.scalar(select(func.count()).select_from(Instance)) == timers + 1
        assert len(world.open_items(house, "t")) == timers + 1
        assert audit.verify(house) == []


def _fire_with_a_death(house: House, place: LiveServer, timers: int) -> None:
    """Two schedulers fire what is due, until one of them is killed in the middle of it."""
    rivals = [_scheduler(place), _scheduler(place)]
    try:
        _wait(house, fired=timers // 5)
        rivals[0].kill()
        _wait(house, fired=timers)
        world.open_timed(house, world.only_agency(house))
        _wait(house, fired=timers + 1)  # one more beat came, and fired this one alone
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait(timeout=15)


def _scheduler(place: LiveServer) -> "subprocess.Popen[bytes]":
    with place.log.open("ab") as log:
        return subprocess.Popen(
            [ALUR, "scheduler"],
            env=place.environment,
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _wait(house: House, fired: int) -> None:
    end = time.monotonic() + 120
    while _fired(house) < fired:
        assert time.monotonic() < end, f"only {_fired(house)} of {fired} timers fired"
        time.sleep(0.02)


def _fired(house: House) -> int:
    with house.database.read() as session:
        return len(events.read(session, kinds=("timer_fired",)))
