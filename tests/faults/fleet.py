"""Several of each on one PostgreSQL, all of them killed at random, under clients and timers."""

import random
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from engine.clock import ManualClock
from engine.db import events
from engine.db.models import Agency, Job
from engine.runtime import jobs
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.faults.drill import place
from tests.faults.matching import match
from tests.faults.mortal import Mortal, Role
from tests.faults.outcome import Outcome
from tests.faults.points import POINTS
from tests.faults.working import Drill, working
from tests.support.agency import START

FLEET = (*[Role.SCHEDULER] * 3, *[Role.WORKER] * 3, *[Role.PAGES] * 2)
LIMIT = timedelta(hours=1)  # of the drawn timer
TICK = timedelta(minutes=5)
REST_SECONDS = 0.3  # between two kills, on average
AUDITED_EVERY = 25  # kills
PATIENCE = 300.0  # seconds for what is still due when the killing is over


def prove(url: str, folder: Path, timers: int, kills: int, seed: int) -> Outcome:
    """Kill members of the fleet so often while so many timers fall due, and clients file, complete and work.

    Every second life has a fuse at some named point, which it may or may not come to before it is killed.
    """
    outcome = Outcome("fleet", f"{timers} timers, {kills} kills of 3 schedulers, 3 workers, 2 servers")
    with working(url, folder, seed, outcome, FLEET) as drill:
        due = _start(drill.house, timers, TICK * kills, random.Random(seed))
        named = _kill(drill, kills, random.Random(seed), outcome)
        _wait(drill, max(due.values()))
        found = match(due, _fired(drill.house, due))
        late = _left(drill.house, drill.now)
    outcome.missed = len(found.missed) + late
    outcome.twice += len(found.extra)
    outcome.faults += [f"before its time: {key}" for key in found.early]
    crew = drill.crew
    outcome.note = (
        f"{named} at named points, {len(crew.receipts)} reports, {sum(crew.completed.values())} tasks, "
        f"{sum(crew.worked.values())} topics, seed {seed}"
    )
    return outcome


def _start(house: House, timers: int, within: timedelta, chance: random.Random) -> dict[str, datetime]:
    """Cases that each wait for one timer, due within so long; their instances and instants."""
    with house.database.read() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == place.AGENCY)).one()
    world.put_timed_in_force(house, agency_id)
    clock, due = house.clock, {}
    assert isinstance(clock, ManualClock)
    for _ in range(timers):
        clock.set(START - LIMIT + chance.random() * within)
        due[world.open_timed(house, agency_id)] = clock.now() + LIMIT
    clock.set(START)
    return due


def _kill(drill: Drill, kills: int, chance: random.Random, outcome: Outcome) -> int:
    """Let one after the other die, and live again; how many died at a named point. In the end all live."""
    named = 0
    for number in range(1, kills + 1):
        for mortal in drill.mortals:
            if mortal.pid and mortal.died(0):
                named += 1
            if not mortal.pid:
                mortal.start(chance.choice(POINTS) if chance.random() < 0.5 else None, chance.randint(1, 3))
        drill.tick(TICK)
        time.sleep(chance.uniform(0, 2 * REST_SECONDS))
        _end(chance.choice(drill.mortals))
        if number % AUDITED_EVERY == 0:
            outcome.faults += [f"audit after {number}: {each}" for each in audit.verify(drill.house)]
    for mortal in drill.mortals:
        _end(mortal)
        mortal.start()
    return named


def _end(mortal: Mortal) -> None:
    """Kill it, wherever it stands; it may have come to its point just now."""
    if not mortal.died(0):
        mortal.kill()


def _wait(drill: Drill, last: datetime) -> None:
    """Let everybody live, past the last timer, until nothing that is due by then is left."""
    drill.now = max(drill.now, last)
    drill.tick(TICK)
    end = time.monotonic() + PATIENCE
    while _left(drill.house, drill.now) and time.monotonic() < end:
        time.sleep(0.2)


def _left(house: House, now: datetime) -> int:
    """Jobs that were due by then, of the timed cases and all others."""
    query = select(func.count()).select_from(Job).where(Job.kind.in_(jobs.DUE_KINDS), Job.state == "waiting")
    with house.database.read() as session:
        return session.scalar(query.where(Job.due_at <= now)) or 0


def _fired(house: House, due: dict[str, datetime]) -> list[tuple[str, datetime]]:
    with house.database.read() as session:
        told = events.read(session, kinds=("timer_fired",))
        return [(str(event.instance_id), event.at) for event in told if event.instance_id in due]
