"""The working calendar: the year at a glance, the agency's own days, and how a limit is counted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response as Answer

from engine import worktime
from engine.errors import Invalid, NotFound, msg
from engine.people import calendars, directory, keeping
from engine.worktime import national
from webapp import csrf, deadlines, format, notices, refill
from webapp.access import allow
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, attempt, confirm, page, typed
from webapp.admin.year import YEARS, months_of, rows_of, weekdays
from webapp.house import house, now
from webapp.i18n import translate
from webapp.officer.surroundings import calendar, write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_kalender", __name__)
write_local_times(blueprint)
FIELDS = {"day": "tanggal", "kind": "jenis", "name": "alasan"}


@dataclass(frozen=True)
class Counted:
    """A limit counted: when it is due, how in words, and which years' lists are not final."""

    due: datetime
    words: dict[str, Any]
    warnings: list[str]


@blueprint.get("/kelola/kalender")
@allow(administers)
def show() -> Response:
    """The working days of a year, with names and reasons of the others."""
    return _page({})


@blueprint.post("/kelola/kalender")
@refill.refillable
@allow(administers)
def add() -> Answer:
    """Add a day on which the agency rests or works against the national list."""
    values = typed("tanggal", "jenis", "alasan")
    if refill.is_review():
        return _page(values)
    found = attempt(lambda: _add(values), FIELDS)
    if not found.done:
        return _page(values, found)
    return notices.go(
        url_for("kelola_kalender.show", tahun=found.done.day.year),
        msg(
            "%(day)s was added. Deadlines that already run stay as they are.", day=format.day(found.done.day)
        ),
    )


@blueprint.get("/kelola/kalender/hari/<change_id>/hapus")
@allow(administers)
def ask_to_remove(change_id: str) -> Response:
    """Ask before a day of the agency's own is taken back."""
    change = _change(change_id)
    return confirm(
        heading=_("Take back %(day)s (%(name)s)?", day=format.day(change.day), name=change.name),
        lines=[
            _("The day counts again as the national list says."),
            _("Deadlines that already run stay as they are; new ones are counted without this entry."),
        ],
        button=_("Take back the day"),
        back=url_for("kelola_kalender.show", tahun=change.day.year),
        tab="kelola_kalender",
    )


@blueprint.post("/kelola/kalender/hari/<change_id>/hapus")
@allow(administers)
def remove(change_id: str) -> Answer:
    """Take a day of the agency's own back."""
    csrf.submitted_key()
    change = _change(change_id)
    keeping.remove_change(house(), person(), change_id)
    return notices.go(
        url_for("kelola_kalender.show", tahun=change.day.year),
        msg("%(day)s was taken back.", day=format.day(change.day)),
    )


@blueprint.get("/kelola/kalender/hitung")
@allow(administers)
def count() -> Response:
    """How a limit is counted on this calendar, in words."""
    local = now().astimezone(ZoneInfo(person().zone))
    values = {
        "batas": request.args.get("batas", "")[:60],
        "mulai": request.args.get("mulai", "")[:30] or local.strftime("%Y-%m-%dT%H:%M"),
        "berakhir": request.args.get("berakhir", "")[:10],
    }
    if "batas" not in request.args:
        return page("admin/count.html", values={**values, "batas": "3 HK"}, counted=None)
    try:
        counted = _count(values)
    except Invalid as error:
        field = error.fields[0].key if error.fields else "batas"
        text = translate(error.fields[0].message if error.fields else error.message)
        return page("admin/count.html", Attempt(errors={field: text}, status=422), values=values)
    return page("admin/count.html", values=values, counted=counted)


def _count(values: dict[str, str]) -> Counted:
    limit = worktime.Limit.parse(values["batas"])
    try:
        start = datetime.fromisoformat(values["mulai"])
    except ValueError:
        raise filling.fault("mulai", msg("Write day and time, for example 2026-04-01T09:30.")) from None
    if start.tzinfo is None:
        start = start.replace(tzinfo=ZoneInfo(person().zone))
    ends = values["berakhir"] if values["berakhir"] in ("office", "day") else None
    found = worktime.due(limit, start, calendar(), ends=ends)  # type: ignore[arg-type]
    if found.at is None:
        raise filling.fault("batas", msg("This limit never ends."))
    return Counted(
        found.at, deadlines.explain(found.receipt), [_warning(w) for w in found.receipt["warnings"]]
    )


def _warning(warning: dict[str, Any]) -> str:
    if warning["kind"] == "estimated":
        return str(
            _(
                "%(year)s: dates that are estimates: %(names)s.",
                year=warning["year"],
                names=", ".join(warning["names"]),
            )
        )
    return str(_("%(year)s: the joint leave is not in the list yet.", year=warning["year"]))


def _add(values: dict[str, str]) -> Any:
    wanted = filling.day(values["tanggal"], "day")
    if wanted is None or wanted.year not in YEARS:
        raise filling.fault("day", msg("Write a date, for example 2026-04-01."))
    if any(each.day == wanted for each in calendars.changes(house(), person())):
        raise filling.fault("day", msg("This day has an entry already. Take that one back first."))
    if values["jenis"] in (calendars.FREE, calendars.WORKED):
        _must_differ(wanted, values["jenis"])
    return keeping.add_change(house(), person(), wanted, values["jenis"], values["alasan"])


def _must_differ(wanted: date, kind: str) -> None:
    """An entry that changes nothing is a slip of the pen."""
    if calendar().is_working(wanted) == (kind == calendars.WORKED):
        worked = msg("This day is a working day anyway.")
        raise filling.fault("day", worked if kind == calendars.WORKED else msg("This day is off anyway."))


def _change(change_id: str) -> Any:
    for each in calendars.changes(house(), person()):
        if each.id == change_id:
            return each
    raise NotFound(msg("There is no such day."))


def _page(values: dict[str, str], found: Attempt | None = None) -> Response:
    year = _year(values.get("tanggal", "")[:4])
    own = [each for each in calendars.changes(house(), person()) if each.day.year == year]
    months = months_of(calendar(), year, filling.today_here())
    return page(
        "admin/calendar.html",
        found,
        values=values,
        year=year,
        years=YEARS,
        months=months,
        weekdays=weekdays(),
        working=sum(each.working for each in months),
        rows=rows_of(calendar(), year, own),
        names=directory.names(house(), person(), [each.created_by for each in own]),
        national=national.year(year),
        version=calendar().version,
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
