"""Office hours by weekday of the agency or a unit, periods such as Ramadan, and the time zone."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as Answer

from engine import worktime
from engine.errors import Invalid, msg
from engine.people import agencies, calendars, directory, keeping
from engine.worktime import national
from webapp import csrf, format, notices, refill
from webapp.access import allow
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, attempt, confirm, page, typed
from webapp.admin.unit_calendars import asked_unit, calendar_here, unit_choices
from webapp.admin.year import weekdays
from webapp.house import house, now
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_jam", __name__)
write_local_times(blueprint)
OPEN, CLOSE = "buka", "tutup"
CLOCKS = tuple(f"{name}{day}" for day in range(7) for name in (OPEN, CLOSE))
FEAST = "Hari Raya Idul Fitri"  # how the national list calls the day after Ramadan
RAMADAN_DAYS = 30


@blueprint.get("/kelola/kalender/jam")
@allow(administers)
def show() -> Response:
    """The hours that count now, own periods, and the forms to change them."""
    return _page({})


@blueprint.post("/kelola/kalender/jam")
@refill.refillable
@allow(administers)
def save() -> Answer:
    """Set the standing hours, or the week of a period when its days are given."""
    values = typed("alasan", "dari", "sampai", "tetap", *CLOCKS)
    if refill.is_review():
        return _page(values)
    found = attempt(
        lambda: _save(values),
        {"name": "alasan", "first": "dari", "last": "sampai", "week": "buka0"},
        taken="dari" if values["dari"] else "",
    )
    if not found.done:
        return _page(values, found)
    return notices.go(
        _address(), msg("The office hours were set. Deadlines that already run stay as they are.")
    )


@blueprint.post("/kelola/kalender/zona")
@allow(administers)
def zone() -> Answer:
    """Set the time zone of the agency or a unit."""
    values = typed("zona", "alasan_zona")
    found = attempt(
        lambda: keeping.set_zone(
            house(), person(), asked_unit(), values["zona"] or None, values["alasan_zona"]
        ),
        {"name": "alasan_zona", "zone": "zona"},
    )
    if not found.done:
        return _page(values, found)
    return notices.go(_address(), msg("The time zone was set. Deadlines that already run stay as they are."))


@blueprint.get("/kelola/kalender/jam/<hours_id>/hapus")
@allow(administers)
def ask_to_remove(hours_id: str) -> Response:
    """Ask before own hours are taken back; raises NotFound for hours that are not there."""
    calendars.one_hours(house(), person(), hours_id)
    return confirm(
        heading=_("Take these office hours back?"),
        lines=[
            _("The hours of what stands above count again; for the agency Monday to Friday, 08.00 to 16.00."),
            _("Deadlines that already run stay as they are; new ones are counted without this entry."),
        ],
        button=_("Take the hours back"),
        back=_address(),
        tab="kelola_kalender",
    )


@blueprint.post("/kelola/kalender/jam/<hours_id>/hapus")
@allow(administers)
def remove(hours_id: str) -> Answer:
    """Take own hours back."""
    csrf.submitted_key()
    keeping.remove_hours(house(), person(), hours_id)
    return notices.go(_address(), msg("The office hours were taken back."))


def _save(values: dict[str, str]) -> Any:
    week = _week(values)
    first, last = filling.day(values["dari"], "first"), filling.day(values["sampai"], "last")
    if first is None and last is None:
        seen = values["tetap"]
        return keeping.set_hours(house(), person(), week, values["alasan"], asked_unit(), seen=seen)
    if first is None or last is None:
        missing = "first" if first is None else "last"
        raise filling.fault(missing, msg("A period needs its first and its last day."))
    if last < first:
        raise filling.fault("last", msg("The end is before the start."))
    return keeping.set_period(house(), person(), first, last, week, values["alasan"], asked_unit())


def _week(values: dict[str, str]) -> worktime.Week:
    try:
        return worktime.checked_week(
            filling.hours(values, f"{OPEN}{day}", f"{CLOSE}{day}") for day in range(7)
        )
    except Invalid as error:
        if error.fields:
            raise
        raise filling.fault("week", error.message) from None


def _page(values: dict[str, str], found: Attempt | None = None) -> Response:
    unit, calendar = asked_unit(), calendar_here()
    own = calendars.hours(house(), person(), unit)
    for day, hours in enumerate(calendar.week):
        values.setdefault(f"{OPEN}{day}", f"{hours.opening:%H:%M}" if hours else "")
        values.setdefault(f"{CLOSE}{day}", f"{hours.closing:%H:%M}" if hours else "")
    return page(
        "admin/hours.html",
        found,
        tab="kelola_kalender",
        values=values,
        unit=unit,
        units=unit_choices(),
        weekdays=weekdays(),
        own=own,
        standing=next((each.id for each in own if each.first is None), ""),
        above=_from_above(calendar, own),
        names=directory.names(house(), person(), [each.created_by for each in own]),
        ramadan=_next_ramadan(),
        calendar=calendar,
        own_zone=_own_zone(unit) if unit else calendar.zone.key,
        zones=[(name, label) for label, name in worktime.ZONES.items()],
        zone_words=format.zone_word(calendar.zone, now()),
    )


def _from_above(calendar: worktime.Calendar, own: list[Any]) -> list[worktime.Period]:
    """The periods that a unit has of the agency or of units above it, but for those that are past."""
    mine, today = {(each.first, each.last, each.name) for each in own}, filling.today_here()
    here = [each for each in calendar.periods if (each.first, each.last, each.name) not in mine]
    return [each for each in here if each.last >= today]


def _own_zone(unit: str) -> str:
    return next((row.zone or "" for row in agencies.units(house(), person()) if row.key == unit), "")


def _next_ramadan() -> tuple[date, date] | None:
    """The days of the next Ramadan as the list lets one expect: up to the eve of Idul Fitri."""
    today = filling.today_here()
    for year in (today.year, today.year + 1):
        for day, name in national.year(year).days.items():
            if name.startswith(FEAST) and day > today:
                return day - timedelta(days=RAMADAN_DAYS), day - timedelta(days=1)
    return None


def _address() -> str:
    return url_for("kelola_jam.show", unit=request.values.get("unit") or None)
