"""Keeping the calendars: the agency's administrators change days and hours and confirm years.

Each change is written down with who and why; deadlines that already run never move by it, only new ones are
counted so. Moving the others is a decision of its own (``engine.runtime.recount``). Nothing that another
keeper entered is overwritten: an entry is taken back first.
"""

from collections.abc import Callable
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import worktime
from engine.db import events, history
from engine.db.events import HistoryEvent
from engine.db.history import HISTORY
from engine.db.models import Agency, CalendarChange, CalendarHours, CalendarYear, Unit
from engine.db.store import Store
from engine.errors import Conflict, FieldError, Invalid, NotFound, Stale, msg
from engine.people.calendars import FREE, WHOLE_AGENCY, WORKED, find_hours, stored_hours, stored_week
from engine.people.principals import Principal
from engine.people.rules import LONGEST_NAME, length_faults, must_administer, raise_faults
from engine.people.staff import unit_of
from engine.worktime.calendars import VERSION_YEARS

CHANGED = "calendar_changed"
MOST_SHOWN = 50
Row = TypeVar("Row")


def add_change(
    store: Store,
    who: Principal,
    day: date,
    kind: str,
    name: str,
    unit: str = WHOLE_AGENCY,
    hours: worktime.Hours | None = None,
) -> CalendarChange:
    """Rest or work on a day against what the calendar says, or work it in hours of its own.

    Raises Forbidden, Invalid, NotFound, and Conflict when the day has an entry already.
    """

    def change(session: Session, now: datetime) -> CalendarChange:
        _refuse_second(session, who, unit, day)
        row = CalendarChange(
            id=store.new_id(now), agency_id=who.agency_id, unit=unit, day=day, kind=kind, name=name.strip()
        )
        row.hours, row.created_by, row.created_at = stored_hours(hours), who.id, now
        session.add(row)
        _note(
            session,
            who,
            now,
            name,
            what=kind,
            day=day.isoformat(),
            unit=unit,
            hours=str(hours) if hours else None,
        )
        return row

    return _keep(store, who, name, unit, change, _faults_of_day(day, kind, hours))


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
    store: Store,
    who: Principal,
    week: worktime.Week,
    why: str,
    unit: str = WHOLE_AGENCY,
    *,
    seen: str | None = None,
) -> CalendarHours:
    """Set the standing office hours of the agency or a unit; they replace those before.

    ``seen`` is the id of the standing hours that the keeper had before them, empty for none: Stale when
    somebody else has set others meanwhile. Raises Forbidden, Invalid, NotFound.
    """

    def change(session: Session, now: datetime) -> CalendarHours:
        standing = session.scalar(_hours_at(who, unit).where(CalendarHours.first.is_(None)))
        if seen is not None and seen != (standing.id if standing else ""):
            raise Stale(msg("Somebody else has set these office hours meanwhile. Look at them again."))
        if standing is not None:
            session.delete(standing)
        return _enter_hours(store, session, who, now, unit, week, why, None, None)

    return _keep(store, who, why, unit, change, [])


def set_period(
    store: Store,
    who: Principal,
    first: date,
    last: date,
    week: worktime.Week,
    name: str,
    unit: str = WHOLE_AGENCY,
) -> CalendarHours:
    """Set the week of a period, for example of Ramadan.

    Raises Forbidden, Invalid, NotFound, and Conflict when another period of the same place has days of it.
    """
    worktime.Period(first, last, name, week)  # raises Invalid when it ends before it begins

    def change(session: Session, now: datetime) -> CalendarHours:
        overlaps = (CalendarHours.first <= last, CalendarHours.last >= first)
        other = session.scalars(_hours_at(who, unit).where(*overlaps).order_by(CalendarHours.first)).first()
        if other is not None and other.first is not None and other.last is not None:
            raise Conflict(
                msg(
                    "%(name)s has office hours from %(first)s to %(last)s already. Take those back first.",
                    name=other.name,
                    first=other.first.isoformat(),
                    last=other.last.isoformat(),
                )
            )
        return _enter_hours(store, session, who, now, unit, week, name, first, last)

    return _keep(store, who, name, unit, change, [])


def remove_hours(store: Store, who: Principal, hours_id: str) -> None:
    """Take own hours back: what stands above counts again. Raises Forbidden, NotFound."""
    must_administer(who)
    with store.database.write() as session:
        stamp(store, session, who.agency_id)
        row = find_hours(session, who, hours_id)
        session.delete(row)
        _note(session, who, store.now(), row.name, what="hours_removed", day=_iso(row.first), unit=row.unit)


def set_zone(store: Store, who: Principal, unit: str, zone: str | None, why: str) -> Unit | Agency:
    """Set the time zone of the agency or a unit; None, for a unit: the one of what stands above.

    Raises Forbidden, Invalid, NotFound.
    """
    faults = []
    if zone not in worktime.ZONES.values() and (zone is not None or unit == WHOLE_AGENCY):
        faults.append(FieldError("zone", msg("Choose one of the Indonesian time zones.")))

    def change(session: Session, now: datetime) -> Unit | Agency:
        row: Unit | Agency
        if unit == WHOLE_AGENCY:
            row = session.get_one(Agency, who.agency_id)
            row.zone = str(zone)
        else:
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


def _faults_of_day(day: date, kind: str, hours: worktime.Hours | None) -> list[FieldError]:
    faults = []
    if day.year not in VERSION_YEARS:
        faults.append(FieldError("day", msg("The year %(year)s is outside the calendar.", year=day.year)))
    if kind not in (FREE, WORKED):
        faults.append(FieldError("kind", msg("Choose a day off or a working day.")))
    if kind == FREE and hours is not None:
        faults.append(FieldError("hours", msg("A day off has no office hours.")))
    return faults


def _refuse_second(session: Session, who: Principal, unit: str, day: date) -> None:
    own = (CalendarChange.agency_id == who.agency_id, CalendarChange.unit == unit)
    other = session.scalar(select(CalendarChange).where(*own, CalendarChange.day == day))
    if other is not None:
        raise Conflict(
            msg("This day has an entry already: %(name)s. Take that one back first.", name=other.name)
        )


def _hours_at(who: Principal, unit: str) -> Select[CalendarHours]:
    return select(CalendarHours).where(CalendarHours.agency_id == who.agency_id, CalendarHours.unit == unit)


def _enter_hours(
    store: Store,
    session: Session,
    who: Principal,
    now: datetime,
    unit: str,
    week: worktime.Week,
    name: str,
    first: date | None,
    last: date | None,
) -> CalendarHours:
    row = CalendarHours(id=store.new_id(now), agency_id=who.agency_id, unit=unit, first=first, last=last)
    row.week, row.name, row.created_by, row.created_at = stored_week(week), name.strip(), who.id, now
    session.add(row)
    _note(session, who, now, name, what="hours", day=_iso(first), until=_iso(last), unit=unit)
    return row


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
