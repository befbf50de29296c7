"""One step in flight: a locked instance, its live run, and what this transaction records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import clock, feel, spiff, worktime
from engine.bpmn import Element
from engine.db import history, keys
from engine.db.entries import Event
from engine.db.models import Agency, Instance, OutboxEntry, WorkItem
from engine.db.prepared import Prepared, Row, connection_of
from engine.db.records import Records
from engine.errors import Invalid, NotFound, msg
from engine.people.calendars import STAMPED, Stamp, calendar_of
from engine.people.principals import SYSTEM, Actor, Principal, actor_of
from engine.runtime.accused import NOBODY, not_kept_from
from engine.runtime.house import House
from engine.runtime.program import Program
from engine.runtime.rows import Rows, write_new

INSTANCES = Records(Instance)
# The agency's calendar comes along: nearly every step counts by it.
LOCKED = (
    select(*INSTANCES.columns, *STAMPED)
    .join(Agency, Agency.id == Instance.agency_id)
    .with_for_update(of=Instance)
)
LOCK = Prepared(LOCKED.where(Instance.id == bindparam("id")))
LOCK_OF_ITEM = Prepared(
    LOCKED.where(
        Instance.id
        == select(WorkItem.instance_id)
        .where(WorkItem.id == bindparam("item"), WorkItem.agency_id == bindparam("agency"))
        .scalar_subquery(),
        not_kept_from(Instance.id),
    )
)


@dataclass(frozen=True)
class Happening:
    """Something that happened in this step, as observers see it."""

    kind: str
    element: str | None
    name: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Step:
    """The transaction over one instance. Everything that changes the instance goes through here."""

    def __init__(
        self,
        house: House,
        session: Session,
        instance: Instance,
        actor: Actor,
        now: datetime,
        stamped: Stamp | None = None,
    ) -> None:
        self.house = house
        self.session = session
        self.instance = instance
        self.actor = actor
        self.now = now
        self.happenings: list[Happening] = []
        self.started = False
        self.waited: dict[str, str] = {}  # the kinds of what was waited for before this step, by wait id
        self.accused = NOBODY  # whom the data accused before this step
        self.refused: set[str] = set()  # topics whose connector failed in this step
        self.lost: SQLAlchemyError | None = None  # the database failed under the running flow
        self._stamped = stamped
        self._before = INSTANCES.of(instance) if stamped else None  # None: the session writes it
        self._run: spiff.Run | None = None
        self._envs: dict[str, feel.Environment] = {}
        self._history: list[Event] = []

    @classmethod
    def open_for_item(cls, house: House, session: Session, item_id: str, who: Principal) -> "Step":
        """Lock the instance of a work item; raises NotFound when the person's agency has no such item.

        Whom the report accuses is told the same.
        """
        values = {"item": item_id, "agency": who.agency_id, "person": who.id}
        found = LOCK_OF_ITEM.first(session, values)
        if found is None:
            raise NotFound(msg("There is no such task."))
        return cls._locked(house, session, found, actor_of(who))

    @classmethod
    def open(
        cls, house: House, session: Session, instance_id: str, actor: Actor, agency_id: str | None = None
    ) -> "Step":
        """Lock the instance; raises NotFound when it is not there or belongs to another agency."""
        found = LOCK.first(session, {"id": instance_id})
        if found is None or agency_id not in (None, INSTANCES.made(found).agency_id):
            raise NotFound(msg("There is no such instance."))
        return cls._locked(house, session, found, actor)

    @classmethod
    def _locked(cls, house: House, session: Session, found: Row, actor: Actor) -> "Step":
        stamped = found[-len(STAMPED) :]
        return cls(
            house, session, INSTANCES.made(found), actor, house.now(), (stamped[0], stamped[1], stamped[2])
        )

    @classmethod
    def look(cls, house: House, session: Session, instance_id: str) -> "Step":
        """The instance without a lock, to read what the engine would see; nothing of it is saved."""
        return cls(house, session, session.get_one(Instance, instance_id), SYSTEM, house.now())

    @cached_property
    def program(self) -> Program:
        return self.house.programs.get(self.session, self.instance.bundle_hash)

    @cached_property
    def key(self) -> keys.Seal | None:
        """The key of the case, None when it was destroyed."""
        return keys.of_case(self.house.keyring, self.connection, self.instance.id, fresh=self.started)

    @cached_property
    def rows(self) -> Rows:
        """The instance's open rows."""
        return Rows(self.connection, self.instance.id, fresh=self.started)

    @cached_property
    def connection(self) -> Connection:
        """The transaction's connection, for prepared statements."""
        return connection_of(self.session)

    @cached_property
    def calendar(self) -> worktime.Calendar:
        """The agency's calendar, or that of the unit which the SOP names (``kalender``)."""
        sop = self.program.sop
        try:
            unit = sop.calendar if sop else None
            return calendar_of(self.session, self.instance.agency_id, unit, self._stamped)
        except SQLAlchemyError as error:
            self.lost = error
            raise

    @property
    def touched(self) -> bool:
        """Whether the engine's state was loaded, and so must be saved."""
        return self._run is not None

    @property
    def run(self) -> spiff.Run:
        """The live run, loaded on first use."""
        if self._run is None:
            self._run = spiff.Run.load(self.program.compiled, self.instance.blob, self.services)
            self.waited = {wait.id: wait.kind for wait in self._run.waits()}
            self.accused = self.house.accused(self._run.variables)
        return self._run

    def begin(self, start_event: str | None, variables: dict[str, Any]) -> None:
        """Make the run of a new instance."""
        self.started = True
        self._run = spiff.Run.start(
            self.program.compiled, self.instance.process_key, start_event, variables, self.services
        )

    @cached_property
    def services(self) -> "StepServices":
        return StepServices(self)

    def env(self, ends: worktime.Ends = None) -> feel.Environment:
        """FEEL's surroundings: now, the agency's zone, and its working-time functions."""
        ends = ends or "office"
        if ends not in self._envs:
            functions = worktime.functions(self.calendar, self.now, ends=ends)
            self._envs[ends] = feel.Environment(now=self.now, zone=self.calendar.zone, functions=functions)
        return self._envs[ends]

    def evaluate(self, text: str, context: dict[str, Any]) -> Any:
        """A FEEL expression's value as JSON; text without a leading "=" stands for itself."""
        if not text.lstrip().startswith("="):
            return text
        return feel.to_json(feel.parse(text).evaluate(feel.from_json(context), self.env()))

    def moment(self, value: Any, ends: worktime.Ends = None, since: datetime | None = None) -> datetime:
        """The UTC instant that a limit counted from ``since`` (now), an ISO instant or a FEEL value means."""
        if isinstance(value, datetime):
            return clock.as_utc(value)
        text = value if isinstance(value, str) else feel.to_json(value)
        if not isinstance(text, str):
            raise Invalid(msg("%(value)s is no point in time and no duration.", value=str(value)[:80]))
        if not _starts_with_year(text):
            at = worktime.due(worktime.Limit.parse(text), since or self.now, self.calendar, ends=ends).at
            assert at is not None  # a count without pauses always ends
            return at
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise Invalid(msg("%(value)s is no point in time.", value=text[:80])) from error
        return clock.as_utc(at if at.tzinfo else at.replace(tzinfo=self.calendar.zone))

    def record(self, kind: str, element: str | None = None, name: str = "", /, **data: Any) -> None:
        """Write a history event, in the past tense, and tell the observers of it."""
        self.happenings.append(Happening(kind, element, name, data))
        self._history.append(history.event(kind, element, name, data))

    def save(self) -> None:
        """Write the engine's state and the history, and move the version: who read the old one is stale."""
        save_together(self.session, [self])

    def finish(self) -> None:
        """Nothing more happens in this step: what the engine holds is the new version."""
        if self._run is not None:
            self.instance.blob = self._run.dump()
        self.instance.version += 1

    def write_changes(self) -> None:
        """Write what is not as it was read of the instance and its rows."""
        if self._before is not None:
            INSTANCES.update(self.connection, self.instance, self._before)
            self._before = INSTANCES.of(self.instance)
        if "rows" in vars(self):
            self.rows.write_changes()

    def keep_history(self) -> None:
        """Hand over what was recorded: it is written when the transaction ends, personal parts sealed."""
        if self.started:
            _ = self.key  # a case has its key from its first step on
        if not self._history:
            return
        is_personal = any(map(history.is_personal, self._history))
        entry = history.entry(
            *self._history,
            agency_id=self.instance.agency_id,
            instance_id=self.instance.id,
            at=self.now,
            actor_id=self.actor.id,
            actor=self.actor.label,
            sealed=history.seal(self._history, self.key) if is_personal else None,
        )
        history.remember(self.session, entry)
        self._history = []

    def tell(self, kind: str, key: str, recipient: str, payload: dict[str, Any]) -> None:
        """Put something into the outbox: delivered at least once, after this step is durable."""
        self.session.add(
            OutboxEntry(
                id=self.house.new_id(self.now),
                key=key,
                agency_id=self.instance.agency_id,
                instance_id=self.instance.id,
                kind=kind,
                recipient=recipient,
                payload=payload,
                state="pending",
                next_at=self.now,
                created_at=self.now,
            )
        )


