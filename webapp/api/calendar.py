"""Calendars by program: days, hours and confirmed years of an agency and its units; what would move."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import Field

from engine.cases import recounted
from engine.people import calendars, keeping
from engine.runtime import moving, recount
from webapp.access import allow, signed_in
from webapp.api.agencies import Name, administers
from webapp.api.operation import Answer, Given, maybe, operation
from webapp.api.shapes import Row
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_calendar", __name__, url_prefix="/api/v1", tag="Calendars")

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["08:00"])]
Hours = Annotated[list[Clock], Field(min_length=2, max_length=2, examples=[["00:00", "24:00"]])]
Week = Annotated[list[Hours | None], Field(min_length=7, max_length=7)]
Zone = Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]


class OfUnit(Given):
    """``unit`` is a unit's key; without one the whole agency is meant."""

    unit: Annotated[str, Field(max_length=60)] = ""


class CalendarChange(Answer):
    """A day that the agency, or a unit, rests (libur) or works (kerja) against the national calendar.

    ``hours`` are those of that day alone, for example half a day before a feast.
    """

    id: str
    unit: str
    day: date
    kind: str
    name: str
    hours: list[str] | None


class CalendarChanges(Answer):
    items: list[CalendarChange]
    next: str | None = None


class NewCalendarChange(OfUnit):
    day: date
    kind: Literal["libur", "kerja"]
    name: Name
    hours: Hours | None = None


class OfficeHours(Answer):
    """Hours by weekday from Monday, null on a day of rest; of a period where ``first`` and ``last`` stand."""

    id: str
    unit: str
    first: date | None
    last: date | None
    week: list[list[str] | None]
    name: str


class AllOfficeHours(Answer):
    items: list[OfficeHours]
    next: str | None = None


class NewOfficeHours(OfUnit):
    """``name`` says why, or what the period is called; a period has ``first`` and ``last``."""

    week: Week
    name: Name
    first: date | None = None
    last: date | None = None


class NewZone(OfUnit):
    """``zone`` null, for a unit: the zone of what stands above it."""

    zone: Zone | None
    name: Name


class Confirmation(Given):
    """``name`` says by which decree the year's holidays and joint leave are complete."""

    year: int
    name: Name


class Year(Answer):
    """A year that deadlines reach and whose list nobody has confirmed yet."""

    year: int


class Years(Answer):
    items: list[Year]
    next: str | None = None


class Points(Answer):
    """``resumes`` is when the pause of a clock that stands ends at the latest."""

    reminder: datetime | None
    due: datetime | None
    second: datetime | None
    resumes: datetime | None


class Move(Answer):
    """An open deadline or drawn timer that today's calendars count differently, before and after."""

    kind: str
    id: str
    case_number: str | None
    element: str
    name: str
    before: Points
    after: Points
    receipt: dict[str, Any]


class Moves(Answer):
    """``version`` names the calendars of this preview; the counts are over all pages."""

    items: list[Move]
    next: str | None
    version: str
    total: int
    later: int
    earlier: int
    overdue: int


class MovesQuery(Given):
    cursor: Annotated[str | None, Field(max_length=60)] = None


class MoveOrder(Given):
    """``version`` is that of the preview; ``reason`` stands in the history of each report."""

    version: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Name


class Moved(Answer):
    moved: int


@blueprint.get("/calendar/changes")
@operation("listCalendarChanges", query=OfUnit, answer=CalendarChanges)
@allow(signed_in)
def changes(query: OfUnit) -> CalendarChanges:
    """List the own days of the agency or of a unit, by date."""
    rows = calendars.changes(house(), person(), query.unit)
    return CalendarChanges(items=[_change(row) for row in rows])


@blueprint.post("/calendar/changes")
@operation("addCalendarChange", body=NewCalendarChange, answer=CalendarChange, status=201, errors=(404, 409))
@allow(administers)
def add_change(body: NewCalendarChange) -> CalendarChange:
    """Rest or work on a day, or work it in hours of its own; stored due times do not move by it."""
    hours = calendars.hours_of(body.hours)
    return _change(keeping.add_change(house(), person(), body.day, body.kind, body.name, body.unit, hours))


