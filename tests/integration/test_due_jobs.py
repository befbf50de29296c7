"""Due jobs run together: oldest first, each once, whoever fails alone, and nobody waits for anybody."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.cases.filing import Filing, file
from engine.cases.opening import Opening, active_definition, open_case
from engine.clock import SystemClock
from engine.db import events
from engine.db.models import Agency, Incident, Instance, Job
from engine.people.principals import SYSTEM, Principal
from engine.runtime import jobs, operations, work_items
from engine.runtime.house import House
from engine.runtime.scheduler import Heartbeat
from engine.upkeep import audit
from tests.conformance.bpmn.kit import TIMER, E, S, node, process, user
from tests.faults import world
from tests.faults.drill import place
from tests.faults.world import TIMED
from tests.integration.test_signals import HEARD, THROWN, begin, deliver, open_tasks, publish
from tests.support.agency import REPORT, START, open_agency, open_house, principal, put_files_in_force

HOUR = timedelta(hours=1)


@pytest.fixture
def timed(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house in which cases wait for one timer of an hour each; see ``_start``."""
    with _timed(database_url, tmp_path) as house:
        yield house


@contextmanager
def _timed(url: str, folder: Path) -> Iterator[House]:
    house, _ = open_house(url, folder)
    put_files_in_force(house, open_agency(house), "berwaktu", {"berwaktu.bpmn": TIMED})
    yield house
    house.database.close()


def _start(house: House, number: int) -> None:
    """Cases that began a minute after each other; the clock stands two hours after the last."""
    for _ in range(number):
        with house.database.write() as session:
            definition = active_definition(session, session.scalars(select(Agency.id)).one(), "berwaktu")
            assert definition is not None
            open_case(house, session, definition, Opening(report={}), SYSTEM)
        _pass(house, timedelta(minutes=1))
    _pass(house, 2 * HOUR)


def _pass(house: House, time: timedelta) -> None:
    house.clock.set(house.now() + time)  # type: ignore[attr-defined]


def _fired(house: House) -> list[events.HistoryEvent]:
    with house.database.read() as session:
        return events.read(session, kinds=("timer_fired",))


def _instances(house: House) -> list[str]:
    """Instances in the order in which their timers are due."""
    with house.database.read() as session:
        return list(session.scalars(select(Instance.id).order_by(Instance.id)))


def _break(house: House, instance_id: str) -> Any:
    """Let every step of one instance fail as a fault of the program does; returns what to take off again."""

    def stumble(step: Any) -> None:
        if step.instance.id == instance_id:
            raise KeyError("a fault of the program")

    house.observers.append(stumble)
    return stumble


def test_a_bounded_batch_takes_the_oldest(timed: House) -> None:
    _start(timed, 5)
    assert jobs.run_due(timed, limit=2) == 2
    assert sorted(str(event.instance_id) for event in _fired(timed)) == _instances(timed)[:2]
    assert jobs.run_due(timed) == 3
    assert jobs.run_due(timed) == 0
    assert audit.verify(timed) == []


def test_a_late_firing_says_how_late_it_was(timed: House) -> None:
    _start(timed, 1)
    jobs.run_due(timed)
    (event,) = _fired(timed)
    assert event.data == {"due": (START + HOUR).isoformat(), "late_seconds": 61 * 60}


