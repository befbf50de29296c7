"""Compare what the engine waits for with the rows, and write the difference.

Rows are a mirror: the engine decides what is open, the rows make it findable. Each wait has its own id, so
a wait seen again is the same row, and a wait gone closes its row.
"""

from collections.abc import Collection
from typing import Any

from engine import worktime
from engine.bpmn import Element
from engine.db.models import Deadline, Job, Subscription, WorkItem
from engine.errors import AlurError
from engine.runtime import conflicts, deadlines, incidents, item_limits, queue, staffing, timers
from engine.runtime.candidates import holders_outside, unit_named
from engine.runtime.step import Step, ends_of
from engine.spiff import Wait
from engine.states import JobState, WorkItemState

REMINDER_PERCENT = 80
CALENDAR = "alur:calendar"
JOB_KINDS = {"timer": "timer", "topic": "topic"}
CATCH_KINDS = ("message", "signal", "condition")


def sync(step: Step) -> None:
    """Write work items, jobs, subscriptions and limits as the live run has them now."""
    conflicts.note(step)
    waits = {wait.id: wait for wait in step.run.waits()}
    _sync_items(step, {key: wait for key, wait in waits.items() if wait.kind == "user"})
    if _changed(step, waits, JOB_KINDS):
        _sync_jobs(step, {key: wait for key, wait in waits.items() if wait.kind in JOB_KINDS})
    if _changed(step, waits, CATCH_KINDS):
        _sync_subscriptions(step, {key: wait for key, wait in waits.items() if wait.kind in CATCH_KINDS})
    _sync_scopes(step)


def _changed(step: Step, waits: dict[str, Wait], kinds: Collection[str]) -> bool:
    """Whether this step waits for something else of these kinds: only then are their rows worth reading."""
    before = {key for key, kind in step.waited.items() if kind in kinds}
    return before != {key for key, wait in waits.items() if wait.kind in kinds}


def _sync_items(step: Step, waits: dict[str, Wait]) -> None:
    known = {item.wait_id: item for item in step.rows.items if item.kind == "task"}
    for wait_id in known.keys() - waits.keys():
        close_item(step, known[wait_id])
    for wait_id, wait in waits.items():
        if wait_id not in known:
            _open_item(step, wait)


def close_item(step: Step, item: WorkItem) -> None:
    """The task is no longer waiting: completed by this step, or taken away by the flow."""
    if item.completed_at is None:
        item.state, item.completed_at = WorkItemState.CANCELLED, step.now
        step.record("task_cancelled", item.element, item.name, item=item.id)
    item.version += 1
    queue.take_out(step.session, item)
    step.rows.close(item)
    for deadline in [row for row in step.rows.deadlines if row.id == item.deadline_id]:
        item_limits.end(step, item, deadline)
        cancel_escalations(step, deadline)


def cancel_escalations(step: Step, deadline: Deadline) -> None:
    """What was escalated is done: the senior role need not look any more."""
    for item in [item for item in step.rows.items if item.escalation_of == deadline.id]:
        item.state, item.completed_at = WorkItemState.CANCELLED, step.now
        item.version += 1
        queue.take_out(step.session, item)
        step.rows.close(item)
        step.record("escalation_settled", item.element, item.name, item=item.id)


def _open_item(step: Step, wait: Wait) -> None:
    element = step.program.element(wait.element)
    context = step.run.context(wait.id)
    accused = conflicts.accused_unit(step)
    item = step.rows.new(
        WorkItem,
        id=step.house.new_id(step.now),
        agency_id=step.instance.agency_id,
        instance_id=step.instance.id,
        wait_id=wait.id,
        kind="task",
        element=wait.element,
        name=element.name or wait.element,
        form=element.form,
        roles=staffing.with_next_level(step, element.id, roles_of(step, element, context), accused),
        state=WorkItemState.OPEN,
        version=1,
        created_at=step.now,
        excluded_unit=accused,
        local=dict(wait.variables or {}),
    )
    item.assignee_id = _appointed(step, element, context, item)
    item.claimed_at = step.now if item.assignee_id else None
    deadline = _start_limit(step, "item", wait.id, element, context)
    if deadline is not None:
        item.deadline_id, item.due_at, item.reminder_at = deadline.id, deadline.due_at, deadline.reminder_at
    queue.put_in(step.session, item)
    step.record(
        "task_created",
        wait.element,
        item.name,
        item=item.id,
        roles=item.roles,
        due=item.due_at.isoformat() if item.due_at else None,
    )


def roles_of(step: Step, element: Element, context: dict[str, Any]) -> list[str]:
    """The candidate roles of a user task: its own expression or list, else its lane's role."""
    if not element.candidates:
        return [element.role] if element.role else []
    value: Any = element.candidates
    if isinstance(value, str):
        value = step.evaluate(value, context)
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    return [str(role) for role in value or [] if role]