@blueprint.delete("/calendar/changes/<change_id>")
@operation("removeCalendarChange", status=204)
@allow(administers)
def remove_change(change_id: str) -> None:
    """Take an own day back."""
    keeping.remove_change(house(), person(), change_id)


@blueprint.get("/calendar/hours")
@operation("listOfficeHours", query=OfUnit, answer=AllOfficeHours)
@allow(signed_in)
def hours(query: OfUnit) -> AllOfficeHours:
    """List the office hours that the agency or a unit set itself: the standing ones, then periods."""
    rows = calendars.hours(house(), person(), query.unit)
    return AllOfficeHours(items=[_hours(row) for row in rows])


@blueprint.post("/calendar/hours")
@operation("setOfficeHours", body=NewOfficeHours, answer=OfficeHours, status=201, errors=(404, 409))
@allow(administers)
def set_hours(body: NewOfficeHours) -> OfficeHours:
    """Set the standing office hours, or the week of a period; stored due times do not move."""
    week = calendars.week_of(body.week)
    if body.first is None and body.last is None:
        return _hours(keeping.set_hours(house(), person(), week, body.name, body.unit))
    first, last = body.first or body.last, body.last or body.first
    assert first is not None and last is not None
    return _hours(keeping.set_period(house(), person(), first, last, week, body.name, body.unit))


@blueprint.delete("/calendar/hours/<hours_id>")
@operation("removeOfficeHours", status=204)
@allow(administers)
def remove_hours(hours_id: str) -> None:
    """Take own hours back: what stands above counts again."""
    keeping.remove_hours(house(), person(), hours_id)


@blueprint.post("/calendar/zones")
@operation("setZone", body=NewZone, status=204, errors=(404,))
@allow(administers)
def set_zone(body: NewZone) -> None:
    """Set the time zone that the agency or a unit counts in."""
    keeping.set_zone(house(), person(), body.unit, body.zone, body.name)


@blueprint.get("/calendar/years")
@operation("listOpenYears", answer=Years)
@allow(administers)
def years() -> Years:
    """List the years that deadlines reach and nobody has confirmed yet."""
    return Years(items=[Year(year=row.year) for row in keeping.open_years(house(), person())])


@blueprint.post("/calendar/years")
@operation("confirmYear", body=Confirmation, status=204)
@allow(administers)
def confirm_year(body: Confirmation) -> None:
    """Confirm that a year's holidays and joint leave are complete."""
    keeping.confirm_year(house(), person(), body.year, body.name)


@blueprint.get("/calendar/moves")
@operation("previewMoves", query=MovesQuery, answer=Moves)
@allow(administers)
def preview(query: MovesQuery) -> Moves:
    """List the open deadlines that today's calendars would move; nothing is changed."""
    found = recounted.preview(house(), person(), query.cursor)
    return Moves(
        items=[_move(each) for each in found.moves],
        next=found.next,
        version=found.version,
        total=found.total,
        later=found.later,
        earlier=found.earlier,
        overdue=found.overdue,
    )


@blueprint.post("/calendar/moves")
@operation("moveDeadlines", body=MoveOrder, answer=Moved, errors=(409,))
@allow(administers)
def move(body: MoveOrder) -> Moved:
    """Move every open deadline as the preview showed, all or none, with who and why in each history."""
    return Moved(moved=moving.move(house(), person(), body.reason, body.version))


def _change(row: Row) -> CalendarChange:
    shown = {"id": row.id, "unit": row.unit, "day": row.day, "kind": row.kind, "name": row.name}
    return CalendarChange(**shown, hours=row.hours)


def _hours(row: Row) -> OfficeHours:
    return OfficeHours(id=row.id, unit=row.unit, first=row.first, last=row.last, week=row.week, name=row.name)


def _move(row: recount.Move) -> Move:
    return Move(
        kind=row.kind,
        id=row.id,
        case_number=row.case,
        element=row.element,
        name=row.name,
        before=_points(row.before),
        after=_points(row.after),
        receipt=row.receipt,
    )


def _points(points: recount.Points) -> Points:
    return Points(
        reminder=maybe(points.reminder),
        due=maybe(points.due),
        second=maybe(points.second),
        resumes=maybe(points.resumes),
    )
