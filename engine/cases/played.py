"""The state of a played case as JSON: what waits, what is timed, what happened."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import Case, Deadline, Incident, Job, WorkItem
from engine.runtime.step import Step
from engine.states import CaseStatus, DeadlineState, IncidentState, JobState, WorkItemState

TRACED = {
    "entered": "entered",
    "completed": "completed",
    "cancelled": "cancelled",
    "fired": "fired",
    "thrown": "thrown",
    "message_sent": "thrown",
    "signal_thrown": "thrown",
    "escalation_thrown": "thrown",
    "reminded": "reminded",
    "escalated": "escalated",
}
CATCHES = ("timer", "message", "signal", "condition")
WORDS = {"running": "berjalan", "paused": "jeda", "stopped": "berhenti"}


def state(step: Step, has_sop: bool) -> dict[str, Any]:
    """The whole state; a bare diagram's data does not show what the platform set by itself."""
    return {
        "status": step.instance.state,
        "ended_at": step.instance.ended_element,
        "now": _local(step, step.now),
        "waiting": _waiting(step),
        "timers": _timers(step),
        "clocks": _clocks(step),
        "trace": _trace(step),
        "data": dict(step.run.variables) if has_sop else _own_data(step),
        "incident": _incident(step),
    }


def nothing(now: datetime) -> dict[str, Any]:
    """The state of a case that could not be started."""
    empty: dict[str, Any] = {key: [] for key in ("waiting", "timers", "clocks", "trace")}
    return {"status": None, "ended_at": None, "now": now.isoformat(), **empty, "data": {}, "incident": None}


def _own_data(step: Step) -> dict[str, Any]:
    case = step.session.scalars(select(Case).where(Case.instance_id == step.instance.id)).one()
    given = {
        "laporan": case.answers,
        "nomor_laporan": case.case_number,
        "nomor_lacak": case.tracking_number,
        "status": CaseStatus.RECEIVED.value,
    }
    return {
        key: value for key, value in step.run.variables.items() if key not in given or value != given[key]
    }


def _waiting(step: Step) -> list[dict[str, Any]]:
    items = step.session.scalars(
        select(WorkItem)
        .where(WorkItem.instance_id == step.instance.id, WorkItem.state == WorkItemState.OPEN)
        .order_by(WorkItem.id)
    )
    waiting = [_item(step, item) for item in items]
    given_up = _given_up(step)
    for wait in step.run.waits():
        if wait.kind == "topic" and wait.id in given_up:
            continue  # no worker is offered it any more: the incident tells of it
        if wait.kind == "topic" or (wait.kind in CATCHES and not wait.boundary):
            waiting.append(
                {
                    "element": wait.element,
                    "kind": wait.kind,
                    "name": wait.name,
                    "role": None,
                    "due": _local(step, wait.due),
                    "escalation_of": None,
                    "reminder_at": None,
                }
            )
    return waiting


def _given_up(step: Step) -> set[str | None]:
    """The waits whose job failed until no attempt was left."""
    failed = select(Job.wait_id).where(Job.instance_id == step.instance.id, Job.state == JobState.FAILED)
    return set(step.session.scalars(failed))


def _item(step: Step, item: WorkItem) -> dict[str, Any]:
    of = step.session.get(Deadline, item.escalation_of) if item.escalation_of else None
    return {
        "element": item.element,
        "kind": "user",
        "name": item.name,
        "role": ",".join(item.roles) or None,
        "due": _local(step, item.due_at),
        "escalation_of": (of.key if of.subject == "clock" else of.element) if of else None,
        "reminder_at": _local(step, item.reminder_at),
        "since": _local(step, item.created_at),
    }


def _timers(step: Step) -> list[dict[str, Any]]:
    """What is due by the clock: drawn timers, and the limits of scopes that are open."""
    drawn = step.session.execute(
        select(Job.due_at, Job.element).where(
            Job.instance_id == step.instance.id, Job.kind == "timer", Job.state == JobState.WAITING
        )
    )
    limits = step.session.execute(
        select(Deadline.due_at, Deadline.element).where(
            Deadline.instance_id == step.instance.id,
            Deadline.subject == "scope",
            Deadline.state == DeadlineState.RUNNING,
            Deadline.due_at.is_not(None),
        )
    )
    rows = sorted((due, element) for due, element in [*drawn, *limits])
    return [{"element": element, "due": _local(step, due)} for due, element in rows]


def _clocks(step: Step) -> list[dict[str, Any]]:
    rows = step.session.scalars(
        select(Deadline)
        .where(Deadline.instance_id == step.instance.id, Deadline.subject == "clock")
        .order_by(Deadline.key)
    )
    return [
        {
            "name": row.key,
            "due": _local(step, row.due_at),
            "reminder_at": _local(step, row.reminder_at),
            "state": row.state,
            "keadaan": WORDS[row.state],
        }
        for row in rows
    ]


def _trace(step: Step) -> list[dict[str, Any]]:
    rows = events.read(step.session, HISTORY.c.instance_id == step.instance.id, kinds=TRACED)
    return [
        {
            "at": _local(step, row.at),
            "event": TRACED[row.kind],
            "element": row.element,
            "name": row.name or None,
        }
        for row in rows
    ]


def _incident(step: Step) -> dict[str, Any] | None:
    row = step.session.scalar(
        select(Incident)
        .where(Incident.instance_id == step.instance.id, Incident.state == IncidentState.OPEN)
        .order_by(Incident.id)
        .limit(1)
    )
    return {"element": row.element, "kind": row.kind, "message": row.message} if row else None


def _local(step: Step, moment: Any) -> str | None:
    return moment.astimezone(step.calendar.zone).isoformat() if moment else None
