"""Timers that fall due together fire at a fair share of the token engine's own speed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from benchmarks import gate
from benchmarks.databases import POSTGRES, SQLITE, TITLES, fresh
from benchmarks.floor import Ground
from benchmarks.office import open_engine
from benchmarks.report import ROUNDS, Ratio
from benchmarks.seed import seed
from engine import spiff
from engine.db.models import HistoryEvent, Instance, Job
from engine.runtime import jobs
from engine.runtime.house import House
from engine.runtime.step import Step, StepServices

SHARE = {SQLITE: 0.5, POSTGRES: 0.35}
SAMPLE = 100  # steps of the bare engine in each round
AT_THE_TIMER = (0, 1, 0, 0, 0)


@dataclass(frozen=True)
class Case:
    """A case that waits for its timer, in memory."""

    compiled: spiff.Compiled
    blob: bytes
    services: StepServices
    wait_id: str


def run(ground: Ground) -> Iterator[Ratio]:
    """Timers per second over steps per second of the engine alone, in turn."""
    for kind in ground.sizes.kinds:
        with fresh(kind) as another, open_engine(another()) as house:
            seed(house, ground.sizes.timers, quiet=True, at_task=AT_THE_TIMER)
            before = gate.counts(house)
            due = _make_due(house)
            cases = _sample(house)
            rounds = [(_fire(house, due // ROUNDS), _engine(cases)) for _ in range(ROUNDS)]
            _fire(house, due)
            _check(house, before, due)
        fired, steps = rounds[-1]
        yield Ratio(
            f"timers fired/s ÷ steps/s of the engine alone, {TITLES[kind]}",
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


def _sample(house: House) -> list[Case]:
    """What the engine alone needs of some of the cases that wait."""
    with house.database.read() as session:
        query = select(Job).where(Job.kind == "timer").order_by(Job.id).limit(SAMPLE)
        return [_case(house, session, job) for job in session.scalars(query)]


def _case(house: House, session: Session, job: Job) -> Case:
    step = Step.look(house, session, job.instance_id)
    return Case(step.program.compiled, step.instance.blob, step.services, str(job.wait_id))


def _engine(cases: list[Case]) -> float:
    """Steps per second of the engine alone: load a case's state, fire its timer, run, store the state."""
    start = perf_counter()
    for case in cases:
        run = spiff.Run.load(case.compiled, case.blob, case.services)
        run.fire(case.wait_id)
        run.step()
        run.dump()
    return len(cases) / (perf_counter() - start)


def _check(house: House, before: dict[str, int], due: int) -> None:
    """Each timer fired once, is gone, and left its events; no case was lost or ended."""
    after = gate.counts(house)
    with house.database.read() as session:
        fired = len(session.scalars(select(HistoryEvent.id).where(HistoryEvent.kind == "timer_fired")).all())
        open_now = len(session.scalars(select(Instance.id).where(Instance.state == "active")).all())
    wanted = {"jobs": before["jobs"] - due, "open": before["instances"], "items": before["work_items"]}
    gate.must_equal(
        "after the timers",
        {"fired": due, **wanted},
        {"fired": fired, "jobs": after["jobs"], "open": open_now, "items": after["work_items"]},
    )
