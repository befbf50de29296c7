"""What officers see: a task with its report, a report with its history, and who may see whose identity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import worktime
from engine.cases import attachments, coarse, correspondence, options, reading, timeline
from engine.db.events import HistoryEvent
from engine.db.models import (
    AccessLog,
    Case,
    Deadline,
    Definition,
    Erasure,
    File,
    Letter,
    Person,
    Reporter,
    WorkItem,
)
from engine.errors import NotFound, msg
from engine.form import Field, Form, Option
from engine.people.principals import ADMIN, IDENTITY_KEEPER, Principal
from engine.runtime import conflicts, instances, item_limits, work_items
from engine.runtime.calendars import Calendars
from engine.runtime.deadlines import calendar_for, if_resumed
from engine.runtime.house import House
from engine.runtime.instances import InstanceView
from engine.runtime.program import Program
from engine.runtime.step import Step
from engine.states import InstanceState, WorkItemState


@dataclass(frozen=True)
class CaseView:
    """A report as an officer sees it. ``identity`` is None where this officer may not see it.

    ``calendar`` is the SOP's, ``unit_calendars`` those that some of its limits count by;
    ``if_answered`` has, by their ids, the receipts of clocks that stand, would they go on now.
    ``answers`` are those of the start form that this officer may read, ``done`` the finished tasks with
    theirs. ``history`` is the newest page; ``history_next`` asks for the one before it. ``erasure`` says that
    what the report held of people is gone, ``ended`` that it may be.
    """

    case: Case
    identity: dict[str, Any] | None
    identity_exists: bool
    letters: list[Letter]
    files: list[File]
    instance: InstanceView
    clocks: list[Deadline]
    history: list[HistoryEvent]
    program: Program
    definition: Definition
    people: Mapping[str, str]
    parent: str | None
    duplicates: list[str]
    answers: list[tuple[Field, Any]]
    done: list[reading.Done]
    history_next: int | None
    erasure: Erasure | None
    ended: bool
    calendar: worktime.Calendar
    unit_calendars: Mapping[str, worktime.Calendar]
    if_answered: Mapping[str, dict[str, Any]]

    def limit_of(self, item: WorkItem) -> Deadline | None:
        """The running limit of an open task."""
        return next((row for row in self.instance.deadlines if row.id == item.deadline_id), None)

    def calendar_of(self, limit: Deadline | None) -> worktime.Calendar:
        """The calendar by which a limit of this report counts; a drawn timer has no row, and the SOP's."""
        return self.unit_calendars.get((limit.unit if limit else None) or "", self.calendar)


@dataclass(frozen=True)
class TaskView:
    """A work item with its form, what the form starts with, its choices, and its report.

    ``calendar`` is the one by which its limit counts.
    """

    item: WorkItem
    form: Form | None
    answers: dict[str, Any]
    context: dict[str, Any]
    choices: dict[str, tuple[Option, ...]]
    deadline: Deadline | None
    calendar: worktime.Calendar
    late: WorkItem | None
    may_work: bool
    may_lead: bool
    assignee: str | None
    report: CaseView | None


def task(house: House, who: Principal, item_id: str) -> TaskView:
    """A work item as its page and the API show it; raises NotFound for what this person may not see."""
    with house.database.read() as session:
        item = work_items.find(house, session, who, item_id)
        step = Step.look(house, session, item.instance_id)
        form = work_items.form_of(step, item)
        case = session.scalar(select(Case).where(Case.instance_id == item.instance_id))
        # A head may hand over the task of a secret report without reading the report.
        seen = case is None or may_see(session, who, case)
        context = visible_context(step, item) if seen else {}
        deadline = item_limits.of(session, item)
        if case is not None and case.anonymous:
            coarse.tell_items([item], who.zone)
            coarse.tell_deadlines([deadline] if deadline else [], who.zone)
        return TaskView(
            item=item,
            form=form,
            answers=_first_answers(form, item, context) if seen else {},
            context=context,
            choices=options.of_form(step, item, form, context) if form else {},
            deadline=deadline,
            calendar=calendar_for(step, deadline) if deadline else step.calendar,
            late=_late(session, item),
            may_work=work_items.may_work(who, item),
            may_lead=work_items.may_lead(house, session, who, item),
            assignee=session.scalar(select(Person.name).where(Person.id == (item.assignee_id or ""))),
            report=_report(house, session, who, case) if case and seen else None,
        )