def save_together(session: Session, steps: Sequence[Step]) -> None:
    """Save steps over different instances that share a transaction; new rows in a few statements."""
    for step in steps:
        step.finish()
        step.keep_history()
    session.flush()
    for step in steps:
        step.write_changes()
    new = [row for step in steps if "rows" in vars(step) for row in step.rows.take_new()]
    write_new(connection_of(session), new)


class StepServices:
    """What the token engine asks of us while it runs: surroundings, decisions, due times."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def env(self, element_id: str) -> feel.Environment:
        element = self._step.program.elements.get(element_id)
        return self._step.env(ends_of(element))

    def decide(self, decision: str, context: dict[str, Any]) -> Any:
        env = self._step.env()
        return feel.to_json(self._step.program.decisions.evaluate(decision, feel.from_json(context), env))

    def deadline(self, element_id: str, value: Any, since: datetime | None = None) -> datetime:
        """The instant of a timer: a literal limit counted from ``since`` (now), or an instant FEEL gave."""
        element = self._step.program.elements.get(element_id)
        return self._step.moment(value, ends_of(element), since)


def ends_of(element: Element | None) -> worktime.Ends:
    """Where the days of an element's limit end, as its ``alur:dueAt`` says."""
    text = element.due_at if element else None
    return "office" if text == "office" else "day" if text == "day" else None


def _starts_with_year(text: str) -> bool:
    return text[:4].isdigit() and text[4:5] == "-"
