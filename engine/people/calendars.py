"""The working calendars of an agency: the national one, the agency's own changes, and those of its units.

A unit counts by what stands nearest: its own days and hours, those of the units above it, the agency's. An
agency's ``calendar_stamp`` is new with every change, so a calendar once built is found again by its stamp.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import worktime
from engine.db.models import Agency, CalendarChange, CalendarHours, CalendarYear, Unit
from engine.db.prepared import Prepared
from engine.db.store import Store
from engine.errors import Invalid, NotFound, msg
from engine.people.principals import Principal
from engine.people.staff import unit_of

FREE, WORKED = "libur", "kerja"
WHOLE_AGENCY = ""
MOST_KNOWN = 1_000
STAMPED = (Agency.calendar, Agency.zone, Agency.calendar_stamp)
STAMP = Prepared(select(*STAMPED).where(Agency.id == bindparam("agency")))
Stamp = tuple[str, str, str | None]
_known: dict[tuple[str, str], worktime.Calendar] = {}


def calendar_of(
    session: Session, agency_id: str, unit: str | None = None, known: Stamp | None = None
) -> worktime.Calendar:
    """The calendar by which this agency or unit counts, as it stands in this transaction.

    A text that names no unit of the agency gives the agency's calendar. ``known`` is the agency's
    stamp where the transaction has read it already.
    """
    base, zone, stamp = known or stamped(session, agency_id)
    if stamp is None:
        return worktime.calendar(base, zone=zone)
    key = (stamp, unit or WHOLE_AGENCY)
    if key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[key] = _build(session, agency_id, base, zone, unit)
    return _known[key]


def calendar(store: Store, who: Principal, unit: str | None = None) -> worktime.Calendar:
    """The calendar of this person's agency, or of one of its units; raises NotFound."""
    with store.database.read() as session:
        if unit:
            unit_of(session, who.agency_id, unit)
        return calendar_of(session, who.agency_id, unit)


def fingerprint(session: Session, agency_id: str) -> str:
    """What all calendars of an agency are now: another text after any change, also of the national list."""
    stamp = stamped(session, agency_id)
    return f"{calendar_of(session, agency_id, known=stamp).version}:{stamp[2] or ''}"


def stamped(session: Session, agency_id: str) -> Stamp:
    """What an agency's calendars are found by: their base, zone and stamp."""
    found = STAMP.first(session, {"agency": agency_id})
    assert found is not None  # an agency is never deleted
    base, zone, stamp = found
    return base, zone, stamp


def changes(store: Store, who: Principal, unit: str = WHOLE_AGENCY) -> list[CalendarChange]:
    """The agency's own days, or a unit's own, by date."""
    with store.database.read() as session:
        query = select(CalendarChange).where(
            CalendarChange.agency_id == who.agency_id, CalendarChange.unit == unit
        )
        return list(session.scalars(query.order_by(CalendarChange.day)))


def change(store: Store, who: Principal, change_id: str) -> CalendarChange:
    """One of the own days of the agency or its units; raises NotFound."""
    with store.database.read() as session:
        row = session.get(CalendarChange, change_id)
    if row is None or row.agency_id != who.agency_id:
        raise NotFound(msg("There is no such day."))
    return row


def hours(store: Store, who: Principal, unit: str = WHOLE_AGENCY) -> list[CalendarHours]:
    """The office hours that the agency or a unit set itself: the standing ones, then periods by date."""
    with store.database.read() as session:
        query = select(CalendarHours).where(
            CalendarHours.agency_id == who.agency_id, CalendarHours.unit == unit
        )
        rows = list(session.scalars(query))
    return sorted(rows, key=lambda row: (row.first is not None, row.first, row.id))


def one_hours(store: Store, who: Principal, hours_id: str) -> CalendarHours:
    """Hours that the agency set itself; raises NotFound."""
    with store.database.read() as session:
        return find_hours(session, who, hours_id)


def find_hours(session: Session, who: Principal, hours_id: str) -> CalendarHours:
    """The same inside a transaction."""
    row = session.get(CalendarHours, hours_id)
    if row is None or row.agency_id != who.agency_id:
        raise NotFound(msg("There are no such hours."))
    return row


def week_of(rows: Iterable[Sequence[str] | None]) -> worktime.Week:
    """The stored pattern, seven of ``["08:00", "16:00"]`` or null; raises Invalid."""
    return worktime.checked_week(hours_of(row) for row in rows)


def hours_of(row: Sequence[str] | None) -> worktime.Hours | None:
    """Stored hours, ``["08:00", "16:00"]`` or null; raises Invalid."""
    if row is None:
        return None
    try:
        return worktime.Hours.read(row[0], row[1])
    except ValueError:
        raise Invalid(msg("Write two times, for example 08:00 and 16:00.")) from None


def stored_week(week: worktime.Week) -> list[Any]:
    """The pattern as it is stored."""
    return [stored_hours(each) for each in week]


def stored_hours(hours: worktime.Hours | None) -> list[str] | None:
    """Hours as they are stored."""
    return None if hours is None else [f"{hours.opening:%H:%M}", hours.closes_at]


def _build(session: Session, agency_id: str, base: str, zone: str, unit: str | None) -> worktime.Calendar:
    units = _upwards(session, agency_id, unit) if unit else []
    places = [*(each.key for each in units), WHOLE_AGENCY]  # the nearest first
    standing: dict[str, worktime.Week] = {}
    periods: list[tuple[int, worktime.Period]] = []
    for row in session.scalars(
        select(CalendarHours).where(CalendarHours.agency_id == agency_id, CalendarHours.unit.in_(places))
    ):
        if row.first is None or row.last is None:
            standing[row.unit] = week_of(row.week)
        else:
            period = worktime.Period(row.first, row.last, row.name, week_of(row.week))
            periods.append((places.index(row.unit), period))
    return worktime.calendar(
        f"{base}:{units[0].key}" if units else base,
        zone=next((each.zone for each in units if each.zone), zone),
        changes=_days(session, agency_id, places),
        week=next((standing[place] for place in places if place in standing), worktime.USUAL),
        periods=[each for _, each in sorted(periods, key=lambda pair: (pair[0], pair[1].first))],
        settled=session.scalars(
            select(CalendarYear.year).where(
                CalendarYear.agency_id == agency_id, CalendarYear.confirmed_at.is_not(None)
            )
        ).all(),
    )


def _days(session: Session, agency_id: str, places: list[str]) -> list[worktime.Change]:
    """Own days; where several places have one, the nearest counts."""
    rows = session.scalars(
        select(CalendarChange).where(CalendarChange.agency_id == agency_id, CalendarChange.unit.in_(places))
    )
    nearest = {row.day: row for row in sorted(rows, key=lambda row: -places.index(row.unit))}
    return [
        worktime.Change(row.day, "kerja" if row.kind == WORKED else "libur", row.name, hours_of(row.hours))
        for row in nearest.values()
    ]


def _upwards(session: Session, agency_id: str, key: str) -> list[Unit]:
    """The unit with this key and those above it; none when there is no such unit."""
    current = session.scalar(select(Unit).where(Unit.agency_id == agency_id, Unit.key == key))
    found: list[Unit] = []
    while current is not None and current not in found:
        found.append(current)
        current = session.get(Unit, current.parent_id) if current.parent_id else None
    return found
