"""The state of a played case as JSON: what waits, what is timed, what happened."""

from typing import Any

from sqlalchemy import select

from engine.db.models import Deadline, HistoryEvent, Incident, Job, WorkItem
from engine.runtime.step import Step
from engine.states import IncidentState, JobState, WorkItemState

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
PLATFORM = ("laporan", "nomor_laporan", "nomor_lacak", "status")
CATCHES = ("timer", "message", "signal", "condition")
WORDS = {"running": "berjalan", "paused": "jeda", "stopped": "berhenti"}


def state(step: Step, has_sop: bool) -> dict[str, Any]:
    """The whole state; a bare diagram's data does not show the platform's own variables."""
    data = dict(step.run.variables)
    if not has_sop:
        data = {key: value for key, value in data.items() if key not in PLATFORM}
    return {
        "status": step.instance.state,
        "ended_at": step.instance.ended_element,
        "now": _local(step, step.now),
        "waiting": _waiting(step),
        "timers": _timers(step),
        "clocks": _clocks(step),
        "trace": _trace(step),
        "data": data,
        "incident": _incident(step),
    }


def _waiting(step: Step) -> list[dict[str, Any]]:
    items = step.session.scalars(
        select(WorkItem)
        .where(WorkItem.instance_id == step.instance.id, WorkItem.state == WorkItemState.OPEN)
        .order_by(WorkItem.id)
    )
    waiting = [_item(step, item) for item in items]
    for wait in step.run.waits():
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
    jobs = step.session.scalars(
        select(Job)
        .where(Job.instance_id == step.instance.id, Job.kind == "timer", Job.state == JobState.WAITING)
        .order_by(Job.due_at, Job.id)
    )
    return [{"element": job.element, "due": _local(step, job.due_at)} for job in jobs]


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
    rows = step.session.scalars(
        select(HistoryEvent)
        .where(HistoryEvent.instance_id == step.instance.id, HistoryEvent.kind.in_(list(TRACED)))
        .order_by(HistoryEvent.id)
    )
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
