"""Attachments that no report names: thrown away after a time; what was begun and left leaves nothing."""

from datetime import timedelta

from sqlalchemy import Text, cast, delete, exists, or_, select
from sqlalchemy.orm import Session

from engine.cases import attachments
from engine.db.models import File, WorkItem
from engine.runtime.house import House
from engine.states import WorkItemState

OF_STRANGERS = timedelta(days=2)
OF_STAFF = timedelta(days=30)
BATCH = 100


def sweep(house: House, limit: int = BATCH) -> int:
    """Throw away what was kept too long ago and is in no report and no open draft; how many files went."""
    with house.database.read() as session:
        old = _forgotten(house, session, limit)
    gone = 0
    for file_id in old:
        with house.database.write() as session:
            # Asked again: a report may have taken it meanwhile.
            row = session.execute(
                delete(File).where(File.id == file_id, File.case_id.is_(None)).returning(File.id)
            ).scalar()
        if row is not None:
            attachments.throw_away(house, file_id)
            gone += 1
    return gone


def _forgotten(house: House, session: Session, limit: int) -> list[str]:
    now = house.now()
    drafted = exists().where(
        WorkItem.agency_id == File.agency_id,
        WorkItem.state == WorkItemState.OPEN,
        cast(WorkItem.draft, Text).contains(File.id),
    )
    return list(
        session.scalars(
            select(File.id)
            .where(
                File.case_id.is_(None),
                or_(
                    File.created_by.is_(None) & (File.created_at <= now - OF_STRANGERS),
                    (File.created_at <= now - OF_STAFF) & ~drafted,
                ),
            )
            .order_by(File.id)
            .limit(limit)
        )
    )
