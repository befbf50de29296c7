"""The working calendar of an agency: the national one with the agency's own changes."""

from datetime import date

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine import worktime
from engine.db.models import Agency, CalendarChange
from engine.db.store import Store
from engine.errors import FieldError, NotFound, msg
from engine.people.principals import Principal
from engine.people.rules import LONGEST_NAME, length_faults, must_administer, raise_faults

FREE, WORKED = "libur", "kerja"
COUNTED = (
    select(Agency.calendar, Agency.zone, CalendarChange.day, CalendarChange.kind, CalendarChange.name)
    .outerjoin(CalendarChange, CalendarChange.agency_id == Agency.id)
    .where(Agency.id == bindparam("agency"))
    .order_by(CalendarChange.day)
)


def calendar_of(session: Session, agency_id: str) -> worktime.Calendar:
    """The calendar by which this agency counts, as it stands in this transaction."""
    rows = session.execute(COUNTED, {"agency": agency_id}).all()
    return worktime.calendar(
        rows[0].calendar,
        zone=rows[0].zone,
        changes=[
            worktime.Change(row.day, "kerja" if row.kind == WORKED else "libur", row.name)
            for row in rows
            if row.day is not None
        ],
    )


def calendar(store: Store, who: Principal) -> worktime.Calendar:
    """The calendar of this person's agency."""
    with store.database.read() as session:
        return calendar_of(session, who.agency_id)


def changes(store: Store, who: Principal) -> list[CalendarChange]:
    """The agency's own days, by date."""
    with store.database.read() as session:
        return _changes(session, who.agency_id)


def add_change(store: Store, who: Principal, day: date, kind: str, name: str) -> CalendarChange:
    """Rest or work on a day against the national calendar; stored due times do not move by it.

    Raises Forbidden, Invalid.
    """
    must_administer(who)
    faults = length_faults("name", name, LONGEST_NAME)
    if kind not in (FREE, WORKED):
        faults.append(FieldError("kind", msg("Choose a day off or a working day.")))
    if not name.strip():
        faults.append(FieldError("name", msg("Write why.")))
    raise_faults(faults)
    with store.database.write() as session:
        session.execute(
            delete(CalendarChange).where(CalendarChange.agency_id == who.agency_id, CalendarChange.day == day)
        )
        now = store.now()
        change = CalendarChange(
            id=store.new_id(now),
            agency_id=who.agency_id,
            day=day,
            kind=kind,
            name=name.strip(),
            created_by=who.id,
            created_at=now,
        )
        session.add(change)
        return change


def remove_change(store: Store, who: Principal, change_id: str) -> None:
    """Take an agency's own day back. Raises Forbidden, NotFound."""
    must_administer(who)
    with store.database.write() as session:
        change = session.scalar(
            select(CalendarChange).where(
                CalendarChange.id == change_id, CalendarChange.agency_id == who.agency_id
            )
        )
        if change is None:
            raise NotFound(msg("There is no such day."))
        session.delete(change)


def _changes(session: Session, agency_id: str) -> list[CalendarChange]:
    return list(
        session.scalars(
            select(CalendarChange).where(CalendarChange.agency_id == agency_id).order_by(CalendarChange.day)
        )
    )
