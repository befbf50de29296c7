"""A work item's limit: a row of its own while it runs, kept with the item once that has closed.

Cases that have ended are most of a store. What a limit came to is then only read together with its item, so
it needs no row and no place in the indexes of those that run.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db.models import Deadline, WorkItem
from engine.runtime.step import Step
from engine.states import DeadlineState

# What the item does not tell itself, and how it is when nothing is kept of it.
KEPT: dict[str, Any] = {
    "limit": "", "extension": None, "ends": None, "unit": None, "reminder_percent": 80,
    "roles": [], "pauses": [], "receipt": {}, "told": 0,
}  # fmt: skip


def end(step: Step, item: WorkItem, deadline: Deadline) -> None:
    """The item has closed: nothing tells of its limit any more, and what it came to is the item's."""
    step.rows.drop_jobs_of(deadline)
    told = {name: getattr(deadline, name) for name in KEPT}
    item.ended_limit = {name: value for name, value in told.items() if value != KEPT[name]}
    step.rows.drop(deadline)


def of(session: Session, item: WorkItem) -> Deadline | None:
    """The limit of an item, or the one that an escalation tells of, running or ended; None without one.

    Changing an ended one changes nothing of what is kept.
    """
    key = item.deadline_id or item.escalation_of
    running = session.get(Deadline, key) if key else None
    if key is None or running is not None:
        return running
    owner = item if item.deadline_id else owner_of(session, item.instance_id, key)
    return _ended(owner) if owner else None


def owner_of(session: Session, instance_id: str, deadline_id: str) -> WorkItem | None:
    """The item whose limit this is; None for the limits of scopes and clocks.

    Looked for among the items of its instance, which an index knows.
    """
    return session.scalar(
        select(WorkItem).where(WorkItem.instance_id == instance_id, WorkItem.deadline_id == deadline_id)
    )


def _ended(item: WorkItem) -> Deadline:
    return Deadline(
        id=item.deadline_id,
        agency_id=item.agency_id,
        instance_id=item.instance_id,
        subject="item",
        key=item.wait_id,
        element=item.element,
        name=item.name,
        state=DeadlineState.STOPPED,
        started_at=item.created_at,
        due_at=item.due_at,
        reminder_at=item.reminder_at,
        stopped_at=item.completed_at,
        **{**KEPT, **(item.ended_limit or {})},
    )
