"""Workers on PostgreSQL: processes that wake-ups set to work, that die, that nobody started."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from engine.db import events
from engine.db.models import Job, OutboxEntry
from engine.runtime import workers
from engine.runtime.background import DELIVERIES, DUE
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.support.agency import START
from tests.support.server import ALUR, LiveServer

pytestmark = pytest.mark.postgres
TIMERS = 60


@pytest.fixture
def place(postgres_url: str, tmp_path: Path) -> LiveServer:
    """Where the processes run; two hours after the timers began."""
    found = world.server(postgres_url, tmp_path)
    found.set_clock((START + timedelta(hours=2)).isoformat())
    return found


@pytest.fixture
def house(postgres_url: str, tmp_path: Path, place: LiveServer) -> Iterator[House]:
    """Cases whose timers are overdue for the processes, and not yet for this house."""
    with world.furnished(postgres_url, tmp_path) as (opened, _):
        world.start_timers(opened, TIMERS)
        yield opened


@pytest.fixture
def hands(house: House) -> Iterator[workers.WorkersHands]:
    """Those of a scheduler."""
    with closing(workers.WorkersHands(house)) as opened:
        yield opened


def test_a_worker_sleeps_until_it_is_woken_and_then_does_it_all(
    house: House, place: LiveServer, hands: workers.WorkersHands
) -> None:
    with _running(place, "worker", "worker"):
        _wait(lambda: _sleeping(house) == 2)
        assert _fired(house) == 0
        assert hands.take(DUE) == 0
        _wait(lambda: _fired(house) == TIMERS)
    _each_once(house)


def test_the_scheduler_wakes_workers_and_one_that_dies_is_not_missed(house: House, place: LiveServer) -> None:
    with _running(place, "worker", "worker", "scheduler", "scheduler") as processes:
        _wait(lambda: _fired(house) > 0)
        processes[0].kill()
        _wait(lambda: _fired(house) == TIMERS and _pending(house) == 0)
    _each_once(house)


def test_without_any_worker_the_scheduler_does_it_itself(house: House, place: LiveServer) -> None:
    with _running(place, "scheduler"):
        _wait(lambda: _fired(house) == TIMERS and _pending(house) == 0)
    _each_once(house)


def test_a_wake_up_is_left_once_and_a_lost_one_is_left_again(
    house: House, hands: workers.WorkersHands
) -> None:
    assert [hands.take(DUE), hands.take(DUE), hands.take(DELIVERIES)] == [0, 0, 0]
    assert sorted(_wake_ups(house)) == [(DELIVERIES, "todo"), (DUE, "todo")]
    _sql(house, "DELETE FROM procrastinate_jobs WHERE task_name = 'due'")
    hands.take(DUE)
    assert (DUE, "todo") in _wake_ups(house)


def test_a_broken_queue_keeps_no_timer_from_firing(house: House, hands: workers.WorkersHands) -> None:
    _sql(house, "DROP TABLE procrastinate_jobs CASCADE")
    house.clock.set(START + timedelta(hours=2))  # type: ignore[attr-defined]
    while hands.take(DUE):
        continue
    _each_once(house)


def test_the_wake_up_of_a_dead_worker_is_offered_again(house: House, hands: workers.WorkersHands) -> None:
    hands.take(DUE)
    _sql(
        house,
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        " RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead",
    )
    asyncio.run(_revive(house))
    assert _wake_ups(house) == [(DUE, "todo")]
    _sql(house, "UPDATE procrastinate_jobs SET status = 'doing'")
    hands.take(DUE)  # somebody was quicker: the old one goes
    asyncio.run(_revive(house))
    assert _wake_ups(house) == [(DUE, "todo")]


async def _revive(house: House) -> None:
    app = workers.application(house)
    async with app.open_async():
        await workers.revive(app)


def test_without_procrastinate_the_worker_says_what_to_install(house: House, place: LiveServer) -> None:
    told = _without_procrastinate(place, "worker")
    assert told.returncode == 1
    assert "pip install 'alur[scale]'" in told.stderr


def _without_procrastinate(place: LiveServer, command: str) -> "subprocess.CompletedProcess[str]":
    code = (
        f"import sys; sys.modules['procrastinate'] = None; from webapp.cli import main; main(['{command}'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], env=place.environment, capture_output=True, text=True, timeout=120
    )


@contextmanager
def _running(place: LiveServer, *commands: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    with place.log.open("ab") as log:
        processes = [
            subprocess.Popen([ALUR, command], env=place.environment, stdout=log, stderr=log)
            for command in commands
        ]
    try:
        yield processes
        assert all(process.poll() in (None, -9) for process in processes), place.log.read_text()
    finally:
        for process in processes:
            process.kill()
            process.wait(timeout=30)


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def _fired(house: House) -> int:
    with house.database.read() as session:
        return len(events.read(session, kinds=("timer_fired",)))


def _pending(house: House) -> int:
    with house.database.read() as session:
        query = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.state == "pending")
        return session.scalar(query) or 0


def _each_once(house: House) -> None:
    assert _fired(house) == TIMERS
    assert world.most_often(house, "timer_fired") == 1
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert audit.verify(house) == []


def _wake_ups(house: House) -> list[tuple[str, str]]:
    return [
        (str(name), str(status))
        for name, status in _sql(house, "SELECT task_name, status FROM procrastinate_jobs")
    ]


def _sleeping(house: House) -> int:
    """How many workers listen for a wake-up."""
    listening = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    return len(_sql(house, listening))


def _sql(house: House, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(workers.address(house), options=workers.OPTIONS) as connection:
        cursor = connection.execute(statement)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []
