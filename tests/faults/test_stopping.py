"""Told to stop (SIGTERM) in the middle of work, each process ends what it is at, and others do the rest."""

import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest

from engine.db import events
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.support.agency import START
from tests.support.server import ALUR, LiveServer

TIMERS = 150


def _running(place: LiveServer, command: str) -> "subprocess.Popen[bytes]":
    with place.log.open("ab") as log:
        return subprocess.Popen(
            [ALUR, *command.split()],
            env=place.environment,
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _fired(house: House) -> int:
    with house.database.read() as session:
        return len(events.read(session, kinds=("timer_fired",)))


def _wait(house: House, fired: int) -> None:
    end = time.monotonic() + 120
    while _fired(house) < fired:
        assert time.monotonic() < end, f"only {_fired(house)} of {fired} timers fired"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        pytest.param("scheduler --alone", marks=pytest.mark.postgres),
        pytest.param("worker", marks=pytest.mark.postgres),
    ],
)
def test_who_is_told_to_stop_while_busy_ends_well_and_the_rest_is_done_later(
    command: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("sqlite_url" if command == "serve" else "postgres_url")
    with world.furnished(url, tmp_path) as (house, _):
        world.start_timers(house, TIMERS)
        place = world.server(url, tmp_path)
        place.set_clock((START + timedelta(hours=2)).isoformat())
        waking = [_running(place, "scheduler")] if command == "worker" else []
        processes = [*waking, _running(place, command)]
        try:
            _wait(house, fired=1)
            processes[-1].send_signal(signal.SIGTERM)
            assert processes[-1].wait(timeout=60) == 0, place.log.read_text(encoding="utf-8")
            processes.append(_running(place, command))
            _wait(house, fired=TIMERS)
        finally:
            for process in processes:
                process.kill()
                process.wait(timeout=15)
        assert world.most_often(house, "timer_fired") == 1
        assert audit.verify(house) == []
