"""W5: many timers fall due in one second while officers work; their steps get hardly slower.

Officers work at a fixed pace, first in quiet, then from the instant of the burst until its last timer fired.
A step's time counts from the instant at which it should have begun: who has to wait in line waits too.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter, sleep

from sqlalchemy import and_, or_, select, update

from benchmarks import gate
from benchmarks.databases import POSTGRES
from benchmarks.floor import Ground
from benchmarks.office import Client, office, open_engine
from benchmarks.report import Ratio, percentile
from benchmarks.seed import SOLO
from benchmarks.sop5 import FORM
from benchmarks.staff import officer
from benchmarks.stores import pair
from engine.db import events
from engine.db.history import HEADS, HISTORY
from engine.db.models import Job, WorkItem
from engine.runtime.house import House
from engine.runtime.jobs import IS_WAITING
from engine.runtime.queue import IS_OPEN

PACE = 20.0  # steps per second of all officers together
OFFICERS = 4
QUIET = timedelta(seconds=30)
STARTING = timedelta(seconds=25)  # of the servers
PROCESSES = {POSTGRES: 2}
LONGEST = 1800.0  # seconds of a burst
ALLOWED = 2.0
TASKS = 10_000  # at most


@dataclass(frozen=True)
class Scene:
    """What was there before: tasks to complete (id and version), ends of chains, what falls due when."""

    tasks: list[tuple[str, int]]
    ends: dict[str, int]
    due: int
    begin: datetime


def run(ground: Ground) -> Iterator[Ratio]:
    """p99 of completing a task during the burst over that before it."""
    for kind in ground.sizes.kinds:
        with pair(kind, ground.sizes) as stores:
            with open_engine(stores.large) as house:
                scene = _prepare(house, ground.sizes.timers)
            with office(stores.large, PROCESSES.get(kind, 1)) as opened:
                tasks = iter(scene.tasks)
                # Who signs in from another process waits for SQLite's file, which officers never do.
                clients = [opened.client(0, SOLO, number) for number in range(OFFICERS)]
                calm = _work(clients, tasks, partial(_is_before, opened.house, scene))
                start = perf_counter()
                busy = _work(clients, tasks, partial(_is_left, opened.house, scene))
                took = perf_counter() - start
                late = _check(opened.house, scene, len(calm) + len(busy))
        low, high = percentile(calm, 0.99), percentile(busy, 0.99)
        yield Ratio(
            f"p99 of a step in a burst of timers ÷ in quiet, {stores.title}",
            [high / low],
            ALLOWED,
            f"p50 {percentile(calm, 0.5):.0f} → {percentile(busy, 0.5):.0f} ms, p99 {low:.0f} → {high:.0f} ms"
            f" ({len(calm)} and {len(busy)} steps); {scene.due:,} timers, {scene.due / took:.0f}/s,"
            f" the last {late:.0f} s late",
        )


def _prepare(house: House, timers: int) -> Scene:
    """Let so many timers fall due in one instant; the tasks that people complete are of other cases."""
    begin = house.now() + STARTING + QUIET
    with house.database.write() as session:
        query = select(WorkItem.id, WorkItem.version).where(
            WorkItem.assignee_id == officer(SOLO), IS_OPEN, WorkItem.element != "t2"
        )
        tasks = [(item, version) for item, version in session.execute(query.limit(TASKS))]
        ends = {row.agency_id: row.seq for row in session.execute(select(HEADS))}
        chosen = select(Job.id).where(Job.kind == "timer", IS_WAITING).order_by(Job.id).limit(timers)
        moved = session.execute(update(Job).where(Job.id.in_(chosen)).values(due_at=begin))
        return Scene(tasks, ends, moved.rowcount, begin)  # type: ignore[attr-defined]  # of an UPDATE


def _work(clients: list[Client], tasks: Iterator[tuple[str, int]], going: Callable[[], bool]) -> list[float]:
    """Officers complete tasks at their pace for as long as it is going; milliseconds of each."""
    stop, start = [False], perf_counter()

    def by_one(number: int) -> list[float]:
        took, planned = [], start + number / PACE
        while not stop[0] and (task := next(tasks, None)):
            sleep(max(0.0, planned - perf_counter()))
            body = {"version": task[1], "answers": FORM}
            clients[number].call("POST", f"work-items/{task[0]}/complete", body)
            took.append((perf_counter() - planned) * 1000)
            planned += OFFICERS / PACE
        return took

    with ThreadPoolExecutor(OFFICERS) as pool:
        working = [pool.submit(by_one, number) for number in range(OFFICERS)]
        while going() and perf_counter() - start < LONGEST:
            sleep(0.5)
        stop[0] = True
        return [each for one in working for each in one.result()]


def _is_before(house: House, scene: Scene) -> bool:
    return house.now() < scene.begin


def _is_left(house: House, scene: Scene) -> bool:
    """Whether a timer of the burst has not fired yet."""
    with house.database.read() as session:
        query = select(Job.id).where(IS_WAITING, Job.due_at <= scene.begin, Job.kind == "timer")
        return session.scalar(query.limit(1)) is not None


def _check(house: House, scene: Scene, steps: int) -> float:
    """Each timer fired once and each step was done once; seconds from the burst to its last timer."""
    with house.database.read() as session:
        new = or_(*(and_(HISTORY.c.agency_id == of, HISTORY.c.seq > seq) for of, seq in scene.ends.items()))
        told = events.read(session, new, kinds=("timer_fired", "task_completed"))
    fired = [event for event in told if event.kind == "timer_fired"]
    cases = {event.instance_id for event in fired}
    gate.must_equal(
        "after the burst",
        {"fired": scene.due, "cases": scene.due, "steps": steps},
        {"fired": len(fired), "cases": len(cases), "steps": len(told) - len(fired)},
    )
    return (max(event.at for event in fired) - scene.begin).total_seconds()
