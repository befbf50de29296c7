"""Timers that fall due while schedulers are killed without end: each fires once, never early (T3)."""

import random
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from engine.clock import ManualClock, SystemClock
from engine.db import events
from engine.db.models import Job, WorkItem
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.faults.matching import Match, match
from tests.faults.mortal import Mortal, Role
from tests.faults.outcome import Outcome
from tests.faults.points import POINTS
from tests.support.agency import open_agency, open_house
from tests.support.server import LiveServer

LIMIT = timedelta(hours=1)  # of the drawn timer
LIVES = [point for point in POINTS if point.startswith("due jobs") and "outbox" not in point]
PATIENCE = 180.0  # seconds for what is still due when the killing is over
SETTLED = 1.0  # seconds in which nothing more may happen


def prove(url: str, folder: Path, timers: int, kills: int, seconds: float, seed: int) -> Outcome:
    """So many timers fall due within so many seconds, in which so many schedulers die.

    On PostgreSQL two schedulers rival; on SQLite the one inside the server dies.
    """
    sqlite = url.startswith("sqlite")
    outcome = Outcome("timers", f"{timers} timers, {kills} kills of {1 if sqlite else 2} schedulers")
    house, clock = open_house(url, folder / "data")
    try:
        open_agency(house)
        server = LiveServer(folder, database_url=url)
        del server.environment["ALUR_CLOCK_FILE"]  # real time: lateness is measured
        due = _start(house, clock, timers, seconds, random.Random(seed))
        roles = [Role.ALL] if sqlite else [Role.LONE_SCHEDULER] * 2
        mortals = [Mortal(server.environment, server.log, role) for role in roles]
        try:
            dead = _kill(mortals, kills, seconds, random.Random(seed))
            _wait(house, mortals, timers)
        finally:
            for mortal in mortals:
                mortal.close()
        _judge(house, due, outcome)
        outcome.note += f", {dead} at named points, seed {seed}"
    finally:
        house.database.close()
    return outcome


def _start(
    house: House, clock: ManualClock, timers: int, seconds: float, chance: random.Random
) -> dict[str, datetime]:
    """Cases begun an hour before they fall due; their instances and instants."""
    agency_id = world.only_agency(house)
    world.put_timed_in_force(house, agency_id)
    begun = SystemClock().now()
    # Opening a case costs time as well: the first falls due when the last is surely open.
    first = begun + timedelta(seconds=2 + timers * 0.03) - LIMIT
    due = {}
    for _ in range(timers):
        clock.set(first + timedelta(seconds=round(chance.uniform(0, seconds), 3)))
        due[world.open_timed(house, agency_id)] = clock.now() + LIMIT
    return due


def _kill(mortals: list[Mortal], kills: int, seconds: float, chance: random.Random) -> int:
    """Let one after the other die, at a named point where it comes to one in time; how many did."""
    pause, named = seconds / kills, 0
    for number in range(kills):
        end = time.monotonic() + pause
        for mortal in mortals:
            if mortal.died(0):
                mortal.start(chance.choice([*LIVES, None]), chance.randint(1, 3))
        victim = mortals[number % len(mortals)]
        if victim.died(pause):
            named += 1
        else:
            victim.kill()
        time.sleep(max(0.0, end - time.monotonic()))
    return named


def _wait(house: House, mortals: list[Mortal], timers: int) -> None:
    """Let everybody live until nothing is due any more, and a moment longer."""
    for mortal in mortals:
        mortal.kill()
        mortal.start()
    end = time.monotonic() + PATIENCE
    while _left(house) and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(SETTLED)


def _left(house: House) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def _judge(house: House, due: dict[str, datetime], outcome: Outcome) -> None:
    found = match(due, _fired(house))
    outcome.missed, outcome.twice = len(found.missed), len(found.extra)
    outcome.faults += [f"before its time: {key}" for key in found.early]
    outcome.faults += _untold(house)
    with house.database.read() as session:
        items = session.scalar(select(func.count()).select_from(WorkItem).where(WorkItem.element == "t"))
    if items != len(due):
        outcome.faults.append(f"{items} tasks stand behind {len(due)} timers")
    outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
    outcome.note = _lateness(found)


def _fired(house: House) -> list[tuple[str, datetime]]:
    with house.database.read() as session:
        return [(str(event.instance_id), event.at) for event in events.read(session, kinds=("timer_fired",))]


def _untold(house: House) -> list[str]:
    """Firings whose history does not tell how late they were."""
    with house.database.read() as session:
        return [
            f"lateness of {event.instance_id} is told as {event.data.get('late_seconds')}"
            for event in events.read(session, kinds=("timer_fired",))
            if event.data.get("late_seconds")
            != int((event.at - datetime.fromisoformat(event.data["due"])).total_seconds())
        ]


def _lateness(found: Match) -> str:
    return f"late p50 {found.late(0.5):.1f} s, p99 {found.late(0.99):.1f} s, most {found.late(1):.1f} s"
