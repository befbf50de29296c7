"""Keeping the calendars: the agency's administrators change days and hours and confirm years.

Each change is written down with who and why; deadlines that already run never move by it, only new ones are
counted so. Moving the others is a decision of its own (``engine.runtime.recount``).
"""

from collections.abc import Callable
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import worktime
from engine.db import events, history
from engine.db.events import HistoryEvent
from engine.db.history import HISTORY
from engine.db.models import Agency, CalendarChange, CalendarHours, CalendarYear, Unit
from engine.db.store import Store
from engine.errors import FieldError, Invalid, NotFound, msg
from engine.people.calendars import FREE, WHOLE_AGENCY, WORKED, find_hours, stored_week
from engine.people.principals import Principal
from engine.people.rules import LONGEST_NAME, length_faults, must_administer, raise_faults
from engine.people.staff import unit_of
from engine.worktime.calendars import VERSION_YEARS

CHANGED = "calendar_changed"
MOST_SHOWN = 50
Row = TypeVar("Row")


def add_change(
    store: Store, who: Principal, day: date, kind: str, name: str, unit: str = WHOLE_AGENCY
) -> CalendarChange:
    """Rest or work on a day against what the calendar says. Raises Forbidden, Invalid, NotFound."""
    faults = [] if kind in (FREE, WORKED) else [FieldError("kind", msg("Choose a day off or a working day."))]

    def change(session: Session, now: datetime) -> CalendarChange:
        own = (CalendarChange.agency_id == who.agency_id, CalendarChange.unit == unit)
        session.execute(delete(CalendarChange).where(*own, CalendarChange.day == day))
        row = CalendarChange(
            id=store.new_id(now), agency_id=who.agency_id, unit=unit, day=day, kind=kind, name=name.strip()
        )
        row.created_by, row.created_at = who.id, now
        session.add(row)
        _note(session, who, now, name, what=kind, day=day.isoformat(), unit=unit)
        return row

    return _keep(store, who, name, unit, change, faults)


def remove_change(store: Store, who: Principal, change_id: str) -> None:
    """Take an own day back. Raises Forbidden, NotFound."""
    must_administer(who)
    with store.database.write() as session:
        stamp(store, session, who.agency_id)
        row = session.get(CalendarChange, change_id)
        if row is None or row.agency_id != who.agency_id:
            raise NotFound(msg("There is no such day."))
        session.delete(row)
        _note(
            session,
            who,
            store.now(),
            row.name,
            what=f"{row.kind}_removed",
            day=row.day.isoformat(),
            unit=row.unit,
        )


def set_hours(
    store: Store, who: Principal, week: worktime.Week, why: str, unit: str = WHOLE_AGENCY
) -> CalendarHours:
    """Set the standing office hours of the agency or a unit. Raises Forbidden, Invalid, NotFound."""
    return _set_hours(store, who, week, why, unit, None, None)


def set_period(
    store: Store,
    who: Principal,
    first: date,
    last: date,
    week: worktime.Week,
    name: str,
    unit: str = WHOLE_AGENCY,
) -> CalendarHours:
    """Set the office hours of a period, for example of Ramadan. Raises Forbidden, Invalid, NotFound."""
    worktime.Period(first, last, name, week)  # raises Invalid when it ends before it begins
    return _set_hours(store, who, week, name, unit, first, last)


def remove_hours(store: Store, who: Principal, hours_id: str) -> None:
    """Take own hours back: what stands above counts again. Raises Forbidden, NotFound."""
    must_administer(who)
    with store.database.write() as session:
        stamp(store, session, who.agency_id)
        row = find_hours(session, who, hours_id)
        session.delete(row)
        _note(session, who, store.now(), row.name, what="hours_removed", day=_iso(row.first), unit=row.unit)


def set_zone(store: Store, who: Principal, unit: str, zone: str | None, why: str) -> Unit:
    """Set a unit's time zone; None: the one of what stands above. Raises Forbidden, Invalid, NotFound."""
    faults = []
    if zone is not None and zone not in worktime.ZONES.values():
        faults.append(FieldError("zone", msg("Choose one of the Indonesian time zones.")))

    def change(session: Session, now: datetime) -> Unit:
        row = unit_of(session, who.agency_id, unit)
        row.zone = zone
        _note(session, who, now, why, what="zone", zone=zone, unit=unit)
        return row

    return _keep(store, who, why, unit, change, faults)