def _appointed(step: Step, element: Element, context: dict[str, Any], item: WorkItem) -> str | None:
    """Whom the diagram names for this task (``alur:assignee``): one person of its roles, else everybody.

    Nobody who is away while nobody stands in.
    """
    text = element.assignee or element.properties.get("alur:assignee")
    named = step.evaluate(text, context) if text else None
    if isinstance(named, list) and len(named) == 1:
        named = named[0]
    if not isinstance(named, str):
        return None
    for role in item.roles:
        for person in holders_outside(
            step.session, item.agency_id, role, step.now, item.excluded_unit, item.instance_id
        ):
            if named in (person.login, person.id):
                alone = staffing.leaves_alone(step, person.id, item.excluded_unit)
                return None if alone else person.id
    return None


def _start_limit(
    step: Step, subject: str, key: str, element: Element, context: dict[str, Any]
) -> Deadline | None:
    """Start the limit that the element's properties name; a limit that cannot be read is an incident."""
    if not element.service_level:
        return None
    try:
        text = step.evaluate(element.service_level, context)
        return deadlines.start(
            step,
            subject,
            key,
            element=element.id,
            name=element.name or element.id,
            limit=worktime.Limit.parse(str(text)),
            roles=_escalation_chain(step, element, context),
            ends=ends_of(element),
            reminder_percent=_reminder(element),
            unit=_counting_unit(step, element, context),
        )
    except AlurError as error:
        incidents.open_incident(step, element.id, "deadline", error)
        return None


def _counting_unit(step: Step, element: Element, context: dict[str, Any]) -> str | None:
    """The unit by whose calendar the element's limit counts (``alur:calendar``), as the report names it."""
    text = element.properties.get(CALENDAR)
    named = step.evaluate(text, context) if text else None
    return unit_named(step.session, step.instance.agency_id, named)


def _escalation_chain(step: Step, element: Element, context: dict[str, Any]) -> list[str]:
    """The role an element escalates to, then the one it names for the second step (``alur:escalateAgain``).

    Where it names none, the first one's superior as the SOP says; no superior: the same again.
    """
    first, second = (
        str(step.evaluate(text, context) or "") if text else ""
        for text in (element.escalate_to, element.escalate_again)
    )
    if not first:
        return []
    superior = step.program.sop.superiors.get(first, "") if step.program.sop else ""
    return [first, second or superior or first]


def _sync_jobs(step: Step, waits: dict[str, Wait]) -> None:
    known = {job.wait_id: job for job in step.rows.jobs if job.kind in JOB_KINDS.values()}
    for wait_id in known.keys() - waits.keys():
        step.rows.drop(known[wait_id])
    for wait_id, wait in waits.items():
        if wait_id in known:
            continue
        element = step.program.element(wait.element)
        step.rows.new(
            Job,
            id=step.house.new_id(step.now),
            key=f"{step.instance.id}:{wait_id}",
            agency_id=step.instance.agency_id,
            instance_id=step.instance.id,
            kind=JOB_KINDS[wait.kind],
            state=JobState.WAITING,
            element=wait.element,
            wait_id=wait_id,
            topic=wait.name if wait.kind == "topic" else None,
            due_at=wait.due if wait.kind == "timer" else step.now,
            payload=_payload(step, element, wait),
            retries=element.retries or 3,
            created_at=step.now,
        )


def _payload(step: Step, element: Element, wait: Wait) -> dict[str, Any]:
    """What a worker gets, or how a timer's due time was counted."""
    if wait.kind == "topic":
        return dict(wait.variables or {})
    receipt = timers.receipt_of(step, element, wait)
    return {timers.RECEIPT: receipt} if receipt else {}


def _sync_subscriptions(step: Step, waits: dict[str, Wait]) -> None:
    known = {row.wait_id: row for row in step.rows.subscriptions}
    for wait_id in known.keys() - waits.keys():
        step.rows.drop(known[wait_id])
    for wait_id in waits.keys() - known.keys():
        wait = waits[wait_id]
        step.rows.new(
            Subscription,
            id=step.house.new_id(step.now),
            agency_id=step.instance.agency_id,
            instance_id=step.instance.id,
            wait_id=wait_id,
            kind=wait.kind,
            name=wait.name or "",
            key=_text(wait.key),
            element=wait.element,
        )


def _sync_scopes(step: Step) -> None:
    """Limits of subprocesses and call activities: from entry to exit, anew at each entry."""
    active = {scope.id: scope.element for scope in step.run.scopes()}
    known = {deadline.key: deadline for deadline in deadlines.running(step, "scope")}
    for scope_id in known.keys() - active.keys():
        deadlines.stop(step, known[scope_id])
        cancel_escalations(step, known[scope_id])
    for scope_id in active.keys() - known.keys():
        element = step.program.element(active[scope_id])
        if element.service_level and deadlines.find(step, "scope", scope_id) is None:
            _start_limit(step, "scope", scope_id, element, step.run.context(scope_id))


def close_all(step: Step) -> None:
    """The instance has ended: nothing of it waits any more."""
    for item in list(step.rows.items):
        close_item(step, item)
    for deadline in step.rows.deadlines:
        deadlines.stop(step, deadline)


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _reminder(element: Element) -> int:
    """The reminder's share of a limit in per cent; 80 where the SOP names none."""
    return round(worktime.percentage(element.reminder_at)) if element.reminder_at else REMINDER_PERCENT
