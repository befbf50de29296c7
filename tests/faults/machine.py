"""Chance chooses commands, crashes and restarts; house and model must show the same after each (T5)."""

import shutil
import tempfile
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
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import OperationalError

from engine.cases import erasing, intake
from engine.cases.filing import Filing, file
from engine.db.migrate import migrate
from engine.errors import AlurError
from engine.runtime import jobs, operations, outbox, work_items
from engine.upkeep import audit
from tests.faults import model, shown
from tests.faults.drill import place
from tests.faults.failing import failing
from tests.faults.outcome import Outcome
from tests.support.agency import START, open_house, principal

PEOPLE = (place.OFFICER, place.OFFICER.replace("@", "2@"))
KEEPER = f"penjaga_identitas@{place.AGENCY}"
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
        self.people = {login: principal(self.house, login) for login in (*PEOPLE, place.OPERATOR, KEEPER)}

    def teardown(self) -> None:
        problems = audit.verify(self.house)
        self.house.database.close()
        shutil.rmtree(self.folder)
        assert problems == []

    # ------------------------------------------------------------ giving commands

    def _give(
        self,
        command: Callable[[], Any],
        expected: Callable[[], Any],
        done: Callable[[], bool] = lambda: False,
    ) -> None:
        """Give a command to the house; unless the database failed under it, the model says what it did.

        ``done`` tells whether one that failed was done all the same: only its tidying up was left.
        """
        number, self.fail_at = self.fail_at, None
        applied = True
        with failing(self.house, number) if number else nullcontext():
            try:
                command()
            except OperationalError:
                assert number, "nobody let the database fail"
                if not done():
                    return
            except AlurError:
                applied = False
        assert expected() in (applied, None), f"applied: {applied}"

    def _number(self, index: int) -> str:
        numbers = sorted(self.model.cases)
        return numbers[index % len(numbers)]

    @initialize(stages=st.lists(st.sampled_from(model.STAGES), min_size=1, max_size=5), renewed=ANY)
    def cases_stand_at(self, stages: list[str], renewed: int) -> None:
        """Where a course begins: by chance alone few of them would ever come far."""
        for index, stage in enumerate(stages):
            if index == renewed:
                self.a_version_comes_into_force()
            self.files(index)
            if stage == "task":
                continue
            self.completes(index, PEOPLE[0])
            if stage == "timer":
                continue
            self.time_passes(61)
            self.the_heart_beats()
            if stage == "topic":
                continue
            self.a_worker_fetches()
            self.a_worker_finishes(index)
            if stage == "done":
                self.a_message_comes(index)

    @rule(key=ANY)
    def files(self, key: int) -> None:
        wish = Filing(place.AGENCY, place.PROCESS, {"judul": "Latihan"}, f"k{key}")
        self._give(lambda: file(self.house, wish), lambda: self.model.file(wish.key))

    @rule(index=ANY, who=st.sampled_from(PEOPLE))
    def claims(self, index: int, who: str) -> None:
        number = self._number(index)
        item = shown.task(self.house, number)
        self._give(
            lambda: work_items.claim(self.house, self.people[who], item.id),
            lambda: self.model.claim(number, who),
        )

    @rule(index=ANY, who=st.sampled_from(PEOPLE))
    def releases(self, index: int, who: str) -> None:
        number = self._number(index)
        item = shown.task(self.house, number)
        self._give(
            lambda: work_items.release(self.house, self.people[who], item.id),
            lambda: self.model.release(number, who),
        )

    @rule(index=ANY, who=st.sampled_from(PEOPLE), to=st.sampled_from(PEOPLE))
    def hands_over(self, index: int, who: str, to: str) -> None:
        number = self._number(index)
        item = shown.task(self.house, number)
        self._give(
            lambda: work_items.reassign(self.house, self.people[who], item.id, to, "cuti"),
            lambda: self.model.hand_over(number, who, to),
        )

    @rule(index=ANY, who=st.sampled_from(PEOPLE))
    def completes(self, index: int, who: str) -> None:
        number = self._number(index)
        item = shown.task(self.house, number)
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

    @rule(index=ANY)
    def a_worker_finishes(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        job = shown.topic(self.house, number)
        self._give(
            lambda: jobs.complete(self.house, who, job, place.WORKER, {}), lambda: self.model.work(number)
        )

    @rule(index=ANY)
    def a_worker_gives_up(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        job = shown.topic(self.house, number)
        self._give(
            lambda: jobs.fail(self.house, who, job, place.WORKER, "rusak", 0),
            lambda: self.model.give_up(number),
        )

    @rule(index=ANY)
    def an_operator_retries(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        incident = shown.incident(self.house, number)
        self._give(lambda: operations.retry(self.house, who, incident), lambda: self.model.retry(number))

    @rule(index=ANY)
    def a_message_comes(self, index: int) -> None:
        number, who = self._number(index), self.people[place.OPERATOR]
        incoming = intake.Incoming(**place.message(number, number))
        self._give(lambda: intake.receive(self.house, who, incoming), lambda: self.model.message(number))

    @rule(index=ANY)
    def the_keeper_erases(self, index: int) -> None:
        number = self._number(index)
        self._give(
            lambda: erasing.erase(self.house, self.people[KEEPER], number, "permintaan pelapor"),
            lambda: self.model.erase(number),
            lambda: shown.erased(self.house, number) and not self.model.cases[number].erased,
        )

    @rule()
    def a_version_comes_into_force(self) -> None:
        agency_id = self.people[KEEPER].agency_id
        self._give(
            lambda: place.put_in_force(self.house, agency_id, self.model.version + 1),
            self.model.put_in_force,
        )

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
        assert shown.cases(self.house) == self.model.picture()
        assert shown.arrived(self.house) == self.model.arrived()
        assert shown.untold(self.house) == self.model.untold()


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
