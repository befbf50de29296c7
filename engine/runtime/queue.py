"""The inbox's order: open items stand in their roles' queues by due time, soonest first.

Free items and those that somebody took stand apart: whoever changes the assignee moves the item.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Session

from engine.db.models import WorkItem, WorkItemRole
from engine.db.prepared import Prepared
from engine.states import WorkItemState

WITHOUT_DUE = "9999"
# Written out, not bound: only so do the indexes over open items serve.
IS_OPEN = WorkItem.state == bindparam("open", WorkItemState.OPEN.value, literal_execute=True)
PUT_IN = Prepared(insert(WorkItemRole), ("agency_id", "role", "taken", "sort_key", "work_item_id", "level"))
TAKE_OUT = Prepared(delete(WorkItemRole).where(WorkItemRole.work_item_id == bindparam("item")))


def put_in(session: Session, *items: WorkItem) -> None:
    """Give each item its place, and a row in the queue of each of its roles."""
    places = []
    for item in items:
        moment = item.due_at.strftime("%Y%m%d%H%M%S") if item.due_at else WITHOUT_DUE
        item.sort_key = f"{moment}:{item.id}"
        places += [
            {
                "agency_id": item.agency_id,
                "role": role,
                "taken": item.assignee_id is not None,
                "sort_key": item.sort_key,
                "work_item_id": item.id,
                "level": item.level or 0,
            }
            for role in dict.fromkeys(item.roles)
        ]
    if places:
        PUT_IN.run(session, places)


def take_out(session: Session, item: WorkItem) -> None:
    """Take a closed item out of every queue."""
    TAKE_OUT.run(session, {"item": item.id})


def move(session: Session, item: WorkItem) -> None:
    """Put an item where its new due time, its roles or its assignee say."""
    take_out(session, item)
    put_in(session, item)


def move_all(session: Session, items: Collection[WorkItem]) -> None:
    """Put many items where their new due times belong, in two statements."""
    session.execute(delete(WorkItemRole).where(WorkItemRole.work_item_id.in_([item.id for item in items])))
    put_in(session, *items)
