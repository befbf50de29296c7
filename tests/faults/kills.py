"""A server killed at every named point, many times over, under clients that go on working: T1."""

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults.crew import Crew
from tests.faults.drill import place
from tests.faults.drill.judge import judge
from tests.faults.mortal import Mortal
from tests.faults.outcome import Outcome
from tests.faults.points import POINTS
from tests.support.agency import START, open_house
from tests.support.server import LiveServer

SERVER_KEY = b"a key for tests only, thirty-two bytes long"
PATIENCE = 60  # seconds until a point must have been passed
MOST_PASSINGS = 2
RANDOMLY = 0.1  # of the deaths at no named point but at a random moment
TICK = timedelta(minutes=20)
TICK_SECONDS = 0.15
AUDITED_EVERY = 10


def prove(url: str, folder: Path, kills: int, seed: int, points: list[str] | None = None) -> Outcome:
    """Kill one server of a fresh migrated database so often, let everything end, and compare."""
    outcome = Outcome("kill -9", f"{kills} at {len(points or POINTS)} points")
    house, _ = open_house(url, folder / "data")
    house.key = SERVER_KEY
    try:
        tokens = place.furnish(house)
        server = LiveServer(folder, database_url=url, now=START.isoformat())
        mortal = Mortal(server.environment, server.log)
        crew = Crew(house, tokens, mortal.url, seed)
        try:
            died = _die(house, server, mortal, crew, _plan(kills, seed, points or POINTS), outcome)
        finally:
            mortal.close()
        _compare(house, crew, outcome)
        outcome.note = f"{len(died)} points died at, {len(crew.receipts)} reports, seed {seed}"
    finally:
        house.database.close()
    return outcome


def _plan(kills: int, seed: int, points: list[str]) -> list[tuple[str | None, int]]:
    """Each point in turn, in an order of its own each time, at its first passings or a little later."""
    chance = random.Random(seed)
    plan: list[tuple[str | None, int]] = []
    while len(plan) < kills:
        plan += [
            (point if chance.random() > RANDOMLY else None, chance.randint(1, MOST_PASSINGS))
            for point in chance.sample(points, len(points))
        ]
    return plan[:kills]


def _die(
    house: House,
    server: LiveServer,
    mortal: Mortal,
    crew: Crew,
    plan: list[tuple[str | None, int]],
    outcome: Outcome,
) -> Counter[str]:
    died: Counter[str] = Counter()
    chance = random.Random(crew.seed)
    now = START
    crew.start()
    try:
        for number, (point, nth) in enumerate(plan, 1):
            mortal.start(point, nth)
            now, dead = _until_dead(server, mortal, now, PATIENCE if point else 0.3 + chance.random())
            if not dead:
                mortal.kill()
            if point and not dead:
                outcome.faults.append(f"never passed: {point}")
            elif point:
                died[point] += 1
            if number % AUDITED_EVERY == 0:
                outcome.faults += [f"audit after {number}: {each}" for each in audit.verify(house)]
        mortal.start()
    finally:
        crew.stop()
    house.clock.set(now)  # type: ignore[attr-defined]
    return died


def _until_dead(server: LiveServer, mortal: Mortal, now: datetime, seconds: float) -> tuple[datetime, bool]:
    """Let time pass, fast, until the server dies or it has lived long enough."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now += TICK
        server.set_clock(now.isoformat())
        if mortal.died(TICK_SECONDS):
            return now, True
    return now, False


def _compare(house: House, crew: Crew, outcome: Outcome) -> None:
    place.bring_to_an_end(house)
    found = judge(house, crew.receipts)
    outcome.lost, outcome.twice = len(found.lost), len(found.twice) + len(crew.differing)
    outcome.faults += found.lost + found.twice + [f"two answers to {key}" for key in crew.differing]
    outcome.faults += [f"refused {what} {count} times" for what, count in crew.refused.items()]
    outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
    outcome.faults += _told_twice("task", crew.completed) + _told_twice("topic", crew.worked)
    if not crew.receipts or not crew.completed:
        outcome.faults.append("the clients got nothing done")


def _told_twice(what: str, acknowledged: "Counter[Any]") -> list[str]:
    return [f"{what} {key} completed {n} times" for key, n in acknowledged.items() if n > 1]