def report(house: House, who: Principal, case_number: str, *, before: int | None = None) -> CaseView:
    """A report by its case number; raises NotFound for what this person may not see.

    ``before`` asks for an earlier page of its history.
    """
    with house.database.read() as session:
        case = session.scalar(
            select(Case).where(Case.agency_id == who.agency_id, Case.case_number == case_number)
        )
        if case is None or not may_see(session, who, case):
            raise NotFound(msg("There is no such report."))
        return _report(house, session, who, case, before)


def may_see(session: Session, who: Principal, case: Case) -> bool:
    """Neither the accused nor their unit; a secret report only those who handle it and its custodian."""
    if conflicts.is_accused(session, who, case.instance_id):
        return False
    if not case.secret:
        return True
    return who.has(IDENTITY_KEEPER) or handles(session, who, case)


def handles(session: Session, who: Principal, case: Case) -> bool:
    """Holds a role that has or had a work item of this report, or did one."""
    rows = session.execute(
        select(WorkItem.roles, WorkItem.assignee_id, WorkItem.completed_by).where(
            WorkItem.instance_id == case.instance_id
        )
    )
    return any(who.has(*roles) or who.id in (assignee, done) for roles, assignee, done in rows)


def identity_of(session: Session, who: Principal, case: Case) -> tuple[dict[str, Any] | None, bool]:
    """The reporter's identity if this person may see it, and whether there is one."""
    row = session.get(Reporter, case.id)
    if row is None:
        return None, False
    allowed = who.has(IDENTITY_KEEPER) or (not case.secret and handles(session, who, case))
    return (row.fields if allowed else None), True


def files_of(session: Session, who: Principal, case: Case, program: Program) -> list[File]:
    """The attachments that this person may open: those of answers that they may read.

    Proofs of identity are among them only with the identity.
    """
    hidden = reading.hidden_files(session, program, case, who, handles(session, who, case))
    identity, exists = identity_of(session, who, case)
    if exists and identity is None:
        hidden |= attachments.mentioned(session.get_one(Reporter, case.id).fields)
    return [file for file in attachments.of_case(session, case.id) if file.id not in hidden]


def soften(view: InstanceView, history: list[HistoryEvent], deadlines: list[Deadline], zone: str) -> None:
    """Tell days instead of times of an anonymous report."""
    coarse.tell_instance(view.instance, zone)
    coarse.tell_items(view.items, zone)
    coarse.tell_jobs(view.jobs, zone)
    coarse.tell_events(history, zone)
    coarse.tell_deadlines({id(row): row for row in deadlines}.values(), zone)


def log_access(house: House, who: Principal, case_id: str, what: str, reason: str = "") -> None:
    """Write down who opened a secret report or an identity."""
    if who.id is None:
        return
    now = house.now()
    with house.database.write() as session:
        session.add(
            AccessLog(
                id=house.new_id(now),
                agency_id=who.agency_id,
                case_id=case_id,
                person_id=who.id,
                at=now,
                what=what,
                reason=reason,
            )
        )


def access_log(house: House, who: Principal, case: Case, limit: int = 100) -> list[tuple[AccessLog, str]]:
    """Who opened a secret report, newest first, with names; for its custodian and administrators."""
    if not who.has(ADMIN, IDENTITY_KEEPER):
        return []
    with house.database.read() as session:
        rows = session.execute(
            select(AccessLog, Person.name)
            .join(Person, Person.id == AccessLog.person_id)
            .where(AccessLog.case_id == case.id, AccessLog.agency_id == who.agency_id)
            .order_by(AccessLog.id.desc())
            .limit(limit)
        )
        return list(rows)


