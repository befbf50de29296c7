"""Chance chooses commands, crashes and restarts; house and model must show the same after each (T5)."""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine.cases import intake
from engine.cases.filing import Filing, file
from engine.db import events
from engine.db.migrate import migrate
from engine.db.models import Incident, Instance, Job, Person, Subscription, WorkItem
from engine.errors import AlurError
from engine.runtime import jobs, operations, outbox, work_items
from engine.upkeep import audit
from tests.faults import model
from tests.faults.drill import place
from tests.faults.failing import failing
from tests.faults.outcome import Outcome
from tests.support.agency import START, open_house, principal

PEOPLE = (place.OFFICER, place.OFFICER.replace("@", "2@"))
COMPARED = {
    "task_claimed", "task_released", "task_completed", "timer_fired", "job_completed", "incident_opened",
    "retried", "message_received", "reminded", "escalated",
}  # fmt: skip
ANY = st.integers(0, 5)


@cache
def furnished() -> Path:
    """A database with the drill in it, to copy."""
    folder = Path(tempfile.mkdtemp(prefix="alur-machine-"))
    url = f"sqlite:///{folder / 'drill.db'}"
    migrate(url)
    house, _ = open_house(url, folder)
    place.furnish(house)
    house.database.close()
    return folder / "drill.db"