def test_reminders_and_escalations_say_how_late_they_were(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k1"))
    with house.database.read() as session:
        soonest = session.scalars(select(Job).order_by(Job.due_at.desc()))
        due = {job.kind: job.due_at for job in soonest if job.level < 3}
    _pass(house, timedelta(days=1, hours=9))
    assert jobs.run_due(house) == 2
    with house.database.read() as session:
        for kind, told in (("reminder", "reminded"), ("escalation", "escalated")):
            (event,) = events.read(session, kinds=(told,))
            at = due[kind]
            assert at is not None
            assert event.data["late_seconds"] == (house.now() - at).total_seconds() > 0


def test_jobs_of_one_case_run_one_after_the_other_in_one_call(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k1"))
    _pass(house, timedelta(days=3))
    assert jobs.run_due(house) == 3
    with house.database.read() as session:
        told = [event.kind for event in events.read(session, kinds=("reminded", "escalated"))]
    assert told == ["reminded", "escalated", "escalated"]


def test_what_fails_fails_alone_and_the_others_fire_once(timed: House) -> None:
    _start(timed, jobs.TOGETHER + 5)
    broken = _instances(timed)[3]
    _break(timed, broken)
    assert jobs.run_due(timed) == jobs.TOGETHER + 5
    fired = [event.instance_id for event in _fired(timed)]
    assert sorted(map(str, fired)) == sorted(set(_instances(timed)) - {broken})
    with timed.database.read() as session:
        (job,) = session.scalars(select(Job))
        assert (job.instance_id, job.state, job.attempts) == (broken, "waiting", 1)
        assert job.due_at is not None and job.due_at > timed.now()
    assert jobs.run_due(timed) == 0


def test_a_job_that_was_put_off_keeps_when_it_was_due(timed: House) -> None:
    _start(timed, 1)
    stumble = _break(timed, _instances(timed)[0])
    jobs.run_due(timed)
    timed.observers.remove(stumble)
    _pass(timed, HOUR)
    assert jobs.run_due(timed) == 1
    (event,) = _fired(timed)
    assert event.data == {"due": (START + HOUR).isoformat(), "late_seconds": 121 * 60}


def test_a_job_that_fails_on_and_on_becomes_an_incident_that_a_retry_mends(timed: House) -> None:
    _start(timed, 1)
    stumble = _break(timed, _instances(timed)[0])
    for _ in range(jobs.ATTEMPTS + 2):
        jobs.run_due(timed)
        _pass(timed, HOUR)
    with timed.database.read() as session:
        incident = session.scalars(select(Incident)).one()
        assert session.scalars(select(Job)).one().state == "failed"
    timed.observers.remove(stumble)
    operations.retry(timed, _operator(timed), incident.id)
    assert jobs.run_due(timed) == 1
    assert len(_fired(timed)) == 1
    assert audit.verify(timed) == []


def _operator(house: House) -> Principal:
    return principal(house, "operator@contoh")


@pytest.mark.postgres
def test_a_case_that_somebody_works_on_is_left_and_the_others_fire(postgres_url: str, tmp_path: Path) -> None:
    with _timed(postgres_url, tmp_path) as house:
        _start(house, 3)
        busy = _instances(house)[0]
        with house.database.write() as session:
            session.scalars(select(Instance.id).where(Instance.id == busy).with_for_update()).one()
            assert jobs.run_due(house) == 2
        assert busy not in [event.instance_id for event in _fired(house)]
        assert jobs.run_due(house) == 1


def test_many_schedulers_at_once_fire_each_timer_once(timed: House) -> None:
    _start(timed, 3 * jobs.TOGETHER)
    threads = [threading.Thread(target=jobs.run_due, args=(timed,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    while jobs.run_due(timed):
        continue
    fired = [event.instance_id for event in _fired(timed)]
    assert len(fired) == len(set(fired)) == 3 * jobs.TOGETHER
    with timed.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert audit.verify(timed) == []


@pytest.mark.parametrize(
    ("stood_back_in_vain", "expected"),
    [
        (False, ["timer", "person", "timer", "timer"]),
        (True, ["timer", "timer", "timer", "person"]),  # or a busy house would fire nothing
    ],
)
def test_a_batch_ends_when_a_person_waits_to_write(
    sqlite_url: str, tmp_path: Path, stood_back_in_vain: bool, expected: list[str]
) -> None:
    with _timed(sqlite_url, tmp_path) as house:
        _start(house, 3)
        order: list[str] = []
        threads: list[threading.Thread] = []

        def write() -> None:
            with house.database.write():
                order.append("person")

        def come(step: Any) -> None:
            """In the middle of the first job somebody sends a form."""
            order.append("timer")
            if not threads:
                threads.append(threading.Thread(target=write))
                threads[0].start()
                while not house.database.wanted:
                    time.sleep(0.001)

        house.observers.append(come)
        with house.courtesy if stood_back_in_vain else nullcontext():
            assert jobs.run_due(house) == 3
        threads[0].join(timeout=30)
        assert order == expected
        assert len(_fired(house)) == 3


def test_a_batch_does_not_sort_all_that_is_due_in_the_same_instant(timed: House) -> None:
    """A hundred thousand limits may end at the close of business: no batch reads them all."""
    compiled = jobs.DUE.limit(jobs.FEW).compile(timed.database.engine)
    asked = compiled.construct_expanded_state({"now": timed.now()})
    with timed.database.engine.connect() as connection:
        if timed.database.is_sqlite:
            values = (None,) * len(asked.positional_parameters)
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked.statement}", values).all())
        else:
            for way in ("seqscan", "bitmapscan"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
            plan = str(connection.exec_driver_sql(f"EXPLAIN {asked.statement}", asked.parameters).all())
    assert "ix_jobs_due" in plan
    assert "ORDER BY" not in plan and "Sort" not in plan, plan


def test_batches_are_small_while_people_are_served(timed: House) -> None:
    _start(timed, jobs.FEW + 2)
    together: Counter[int] = Counter()
    timed.observers.append(lambda step: together.update([id(step.session)]))
    with timed.courtesy:
        assert jobs.run_due(timed) == jobs.FEW + 2
    assert max(together.values()) <= jobs.FEW < len(_fired(timed))


def test_a_beat_waits_for_what_is_due_before_the_next_one(timed: House) -> None:
    _start(timed, 1)
    timed.clock = SystemClock()
    due = timed.now() + timedelta(seconds=0.4)
    with timed.database.write() as session:
        session.scalars(select(Job)).one().due_at = due
    Heartbeat(timed).beat()
    (event,) = _fired(timed)
    assert timedelta() <= event.at - due < timedelta(seconds=0.5)


def test_what_stays_overdue_does_not_keep_a_beat_spinning(timed: House) -> None:
    looked: list[str] = []

    class Nobody:
        def take(self, name: str) -> int:
            looked.append(name)
            return 0

    _start(timed, 1)
    Heartbeat(timed, Nobody()).beat()
    assert looked == ["due"]


def test_a_beat_wakes_for_each_due_time_though_workers_are_slow(timed: House) -> None:
    woken: list[float] = []

    class Slow:
        """Workers that have done nothing yet when the next timer falls due."""

        def take(self, name: str) -> int:
            woken.append((timed.now() - begun).total_seconds())
            return 0

    _start(timed, 3)
    timed.clock = SystemClock()
    begun = timed.now()
    with timed.database.write() as session:
        for number, job in enumerate(session.scalars(select(Job)), 1):
            job.due_at = begun + timedelta(seconds=0.2 * number)
    Heartbeat(timed, Slow()).beat()
    assert len(woken) == 3
    assert all(0 <= at - 0.2 * number < 0.2 for number, at in enumerate(woken, 1))


def test_a_signal_reaches_who_began_to_wait_in_the_same_batch(house: House) -> None:
    clock = node("intermediateCatchEvent", "w", TIMER)
    waits = process(S, clock, HEARD, user("u"), E, flows="s>w w>c c>u u>e", name="menunggu")
    throws = process(S, clock, THROWN, E, flows="s>w w>t t>e", name="melempar")
    waiting = begin(house, publish(house, waits, "menunggu"))
    begin(house, publish(house, throws, "melempar"))
    _pass(house, timedelta(days=2))
    assert jobs.run_due(house) == 2
    deliver(house)
    assert open_tasks(house) == [(waiting, "u")]


def test_a_timer_beside_a_task_goes_with_the_task(database_url: str, tmp_path: Path) -> None:
    house, _ = open_house(database_url, tmp_path)
    place.furnish(house)
    file(house, Filing(place.AGENCY, place.PROCESS, {"judul": "Latihan"}, "k"))

    def waiting() -> set[str | None]:
        with house.database.read() as session:
            return set(session.scalars(select(Job.element).where(Job.kind == "timer")))

    assert waiting() == {"tegur"}
    (item,) = world.open_items(house, place.TASK)
    work_items.complete(house, principal(house, place.OFFICER), item.id, item.version, {}, take=True)
    assert waiting() == {place.TIMER}
    house.database.close()
