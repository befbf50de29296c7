"""Timers that fall due together fire at a fair share of the token engine's own speed, database and all."""

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from sqlalchemy import select, update

from benchmarks import gate
from benchmarks.databases import POSTGRES, SQLITE, TITLES, fresh
from benchmarks.floor import Ground, SharingEngine
from benchmarks.office import open_engine
from benchmarks.report import ROUNDS, Ratio
from benchmarks.seed import seed
from engine.db import events
from engine.db.models import Instance, Job
from engine.runtime import jobs
from engine.runtime.house import House

SHARE = {SQLITE: 0.5, POSTGRES: 0.35}
AT_THE_TIMER = (0, 1, 0, 0, 0)


def run(ground: Ground) -> Iterator[Ratio]:
    """Timers per second over steps per second of the token engine as it comes, in turn."""
    engine = SharingEngine()
    for kind in ground.sizes.kinds:
        with fresh(kind) as another, open_engine(another()) as house:
            seed(house, ground.sizes.timers, quiet=True, at_task=AT_THE_TIMER)
            before = gate.counts(house)
            due = _make_due(house)
            rounds = [(_fire(house, due // ROUNDS), engine.rate()) for _ in range(ROUNDS)]
            _fire(house, due)
            _check(house, before, due)
        fired, steps = rounds[-1]
        yield Ratio(
            f"timers fired/s ÷ steps/s of the token engine, {TITLES[kind]}",
            [fired / steps for fired, steps in rounds],
            SHARE[kind],
            f"{fired:.0f} timers/s, {steps:.0f} steps/s, {due:,} due together",
            at_least=True,
        )


def _make_due(house: House) -> int:
    """Let every drawn timer fall due an hour ago, one second apart; how many there are."""
    with house.database.write() as session:
        ids = session.scalars(select(Job.id).where(Job.kind == "timer").order_by(Job.id)).all()
        hour = house.now() - timedelta(hours=1)
        for at, job_id in enumerate(ids):
            due_at = hour + timedelta(milliseconds=at)
            session.execute(update(Job).where(Job.id == job_id).values(due_at=due_at))
        return len(ids)


def _fire(house: House, wanted: int) -> float:
    """Fire at least so many, or all that are left; timers per second."""
    start, fired = perf_counter(), 0
    while fired < wanted and (count := jobs.run_due(house, min(jobs.BATCH, wanted - fired))):
        fired += count
    return fired / (perf_counter() - start)


def _check(house: House, before: dict[str, int], due: int) -> None:
    """Each timer fired once, is gone, and left its events; no case was lost or ended."""
    after = gate.counts(house)
    with house.database.read() as session:
        fired = len(events.read(session, kinds=("timer_fired",)))
        open_now = len(session.scalars(select(Instance.id).where(Instance.state == "active")).all())
    wanted = {"jobs": before["jobs"] - due, "open": before["instances"], "items": before["work_items"]}
    gate.must_equal(
        "after the timers",
        {"fired": due, **wanted},
        {"fired": fired, "jobs": after["jobs"], "open": open_now, "items": after["work_items"]},
    )
