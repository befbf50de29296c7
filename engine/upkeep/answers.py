"""What people answered, compared with the history: a stored outcome that was changed since is found.

The chain covers the history only. What a task came to is stored with the task as well, and shown from there;
the history holds the same answers sealed, in the step that completed it. Of an erased case neither is left.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import events
from engine.db.history import HISTORY
from engine.db.keys import Keyring, WrongKey
from engine.db.models import Instance, WorkItem
from engine.states import WorkItemState
from engine.upkeep import chain
from engine.upkeep.chain import Problem, Progress

PAGE = 200  # cases in memory at a time
TOLD_EVERY = 50  # pages
KINDS = ("task_completed", "completed", "escalation_answered")
UNKNOWN = object()  # what nobody can open any more


def verify(session: Session, ring: Keyring, progress: Progress = lambda done, of: None) -> Iterator[Problem]:
    """Completed work items that hold other answers than the history tells, or of which it tells nothing.

    ``progress`` is told now and then how many cases of how many were looked at.
    """
    total = session.scalar(select(func.count()).select_from(Instance)) or 0
    query = select(Instance.id).order_by(Instance.id).limit(PAGE)
    last, pages = "", 0
    while ids := session.scalars(query.where(Instance.id > last)).all():
        try:
            yield from _compared(session, ring, ids)
        except (WrongKey, *chain.UNREADABLE) as error:
            yield _problem(f"answers of the cases {ids[0]} to {ids[-1]} cannot be compared: {error}")
        last, pages = ids[-1], pages + 1
        if pages % TOLD_EVERY == 0:
            progress(pages * PAGE, total)


def _compared(session: Session, ring: Keyring, instance_ids: Sequence[str]) -> Iterator[Problem]:
    told = _told(session, ring, instance_ids)
    completed = (WorkItem.instance_id.in_(instance_ids), WorkItem.state == WorkItemState.COMPLETED)
    query = select(WorkItem.id, WorkItem.kind, WorkItem.outcome).where(*completed).order_by(WorkItem.id)
    for item_id, kind, outcome in session.execute(query):
        if item_id not in told:
            yield _problem(f"work item {item_id} is completed, and the history tells nothing of it")
        elif told[item_id] is not UNKNOWN and _answers(kind, outcome) != told[item_id]:
            yield _problem(f"work item {item_id} holds other answers than the history")


def _told(session: Session, ring: Keyring, instance_ids: Sequence[str]) -> dict[str, Any]:
    """What each completed item was completed with: the element's next event after it tells."""
    found: dict[str, Any] = {}
    awaited: dict[tuple[str | None, str | None], str] = {}
    for event in events.read(session, HISTORY.c.instance_id.in_(instance_ids), kinds=KINDS, ring=ring):
        place = event.instance_id, event.element
        if event.kind == "task_completed":
            awaited[place] = event.data["item"]
        elif (item_id := awaited.pop(place, None)) is not None:
            found[item_id] = UNKNOWN if event.data.get(events.ERASED) else _of(event)
    return found


def _of(event: events.HistoryEvent) -> Any:
    if event.kind == "escalation_answered":
        return event.data.get("action"), event.data.get("reason")
    return event.data.get("payload", {})


def _answers(kind: str, outcome: dict[str, Any]) -> Any:
    """An outcome as the history tells it."""
    return (outcome.get("tindakan"), outcome.get("alasan")) if kind == "escalation" else outcome


def _problem(what: str) -> Problem:
    return {"kind": "answers", "what": what}
