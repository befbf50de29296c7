"""Playing a process on a fake clock: the same runtime as production, over a database in memory."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import feel, worktime
from engine.cases import connectors, observer, played
from engine.cases.intake import Incoming, deliver
from engine.cases.opening import Opening, open_case
from engine.clock import ManualClock, instant
from engine.db import Database
from engine.db.models import Agency, Base, Definition, Instance, Job, WorkItem
from engine.errors import AlurError, Conflict, Invalid, NotFound, msg
from engine.people.principals import SYSTEM
from engine.runtime import advance, bundles, commands, jobs, messages, work_items
from engine.runtime.house import House
from engine.runtime.program import Programs
from engine.runtime.step import Step
from engine.states import InstanceState, JobState, WorkItemState

AGENCY = "main"
FIRINGS_AT_MOST = 10_000

JsonStep = Mapping[str, Any]


class Player:
    """One case on a fake clock. ``apply`` takes a step as ``alur play`` defines them; ``state`` tells all.

    ``firings`` is how many timers may fire in one step: more is taken for a cycle without an end.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        process: str,
        start: datetime,
        *,
        calendar: str = worktime.NATIONAL,
        zone: str = "Asia/Jakarta",
        validate: bool = False,
        programs: Programs | None = None,
        firings: int = FIRINGS_AT_MOST,
    ) -> None:
        self._firings = firings
        self.clock = ManualClock(start)
        self.process = process
        self.validate = validate
        self.instance_id: str | None = None
        self._random = _Sequence()
        self.house = House(
            database=Database("sqlite://"),
            clock=self.clock,
            key=b"played",
            data_dir=Path(tempfile.gettempdir()),
            random=self._random,
            connectors=dict(connectors.CONNECTORS),
            observers=[observer.observe],
            programs=programs or Programs(),
        )
        Base.metadata.create_all(self.house.database.engine)
        with self.house.database.write() as session:
            self._definition_id = _furnish(self.house, session, files, process, calendar, zone)
            program = self.house.programs.get(session, bundles.content_hash(files))
            self.zone, self.has_sop = zone, program.sop is not None

    def close(self) -> None:
        """Give the memory back."""
        self.house.database.close()

    def apply(self, step: JsonStep) -> None:
        """Apply one step; raises an AlurError when it does not apply."""
        kinds: dict[str, Callable[[JsonStep], None]] = {
            "start": self._start,
            "complete": self._complete,
            "advance": self._advance,
            "until": self._until,
            "message": self._message,
            "signal": self._signal,
            "topic": self._topic,
        }
        named = [kind for kind in kinds if kind in step]
        if len(named) != 1:
            raise Invalid(msg("A step is one of %(kinds)s.", kinds=", ".join(kinds)))
        if self.instance_id is None and named[0] not in ("start", "message"):
            self._start({"start": None})
        kinds[named[0]](step)

    def state(self) -> dict[str, Any]:
        """Everything ``alur play`` prints: status, waiting, timers, clocks, trace, data, incident."""
        if self.instance_id is None:
            self._start({"start": None})
        with self.house.database.read() as session:
            return played.state(Step.look(self.house, session, str(self.instance_id)), self.has_sop)

    def _start(self, step: JsonStep) -> None:
        if self.instance_id is not None:
            raise Conflict(msg("The case has started."))
        given = dict(step.get("with") or {})
        self._open(
            Opening(report=given if self.has_sop else {}, extra=given, start_event=step.get("start")), given
        )

    def _open(self, opening: Opening, answers: dict[str, Any]) -> None:
        with self.house.database.write() as session:
            definition = session.get_one(Definition, self._definition_id)
            if self.validate and opening.received is None:
                _validate_start(self.house, session, definition, answers)
            case, _ = open_case(self.house, session, definition, opening, SYSTEM)
            self.instance_id = case.instance_id

    def _complete(self, step: JsonStep) -> None:
        with self.house.database.write() as session:
            current = self._step(session)
            item = _oldest_item(session, current.instance, str(step["complete"]))
            answers = dict(step.get("with") or {})
            if self.validate:
                answers = work_items.check_answers(current, item, answers)
            work_items.finish(current, item, answers, None)

    def _message(self, step: JsonStep) -> None:
        name, payload = str(step["message"]), dict(step.get("with") or {})
        if self.instance_id is None:
            start = self._message_start(name)
            report = payload.pop("laporan", None)
            self._open(
                Opening(
                    report=report if isinstance(report, dict) else {},
                    extra=payload,
                    received=name,
                    start_event=start,
                ),
                {},
            )
            return
        with self.house.database.write() as session:
            key = step.get("key")
            found = messages.find(session, self._agency(session), name, key, self.instance_id)
            if found is None:
                raise Conflict(msg("Nothing waits for the message %(name)s.", name=name))
            deliver(self.house, session, self.instance_id, found.wait_id, Incoming(name, payload), SYSTEM)

    def _message_start(self, name: str) -> str:
        with self.house.database.read() as session:
            definition = session.get_one(Definition, self._definition_id)
            program = self.house.programs.get(session, definition.bundle_hash)
        for start in program.starts(self.process):
            if start.event == "message" and start.message == name:
                return start.id
        raise NotFound(msg("No start event takes the message %(name)s.", name=name))

    def _signal(self, step: JsonStep) -> None:
        name = str(step["signal"])
        with self.house.database.write() as session:
            current = self._step(session)
            wait = next((w for w in current.run.waits() if w.kind == "signal" and w.name == name), None)
            if wait is None:
                raise Conflict(msg("Nothing waits for the signal %(name)s.", name=name))
            payload = dict(step.get("with") or {})
            advance.run(current, commands.Deliver(wait.id, wait.element, name, payload))

    def _topic(self, step: JsonStep) -> None:
        with self.house.database.write() as session:
            current = self._step(session)
            job = _oldest_job(session, current.instance, str(step["topic"]))
            if step.get("fail"):
                jobs.fail_in(current, job, str(step.get("reason") or "failed"))
            elif "error" in step:
                advance.run(current, commands.ThrowError(job, str(step["error"])))
            else:
                advance.run(current, commands.FinishJob(job, dict(step.get("with") or {})))

    def _advance(self, step: JsonStep) -> None:
        duration = worktime.Limit.parse(str(step["advance"]))
        with self.house.database.read() as session:
            calendar = Step.look(self.house, session, str(self.instance_id)).calendar
        target = worktime.due(duration, self.clock.now(), calendar).at
        assert target is not None
        self._run_until(target)

    def _until(self, step: JsonStep) -> None:
        try:
            target = instant(str(step["until"]))
        except ValueError as error:
            raise Invalid(msg("%(text)s is no instant with a zone.", text=str(step["until"]))) from error
        if target < self.clock.now():
            raise Invalid(msg("Time does not run backwards."))
        self._run_until(target)

    def _run_until(self, target: datetime) -> None:
        """Fire what falls due on the way, each at its own time, in the order of their due times."""
        for _ in range(self._firings):
            with self.house.database.read() as session:
                due = jobs.next_due(session)
            if due is None or due > target:
                self.clock.set(max(target, self.clock.now()))
                return
            self.clock.set(max(due, self.clock.now()))
            jobs.run_due(self.house, limit=1)
        raise Conflict(msg("More than %(most)d timers fired in one step.", most=self._firings))

    def _step(self, session: Session) -> Step:
        return Step.open(self.house, session, str(self.instance_id), SYSTEM)

    def _agency(self, session: Session) -> str:
        return session.get_one(Instance, self.instance_id).agency_id


