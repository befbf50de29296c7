"""The working calendar of the agency or a unit: the year at a glance, own days, and years to confirm."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response as Answer

from engine import worktime
from engine.errors import msg
from engine.people import calendars, directory, keeping
from engine.worktime import national
from webapp import csrf, format, notices, refill
from webapp.access import allow
from webapp.admin import filling, kept_changes
from webapp.admin.filling import Attempt, administers, attempt, confirm, page, typed
from webapp.admin.unit_calendars import asked_unit, calendar_here, unit_choices
from webapp.admin.year import YEARS, months_of, rows_of, weekdays
from webapp.house import house, now
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_kalender", __name__)
write_local_times(blueprint)
FIELDS = {"day": "tanggal", "kind": "jenis", "name": "alasan", "hours": "buka"}


@blueprint.get("/kelola/kalender")
@blueprint.get("/kelola/kalender/hari", endpoint="show_add")
@allow(administers)
def show() -> Response:
    """The working days of a year, with names and reasons of the others."""
    return _page({})


@blueprint.post("/kelola/kalender/hari")
@refill.refillable
@allow(administers)
def add() -> Answer:
    """Add a day on which the agency, or a unit, rests, works, or works other hours, against the list."""
    values = typed("tanggal", "jenis", "buka", "tutup", "alasan")
    if refill.is_review():
        return _page(values)
    found = attempt(lambda: _add(values), FIELDS, taken="tanggal")
    if not found.done:
        return _page(values, found)
    return notices.go(
        _address(found.done),
        msg(
            "%(day)s was added. Deadlines that already run stay as they are.", day=format.day(found.done.day)
        ),
    )


@blueprint.get("/kelola/kalender/hari/<change_id>/hapus")
@allow(administers)
def ask_to_remove(change_id: str) -> Response:
    """Ask before an own day is taken back."""
    change = calendars.change(house(), person(), change_id)
    return confirm(
        heading=_("Take back %(day)s (%(name)s)?", day=format.day(change.day), name=change.name),
        lines=[
            _("The day counts again as the national list says."),
            _("Deadlines that already run stay as they are; new ones are counted without this entry."),
        ],
        button=_("Take back the day"),
        back=_address(change),
        tab="kelola_kalender",
    )


@blueprint.post("/kelola/kalender/hari/<change_id>/hapus")
@allow(administers)
def remove(change_id: str) -> Answer:
    """Take an own day back."""
    csrf.submitted_key()
    change = calendars.change(house(), person(), change_id)
    keeping.remove_change(house(), person(), change_id)
    return notices.go(_address(change), msg("%(day)s was taken back.", day=format.day(change.day)))


@blueprint.get("/kelola/kalender/tahun/<int:year>")
@allow(administers)
def ask_to_confirm(year: int) -> Response:
    """Ask by which decree a year's list is complete."""
    return _confirming(year, {})


@blueprint.post("/kelola/kalender/tahun/<int:year>")
@refill.refillable
@allow(administers)
def confirm_year(year: int) -> Answer:
    """Confirm that a year's holidays and joint leave are complete: no count warns of it any more."""
    values = typed("dasar")
    if refill.is_review():
        return _confirming(year, values)
    found = attempt(lambda: keeping.confirm_year(house(), person(), year, values["dasar"]), {"name": "dasar"})
    if not found.done:
        return _confirming(year, values, found)
    return notices.go(
        url_for("kelola_kalender.show", tahun=year), msg("The year %(year)s is confirmed.", year=year)
    )


def _confirming(year: int, values: dict[str, str], found: Attempt | None = None) -> Response:
    if year not in YEARS:
        raise NoPage
    return page("admin/confirm_year.html", found, year=year, values=values, list=national.year(year))


def _add(values: dict[str, str]) -> Any:
    wanted, unit = filling.day(values["tanggal"], "day"), asked_unit()
    if wanted is None or wanted.year not in YEARS:
        raise filling.fault("day", msg("Write a date, for example 2026-04-01."))
    hours = filling.hours(values, "buka", "tutup")
    if values["jenis"] in (calendars.FREE, calendars.WORKED):
        _must_differ(wanted, values["jenis"], hours)
    return keeping.add_change(house(), person(), wanted, values["jenis"], values["alasan"], unit, hours)


def _must_differ(wanted: date, kind: str, hours: worktime.Hours | None) -> None:
    """An entry that changes nothing is a slip of the pen."""
    here = calendar_here()
    if here.is_working(wanted) and hours == here.hours(wanted):
        raise filling.fault("buka", msg("These are the hours of this day anyway."))
    if hours is None and here.is_working(wanted) == (kind == calendars.WORKED):
        worked = msg("This day is a working day anyway.")
        raise filling.fault("day", worked if kind == calendars.WORKED else msg("This day is off anyway."))


def _address(change: Any) -> str:
    """The page of the year and unit of an own day."""
    return url_for("kelola_kalender.show", tahun=change.day.year, unit=change.unit or None)


def _page(values: dict[str, str], found: Attempt | None = None) -> Response:
    year, unit, calendar = _year(values.get("tanggal", "")[:4]), asked_unit(), calendar_here()
    own = [each for each in calendars.changes(house(), person(), unit) if each.day.year == year]
    months = months_of(calendar, year, filling.today_here())
    return page(
        "admin/calendar.html",
        found,
        values=values,
        year=year,
        years=YEARS,
        unit=unit,
        units=unit_choices(),
        months=months,
        weekdays=weekdays(),
        working=sum(each.working for each in months),
        rows=rows_of(calendar, year, own),
        periods=[each for each in calendar.periods if each.first.year <= year <= each.last.year],
        zone=format.zone_word(calendar.zone, now()),
        names=directory.names(house(), person(), [each.created_by for each in own]),
        national=national.year(year),
        settled=year in calendar.settled,
        open_years=[row.year for row in keeping.open_years(house(), person())],
        version=calendar.version,
        kept=kept_changes.rows(),
    )


def _year(typed: str) -> int:
    """The asked year, else that of the day just typed, else this one."""
    asked = request.args.get("tahun", "")
    for text in (asked, typed):
        if text.isdecimal() and int(text[:4]) in YEARS:
            return int(text[:4])
    if asked.isdecimal():
        raise NoPage
    return filling.today_here().year