def confirm_year(store: Store, who: Principal, year: int, note: str) -> CalendarYear:
    """Confirm that a year's holidays and joint leave are complete: no count warns of it any more.

    ``note`` says by which decree. Raises Forbidden, Invalid.
    """

    def change(session: Session, now: datetime) -> CalendarYear:
        row = session.get(CalendarYear, (who.agency_id, year))
        if row is None:
            row = CalendarYear(agency_id=who.agency_id, year=year, asked_at=now)
            session.add(row)
        row.confirmed_at, row.confirmed_by, row.note = now, who.id, note.strip()
        _note(session, who, now, note, what="year", year=year)
        return row

    if year not in VERSION_YEARS:
        raise Invalid(msg("The year %(year)s is outside the calendar.", year=year))
    return _keep(store, who, note, WHOLE_AGENCY, change, [])


def open_years(store: Store, who: Principal) -> list[CalendarYear]:
    """The years that deadlines reach and nobody has confirmed yet, by year."""
    with store.database.read() as session:
        query = select(CalendarYear).where(
            CalendarYear.agency_id == who.agency_id, CalendarYear.confirmed_at.is_(None)
        )
        return list(session.scalars(query.order_by(CalendarYear.year)))


def kept(store: Store, who: Principal) -> list[HistoryEvent]:
    """The newest changes of the agency's calendars: what, who, when and why."""
    with store.database.read() as session:
        own = (HISTORY.c.agency_id == who.agency_id, HISTORY.c.instance_id.is_(None))
        return list(islice(events.newest(session, *own, kinds=(CHANGED,)), MOST_SHOWN))


def _set_hours(
    store: Store,
    who: Principal,
    week: worktime.Week,
    name: str,
    unit: str,
    first: date | None,
    last: date | None,
) -> CalendarHours:
    def change(session: Session, now: datetime) -> CalendarHours:
        session.execute(
            delete(CalendarHours).where(
                CalendarHours.agency_id == who.agency_id,
                CalendarHours.unit == unit,
                CalendarHours.first.is_(None) if first is None else CalendarHours.first == first,
            )
        )
        row = CalendarHours(id=store.new_id(now), agency_id=who.agency_id, unit=unit, first=first, last=last)
        row.week, row.name, row.created_by, row.created_at = stored_week(week), name.strip(), who.id, now
        session.add(row)
        _note(session, who, now, name, what="hours", day=_iso(first), until=_iso(last), unit=unit)
        return row

    return _keep(store, who, name, unit, change, [])


def _keep(
    store: Store,
    who: Principal,
    why: str,
    unit: str,
    change: Callable[[Session, datetime], Row],
    faults: list[FieldError],
) -> Row:
    """Check what every change needs, then make it under the agency's lock."""
    must_administer(who)
    faults = faults + length_faults("name", why, LONGEST_NAME)
    if not why.strip():
        faults.append(FieldError("name", msg("Write why.")))
    raise_faults(faults)
    with store.database.write() as session:
        if unit != WHOLE_AGENCY:
            unit_of(session, who.agency_id, unit)
        stamp(store, session, who.agency_id)
        return change(session, store.now())


def stamp(store: Store, session: Session, agency_id: str) -> None:
    """Say that the agency's calendars change, inside a transaction: changes of one agency come in a row."""
    agency = session.get_one(Agency, agency_id, with_for_update=True)
    agency.calendar_stamp = store.new_id(store.now())


def _note(session: Session, who: Principal, now: datetime, why: str, **data: object) -> None:
    given = {key: value for key, value in data.items() if value not in (None, "")}
    history.remember(
        session,
        history.entry(
            history.event(CHANGED, name=why.strip(), data=given),
            agency_id=who.agency_id,
            at=now,
            actor_id=who.id,
            actor=who.name,
        ),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