class Drill(RuleBasedStateMachine):
    """The drill's house beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="alur-machine-"))
        shutil.copyfile(furnished(), self.folder / "drill.db")
        self.model = model.Model()
        self.fail_at: int | None = None
        self._open()

    def _open(self) -> None:
        self.house, self.clock = open_house(f"sqlite:///{self.folder / 'drill.db'}", self.folder)
        self.clock.set(START + timedelta(minutes=self.model.now))
        self.people = {login: principal(self.house, login) for login in (*PEOPLE, place.OPERATOR)}

    def teardown(self) -> None:
        problems = audit.verify(self.house)
        self.house.database.close()
        shutil.rmtree(self.folder)
        assert problems == []

    # ------------------------------------------------------------ giving commands

    def _give(self, command: Callable[[], Any], expected: Callable[[], Any]) -> None:
        """Give a command to the house; unless the database failed under it, the model says what it did."""
        number, self.fail_at = self.fail_at, None
        applied = True
        with failing(self.house, number) if number else nullcontext():
            try:
                command()
            except OperationalError:
                assert number, "nobody let the database fail"
                return
            except AlurError:
                applied = False
        assert expected() in (applied, None), f"applied: {applied}"

    def _number(self, index: int) -> str:
        numbers = sorted(self.model.cases)
        return numbers[index % len(numbers)]

    def _item(self, number: str) -> WorkItem:
        """The case's task, open or not."""
        with self.house.database.read() as session:
            query = select(WorkItem).join(Instance, Instance.id == WorkItem.instance_id)
            return session.scalars(
                query.where(Instance.business_key == number, WorkItem.kind == "task")
            ).one()

    def _job(self, number: str) -> str:
        with self.house.database.read() as session:
            query = select(Job.id).join(Instance, Instance.id == Job.instance_id)
            found = session.scalar(query.where(Instance.business_key == number, Job.kind == "topic"))
            return found or "none"

    some = precondition(lambda self: bool(self.model.cases))

    @rule(key=ANY)
    def files(self, key: int) -> None:
        wish = Filing(place.AGENCY, place.PROCESS, {"judul": "Latihan"}, f"k{key}")
        self._give(lambda: file(self.house, wish), lambda: self.model.file(wish.key))

    @some
    @rule(index=ANY, who=st.sampled_from(PEOPLE))
    def claims(self, index: int, who: str) -> None:
        number = self._number(index)
        item = self._item(number)
        self._give(
            lambda: work_items.claim(self.house, self.people[who], item.id),
            lambda: self.model.claim(number, who),
        )

    @some
    @rule(index=ANY, who=st.sampled_from(PEOPLE))
    def releases(self, index: int, who: str) -> None:
        number = self._number(index)
        item = self._item(number)
        self._give(
            lambda: work_items.release(self.house, self.people[who], item.id),
            lambda: self.model.release(number, who),
        )

    @some
    @rule(index=ANY, who=st.sampled_from(PEOPLE))
    def completes(self, index: int, who: str) -> None:
        number = self._number(index)
        item = self._item(number)
        self._give(
            lambda: work_items.complete(self.house, self.people[who], item.id, item.version, {}, take=True),
            lambda: self.model.complete(number, who),
        )

    @rule(minutes=st.sampled_from((1, 15, 49, 61, 95)))
    def time_passes(self, minutes: int) -> None:
        self.model.now += minutes
        self.clock.advance(timedelta(minutes=minutes))

    @rule()
    def the_heart_beats(self) -> None:
        self.fail_at = None  # it would try again by itself
        while jobs.run_due(self.house):
            continue
        self.model.beat()

    @rule()
    def a_worker_fetches(self) -> None:
        who = self.people[place.OPERATOR]
        self._give(
            lambda: jobs.fetch(self.house, who, [place.TOPIC], place.WORKER, place.LEASE),
            self.model.fetch,
        )

    @some
    @rule(index=ANY)
    def a_worker_finishes(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        job = self._job(number)
        self._give(
            lambda: jobs.complete(self.house, who, job, place.WORKER, {}), lambda: self.model.work(number)
        )

    @some
    @rule(index=ANY)
    def a_worker_gives_up(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        job = self._job(number)
        self._give(
            lambda: jobs.fail(self.house, who, job, place.WORKER, "rusak", 0),
            lambda: self.model.give_up(number),
        )

    @some
    @rule(index=ANY)
    def an_operator_retries(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        with self.house.database.read() as session:
            query = select(Incident.id).join(Instance, Instance.id == Incident.instance_id)
            found = session.scalar(query.where(Instance.business_key == number, Incident.state == "open"))
        self._give(
            lambda: operations.retry(self.house, who, found or "none"), lambda: self.model.retry(number)
        )

    @some
    @rule(index=ANY)
    def a_message_comes(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        incoming = intake.Incoming(**place.message(number, number))
        self._give(lambda: intake.receive(self.house, who, incoming), lambda: self.model.message(number))

    @rule()
    def what_waits_is_delivered(self) -> None:
        self.fail_at = None
        while outbox.deliver_due(self.house):
            continue
        self.model.deliver()

    @rule(number=st.integers(1, 25))
    def the_database_will_fail(self, number: int) -> None:
        self.fail_at = number

    @rule()
    def the_server_starts_anew(self) -> None:
        self.house.database.close()
        self._open()

    # ------------------------------------------------------------ comparing

    @invariant()
    def both_show_the_same(self) -> None:
        shown, arrived = self._picture()
        assert shown == self.model.picture()
        assert arrived == self.model.arrived()

    def _picture(self) -> tuple[dict[str, tuple[object, ...]], int]:
        with self.house.database.read() as session:
            cases = session.execute(
                select(Instance.id, Instance.business_key, Instance.state).where(
                    Instance.process_key == place.PROCESS
                )
            ).all()
            open_items = select(WorkItem.instance_id, WorkItem.kind, Person.login).outerjoin(
                Person, Person.id == WorkItem.assignee_id
            )
            items = defaultdict(list)
            for instance, kind, login in session.execute(open_items.where(WorkItem.state == "open")):
                items[instance].append((kind, login))
            waiting = {
                instance: kind
                for instance, kind in session.execute(
                    select(Job.instance_id, Job.kind).where(
                        Job.kind.in_(("timer", "topic")), Job.element != "tegur", Job.state == "waiting"
                    )
                )
            }
            waiting |= dict.fromkeys(session.scalars(select(Subscription.instance_id)), "message")
            told: dict[str, Counter[str]] = defaultdict(Counter)
            for event in events.read(session, kinds=COMPARED):
                told[str(event.instance_id)][event.kind] += 1
            arrived = session.scalar(
                select(func.count()).select_from(Instance).where(Instance.process_key == place.ARRIVING)
            )
        shown = {
            number: _case(state, items[instance], waiting.get(instance), told[instance])
            for instance, number, state in cases
        }
        return shown, arrived or 0


def _case(state: str, items: list[Any], waiting: str | None, events: "Counter[str]") -> tuple[object, ...]:
    tasks = [login for kind, login in items if kind == "task"]
    if state == "completed":
        stage = "done"
    elif state == "incident":
        stage = "incident"
    else:
        stage = "task" if tasks else str(waiting)
    holder = tasks[0] if tasks else None
    return stage, holder, sum(kind == "escalation" for kind, _ in items), tuple(sorted(events.items()))


def prove(examples: int, steps: int, number: int) -> Outcome:
    """So many courses of so many steps; a divergence is told with the shortest course that shows it."""
    outcome = Outcome("state machine", f"{examples} courses of {steps} steps")
    machine = seed(number)(type("Seeded", (Drill,), {}))
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                print_blob=False,
                verbosity=Verbosity.normal,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except AssertionError as error:
        outcome.faults.append(f"{error}\n" + "\n".join(getattr(error, "__notes__", [])))
    outcome.note = f"seed {number}"
    return outcome