def visible_context(step: Step, item: WorkItem) -> dict[str, Any]:
    """The variables that a form sees; an escalation's form sees none but what it asks itself."""
    if item.kind != "task" or item.state != "open":
        return dict(item.local)
    return step.run.context(item.wait_id)


def _first_answers(form: Form | None, item: WorkItem, context: dict[str, Any]) -> dict[str, Any]:
    """What the form opens with: what was sent, else the draft, else earlier values of its own keys."""
    if form is None:
        return {}
    if item.outcome or item.draft:
        return item.outcome or item.draft
    earlier = {
        each.key: _as_answer(context[each.key], each.properties)
        for each in form.inputs
        if context.get(each.key) is not None
    }
    return {**form.defaults(), **earlier}


def _as_answer(value: Any, properties: Mapping[str, Any]) -> Any:
    """A yes/no radio stores true and false; its form shows ya and tidak again."""
    if properties.get("alur:boolean") and isinstance(value, bool):
        return "ya" if value else "tidak"
    return value


def _late(session: Session, item: WorkItem) -> WorkItem | None:
    """The task that an escalation is about, while it is open."""
    if item.kind != "escalation":
        return None
    late = item_limits.owner_of(session, item.instance_id, item.escalation_of or "")
    return late if late and late.state == WorkItemState.OPEN else None


def _report(
    house: House, session: Session, who: Principal, case: Case, before: int | None = None
) -> CaseView:
    instance = instances.find(session, who, case.instance_id)
    view = instances.view(session, instance)
    identity, exists = identity_of(session, who, case)
    history, history_next = timeline.page(house, session, instance.id, before)
    clocks = session.scalars(
        select(Deadline)
        .where(Deadline.instance_id == instance.id, Deadline.subject == "clock")
        .order_by(Deadline.key)
    ).all()
    calendars = Calendars(house, session, who.agency_id)
    units = {row.unit for row in [*view.deadlines, *clocks] if row.unit}
    if_answered = {
        clock.id: due.receipt
        for clock in clocks
        if (due := if_resumed(clock, calendars.of(instance.bundle_hash, clock.unit), house.now()))
    }
    if case.anonymous:
        soften(view, history, [*view.deadlines, *clocks], who.zone)
        if_answered = {key: coarse.receipt_in_days(each, who.zone) for key, each in if_answered.items()}
    program = house.programs.get(session, instance.bundle_hash)
    handling = handles(session, who, case)
    names = {event.actor_id for event in history if event.actor_id}
    names |= {item.assignee_id for item in view.items if item.assignee_id}
    people = session.execute(select(Person.id, Person.name).where(Person.id.in_(names)))
    others = conflicts.apart(who, Case.instance_id)  # a report joined to this one may accuse who reads this
    return CaseView(
        case=case,
        identity=identity,
        identity_exists=exists,
        letters=correspondence.of_case(session, case.id),
        files=files_of(session, who, case, program),
        instance=view,
        clocks=list(clocks),
        history=history,
        program=program,
        definition=session.get_one(Definition, instance.definition_id),
        people=dict(people.all()),
        parent=session.scalar(select(Case.case_number).where(Case.id == (case.parent_id or ""), *others)),
        duplicates=list(
            session.scalars(
                select(Case.case_number).where(Case.parent_id == case.id, *others).order_by(Case.id).limit(50)
            )
        ),
        answers=reading.readable(program.start_form(case.process_key), case.answers, who, handling),
        done=reading.done(session, program, instance.id, who, handling),
        history_next=history_next,
        erasure=session.get(Erasure, instance.id),
        ended=instance.state in (InstanceState.COMPLETED, InstanceState.TERMINATED),
        calendar=calendars.of(instance.bundle_hash, None),
        if_answered=if_answered,
        unit_calendars={unit: calendars.of(instance.bundle_hash, unit) for unit in units},
    )