def play(player: Player, steps: list[JsonStep]) -> tuple[dict[str, Any], bool]:
    """Apply the steps in order until one does not apply; the state, and whether all applied."""
    error: AlurError | None = None
    for step in steps:
        try:
            player.apply(step)
        except AlurError as refused:
            error = refused
            break
    return {**player.state(), "error": str(error) if error else None}, error is None


def _furnish(
    house: House, session: Session, files: Mapping[str, bytes], process: str, calendar: str, zone: str
) -> str:
    now = house.now()
    agency = Agency(
        id=house.new_id(now), key=AGENCY, name=AGENCY, code="XX", zone=zone, calendar=calendar, created_at=now
    )
    definition = Definition(
        id=house.new_id(now),
        agency_id=agency.id,
        process_key=process,
        version=1,
        title=process,
        state="active",
        source_hash=bundles.keep(session, files),
        bundle_hash=bundles.content_hash(files),
        verdict="RUN",
        uploaded_at=now,
    )
    session.add(agency)
    session.flush()
    session.add(definition)
    return definition.id


def _validate_start(house: House, session: Session, definition: Definition, answers: dict[str, Any]) -> None:
    form = house.programs.get(session, definition.bundle_hash).start_form(definition.process_key)
    if form is None:
        return
    calendar = worktime.calendar(worktime.NATIONAL)
    env = feel.Environment(
        now=house.now(), zone=calendar.zone, functions=worktime.functions(calendar, house.now())
    )
    checked = form.validate(answers, {}, env)
    if checked.errors:
        raise Invalid(msg("Some answers need correction."), checked.errors)


def _oldest_item(session: Session, instance: Instance, element: str) -> WorkItem:
    """The oldest open task of this element; an escalation of it only when no task is open."""
    found = session.scalars(
        select(WorkItem)
        .where(
            WorkItem.instance_id == instance.id,
            WorkItem.element == element,
            WorkItem.state == WorkItemState.OPEN,
        )
        .order_by(WorkItem.kind.desc(), WorkItem.id)
    ).first()
    if found is None:
        ended = instance.state in (InstanceState.COMPLETED, InstanceState.TERMINATED)
        raise Conflict(
            msg("The case has ended.") if ended else msg("No open task at %(element)s.", element=element)
        )
    return found


def _oldest_job(session: Session, instance: Instance, topic: str) -> Job:
    found = session.scalars(
        select(Job)
        .where(Job.instance_id == instance.id, Job.topic == topic, Job.state == JobState.WAITING)
        .order_by(Job.id)
    ).first()
    if found is None:
        raise Conflict(msg("No job of the topic %(topic)s waits.", topic=topic))
    return found


class _Sequence:
    """Bytes that count up: ids made at one instant of the fake clock still sort in the order of making."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(length, "big")
