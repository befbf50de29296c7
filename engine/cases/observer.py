"""What a step of the flow means for the case: clocks, status, letters, links, the end."""

from datetime import timedelta

from sqlalchemy import select

from engine import worktime
from engine.cases import attachments, clocks, coarse, correspondence, current, outgoing
from engine.cases.filing import RESOLUTION_CLOCK
from engine.db.models import Case, Letter
from engine.runtime.step import Step
from engine.states import FINAL_STATUSES, CaseStatus, InstanceState

RATING_LIMIT = "10 HK"


def observe(step: Step) -> None:
    """Called by the runtime for every step, in its transaction, before it is saved."""
    case = current.case_of(step)
    if case is None:
        return
    started = clocks.observe(step)
    correspondence.observe(step, case)
    outgoing.observe(step, case)
    _keep_files(step, case)
    _set_status(step, case, started)
    if step.touched:
        _copy_facts(step, case)
    if step.instance.state in (InstanceState.COMPLETED, InstanceState.TERMINATED):
        _close(step, case)


def _keep_files(step: Step, case: Case) -> None:
    """Files named in the answers of a completed task become part of the case."""
    for happening in step.happenings:
        if happening.kind == "task_completed":
            item = step.rows.item(happening.data["item"])
            attachments.attach(step.session, case.agency_id, case.id, attachments.mentioned(item.outcome))


def _set_status(step: Step, case: Case, started: set[str]) -> None:
    """The ten values of the SOP conventions, section 4; each set by one kind of happening."""
    was = case.status
    if RESOLUTION_CLOCK in started and was == CaseStatus.RECEIVED:
        case.status = CaseStatus.VERIFIED
    for happening in step.happenings:
        sent = happening.name if happening.kind == "message_sent" else None
        done = happening.kind == "task_completed" and _is_task(step, happening.data["item"])
        if done and was == CaseStatus.VERIFIED and case.status == was:
            case.status = CaseStatus.IN_PROGRESS
        elif sent == correspondence.QUESTION and case.status != CaseStatus.AWAITING_REPORTER:
            case.status_before, case.status = case.status, CaseStatus.AWAITING_REPORTER
        elif sent == correspondence.ANSWER:
            case.status, case.answered_at = CaseStatus.ANSWERED, step.now
        elif happening.kind == "completed" and _reopens(step, happening.element):
            case.reopened += 1
            case.status = CaseStatus.IN_PROGRESS
    if case.status == CaseStatus.AWAITING_REPORTER and step.touched and not _awaits_reply(step):
        case.status = case.status_before or CaseStatus.RECEIVED


def _is_task(step: Step, item_id: str) -> bool:
    """A step of the SOP; answering an escalation is none."""
    return step.rows.item(item_id).kind == "task"


def _awaits_reply(step: Step) -> bool:
    return any(wait.kind == "message" and wait.name == correspondence.REPLY for wait in step.run.waits())


def _reopens(step: Step, element_id: str | None) -> bool:
    element = step.program.elements.get(element_id or "")
    return any(effect == clocks.RESTART for _, effect in clocks.parse(element.clock if element else None))


def _copy_facts(step: Step, case: Case) -> None:
    """What lists and searches need stands on the case: class, parent."""
    variables = step.run.variables
    if variables.get("kelas"):
        case.class_ = str(variables["kelas"])
    parent = variables.get("laporan_induk")
    if parent and case.parent_id is None:
        case.parent_id = step.session.scalar(
            select(Case.id).where(
                Case.agency_id == case.agency_id, Case.case_number == str(parent), Case.id != case.id
            )
        )


def _ended(step: Step, case: Case) -> CaseStatus:
    """The status of a report whose flow ended without naming one, or was ended by an operator."""
    if case.answered_at is not None:
        return CaseStatus.FINISHED
    asked_to_withdraw = select(Letter.id).where(
        Letter.case_id == case.id, Letter.kind == correspondence.WITHDRAWAL
    )
    pending = any(
        isinstance(row, Letter) and row.case_id == case.id and row.kind == correspondence.WITHDRAWAL
        for row in step.session.new
    )
    if pending or step.session.scalar(asked_to_withdraw.limit(1)) is not None:
        return CaseStatus.WITHDRAWN
    completed = step.instance.state == InstanceState.COMPLETED
    return CaseStatus.FINISHED if completed else CaseStatus.ARCHIVED


def _close(step: Step, case: Case) -> None:
    final = step.run.variables.get("status") if step.touched else None
    if final in set(FINAL_STATUSES):
        case.status = str(final)
    elif case.status not in FINAL_STATUSES:
        case.status = _ended(step, case)
    case.closed_at = coarse.day(step.now, step.calendar.zone.key) if case.anonymous else step.now
    case.rating_until = worktime.due(
        worktime.Limit.parse(RATING_LIMIT), step.now, step.calendar, ends="day"
    ).at or step.now + timedelta(days=14)
