"""The working calendar of an agency: the national one with the agency's own changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import worktime
from engine.db.models import Agency, CalendarChange


def calendar_of(session: Session, agency_id: str) -> worktime.Calendar:
    """The calendar by which this agency counts, as it stands in this transaction."""
    agency = session.get_one(Agency, agency_id)
    changes = session.scalars(
        select(CalendarChange).where(CalendarChange.agency_id == agency_id).order_by(CalendarChange.day)
    )
    return worktime.calendar(
        agency.calendar,
        zone=agency.zone,
        changes=[
            worktime.Change(change.day, "kerja" if change.kind == "kerja" else "libur", change.name)
            for change in changes
        ],
    )
