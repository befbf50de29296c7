"""A server killed at every named point, many times over, under clients that go on working: T1."""

import random
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from engine.upkeep import audit
from tests.faults.outcome import Outcome
from tests.faults.points import POINTS
from tests.faults.working import Drill, working

PATIENCE = 120  # seconds until a point must have been passed
MOST_PASSINGS = 2
RANDOMLY = 0.1  # of the deaths at no named point but at a random moment
TICK = timedelta(minutes=10)  # a worker has its topic for six of these
TICK_SECONDS = 0.15
AUDITED_EVERY = 10


def prove(url: str, folder: Path, kills: int, seed: int, points: list[str] | None = None) -> Outcome:
    """Kill one server of a fresh migrated database so often, let everything end, and compare."""
    outcome = Outcome("kill -9", f"{kills} at {len(points or POINTS)} points")
    with working(url, folder, seed, outcome) as drill:
        died = _die(drill, _plan(kills, seed, points or POINTS), outcome)
    outcome.note = f"{len(died)} points died at, {len(drill.crew.receipts)} reports, seed {seed}"
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


def _die(drill: Drill, plan: list[tuple[str | None, int]], outcome: Outcome) -> Counter[str]:
    """Let one server after the other live and die; how many died at each point. The last one lives."""
    died: Counter[str] = Counter()
    chance = random.Random(drill.crew.seed)
    for number, (point, nth) in enumerate(plan, 1):
        drill.mortal.start(point, nth)
        dead = _until_dead(drill, PATIENCE if point else 0.3 + chance.random())
        if not dead:
            drill.mortal.kill()
        if point and not dead:
            outcome.faults.append(f"never passed: {point}")
        elif point:
            died[point] += 1
        if number % AUDITED_EVERY == 0:
            outcome.faults += [f"audit after {number}: {each}" for each in audit.verify(drill.house)]
    drill.mortal.start()
    return died


def _until_dead(drill: Drill, seconds: float) -> bool:
    """Let time pass, fast, until the server dies or it has lived long enough."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        drill.tick(TICK)
        if drill.mortal.died(TICK_SECONDS):
            return True
    return False
