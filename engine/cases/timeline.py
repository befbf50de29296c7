"""What happened to a report, as people read it: the engine's own small steps are left out."""

from sqlalchemy.orm import Session

from engine.db import events
from engine.db.events import HistoryEvent
from engine.db.store import Store

PAGE = 50
KINDS = (
    "started",
    "task_created",
    "task_claimed",
    "task_released",
    "task_passed_up",
    "task_came_down",
    "task_reassigned",
    "task_completed",
    "task_cancelled",
    "reminded",
    "escalated",
    "escalation_answered",
    "escalation_settled",
    "clock_paused",
    "clock_resumed",
    "pause_refused",
    "limit_changed",
    "limit_extended",
    "deadline_moved",
    "timer_fired",
    "message_sent",
    "message_received",
    "correspondence_received",
    "rated",
    "error_thrown",
    "job_failed",
    "incident_opened",
    "incident_resolved",
    "incident_cancelled",
    "retried",
    "terminated",
    "ended",
    "erased",
)


def page(
    store: Store, session: Session, instance_id: str, before: int | None = None, limit: int = PAGE
) -> tuple[list[HistoryEvent], int | None]:
    """Events newest first, and the number to ask the next page with, None at the end."""
    return events.page(session, store.keyring, instance_id, limit, before=before, kinds=KINDS)
