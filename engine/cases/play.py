"""Playing a process on a fake clock: the same runtime as production, over a database in memory."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import feel, worktime
from engine.cases import played
from engine.cases.intake import Incoming, deliver
from engine.cases.opening import Opening, open_case
from engine.cases.stage import Stage
from engine.clock import instant
from engine.db.models import Definition, Instance, Job, WorkItem
from engine.errors import AlurError, Conflict, Invalid, Message, msg
from engine.people.principals import SYSTEM
from engine.runtime import advance, commands, jobs, messages, work_items
from engine.runtime.program import Programs
from engine.runtime.step import Step
from engine.states import InstanceState, JobState

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
        self._stage = Stage(files, process, start, calendar, zone, programs)
        self._firings = firings
        self._calendar = worktime.calendar(calendar, zone=zone)
        self.house, self.clock = self._stage.house, self._stage.clock
        self.process, self.zone, self.validate = process, zone, validate
        self.has_sop = self._stage.program.sop is not None
        self.instance_id: str | None = None

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
        if self.instance_id is None and not {"start", "message", "signal"}.intersection(named):
            self.begin()
        if len(named) != 1:
            raise Invalid(msg("A step is one of %(kinds)s.", kinds=", ".join(kinds)))
        if not isinstance(step.get("with") or {}, dict):
            raise Invalid(msg("A step's data (with) must be a JSON object."))
        kinds[named[0]](step)

    def begin(self) -> None:
        """Start the case at its plain start event with no data, as a first step that starts nothing does."""
        self._start({"start": None})

    def state(self) -> dict[str, Any]:
        """Everything ``alur play`` prints: status, waiting, timers, clocks, trace, data, incident."""
        if self.instance_id is None:
            return played.nothing(self.clock.now().astimezone(self._calendar.zone))
        with self.house.database.read() as session:
            return played.state(Step.look(self.house, session, self.instance_id), self.has_sop)

    # ------------------------------------------------------------ starting

    def _start(self, step: JsonStep) -> None:
        if self.instance_id is not None:
            raise Conflict(msg("The case has started."))
        start, given = step.get("start"), _data(step)
        if start is not None and not isinstance(start, str):
            raise Invalid(msg("A start is the id of a start event, or null."))
        if self.validate:
            given = self._checked_start(start, given)
        self._open(Opening(report=given if self.has_sop else {}, extra=given, start_event=start))

    def _open(self, opening: Opening) -> None:
        with self.house.database.write() as session:
            definition = session.get_one(Definition, self._stage.definition_id)
            case, _ = open_case(self.house, session, definition, opening, SYSTEM)
            self.instance_id = case.instance_id

    def _checked_start(self, start: str | None, answers: dict[str, Any]) -> dict[str, Any]:
        program = self._stage.program
        element = program.elements.get(start or "")
        form = program.forms.get(element.form or "") if element else program.start_form(self.process)
        if form is None:
            return answers
        now = self.house.now()
        functions = worktime.functions(self._calendar, now)
        checked = form.validate(answers, {}, feel.Environment(now, self._calendar.zone, functions))
        if checked.errors:
            raise Invalid(msg("Some answers need correction."), checked.errors)
        return checked.values

    # ------------------------------------------------------------ people, messages, workers

    def _complete(self, step: JsonStep) -> None:
        with self.house.database.write() as session:
            current = self._step(session)
            item = _oldest_item(current, str(step["complete"]))
            answers = _data(step)
            if self.validate:
                answers = work_items.check_answers(current, item, answers)
            work_items.finish(current, item, answers, None)

    def _message(self, step: JsonStep) -> None:
        name, payload = str(step["message"]), _data(step)
        if self.instance_id is None:
            start = self._stage.program.start_at(self.process, "message", name)
            if start is not None:
                report = payload.pop("laporan", None)
                given = report if isinstance(report, dict) else {}
                self._open(Opening(report=given, extra=payload, received=name, start_event=start.id))
                return
            self.begin()
        key = step.get("key")
        with self.house.database.write() as session:
            agency_id = session.get_one(Instance, self.instance_id).agency_id
            found = messages.find(
                session, agency_id, name, None if key is None else str(key), self.instance_id
            )
            if found is None:
                raise Conflict(msg("Nothing waits for the message %(name)s.", name=name))
            deliver(self.house, session, found.instance_id, found.wait_id, Incoming(name, payload), SYSTEM)

    def _signal(self, step: JsonStep) -> None:
        """A signal reaches everything that waits for it, each in a step of its own."""
        name, payload = str(step["signal"]), _data(step)
        if self.instance_id is None:
            start = self._stage.program.start_at(self.process, "signal", name)
            if start is not None:
                self._open(Opening(report={}, extra=payload, received=name, start_event=start.id))
                return
            self.begin()
        with self.house.database.write() as session:
            waiting = _signal_waits(self._step(session), name)
            if not waiting:
                raise Conflict(msg("Nothing waits for the signal %(name)s.", name=name))
            for wait_id, element in waiting.items():
                current = self._step(session)
                if wait_id in _signal_waits(current, name):  # an earlier one may have taken it away
                    advance.run(current, commands.Deliver(wait_id, element, name, payload))

    def _topic(self, step: JsonStep) -> None:
        with self.house.database.write() as session:
            current = self._step(session)
            job = _oldest_job(current, str(step["topic"]))
            if step.get("fail"):
                jobs.fail_in(current, job, str(step.get("reason") or "failed"))
            elif step.get("error") is not None:
                advance.run(current, commands.ThrowError(job, str(step["error"])))
            else:
                advance.run(current, commands.FinishJob(job, _data(step)))

    # ------------------------------------------------------------ time

    def _advance(self, step: JsonStep) -> None:
        duration = worktime.Limit.parse(str(step["advance"]))
        target = worktime.due(duration, self.clock.now(), self._calendar).at
        assert target is not None  # a count without pauses always ends
        self._run_until(target)

    def _until(self, step: JsonStep) -> None:
        try:
            target = instant(str(step["until"]))
        except (ValueError, OverflowError) as error:
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


def play(player: Player, steps: Sequence[JsonStep]) -> tuple[dict[str, Any], bool]:
    """Apply the steps in order until one does not apply; the state, and whether all applied."""
    error: AlurError | None = None
    try:
        for step in steps:
            player.apply(step)
        if not steps:
            player.begin()
    except AlurError as refused:
        error = refused
    return {**player.state(), "error": _reason(error) if error else None}, error is None


def _reason(error: AlurError) -> str:
    """Why a step did not apply, with every field of a form that is wrong."""
    faults = error.fields if isinstance(error, Invalid) else []
    return " ".join([str(error), *(f"{fault.key}: {fault.message}" for fault in faults)])


def _data(step: JsonStep) -> dict[str, Any]:
    return dict(step.get("with") or {})


def _signal_waits(step: Step, name: str) -> dict[str, str]:
    """The waits for a signal by id, each with its element."""
    return {wait.id: wait.element for wait in step.run.waits() if (wait.kind, wait.name) == ("signal", name)}


def _oldest_item(step: Step, element: str) -> WorkItem:
    """The oldest open task of this element; an escalation of it only when no task is open."""
    items = [item for item in step.rows.items if item.element == element]
    if not items:
        raise Conflict(_ended(step.instance) or msg("No open task at %(element)s.", element=element))
    return min(items, key=lambda item: (item.kind != "task", item.id))


def _oldest_job(step: Step, topic: str) -> Job:
    jobs = [job for job in step.rows.jobs if job.topic == topic and job.state == JobState.WAITING]
    if not jobs:
        raise Conflict(_ended(step.instance) or msg("No job of the topic %(topic)s waits.", topic=topic))
    return min(jobs, key=lambda job: job.id)


def _ended(instance: Instance) -> Message | None:
    """The sentence for a case that is over; nothing while it runs."""
    ended = instance.state in (InstanceState.COMPLETED, InstanceState.TERMINATED)
    return msg("The case has ended.") if ended else None
