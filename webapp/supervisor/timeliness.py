"""Whether limits were kept: figures of a period, as a page and as a table for other programs."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _  # type: ignore[import-untyped]

from engine.cases import timeliness
from engine.cases.timeliness import Line, Timeliness
from engine.errors import FieldError, Invalid, msg
from webapp import format
from webapp.access import allow
from webapp.citizen.reporting import clock_name
from webapp.deadlines import written_limit
from webapp.house import house, now
from webapp.i18n import translate
from webapp.officer.surroundings import write_local_times
from webapp.supervisor.leading import leads
from webapp.visitor import person

blueprint = Blueprint("ketepatan", __name__)
write_local_times(blueprint)


@blueprint.get("/pantau/ketepatan")
@allow(leads)
def show() -> Response:
    """Clocks by month and steps, of the reports filed in the period that was asked for."""
    values = _asked()
    try:
        found, errors = _found(values), {}
    except Invalid as error:
        found, errors = None, {each.key: translate(each.message) for each in error.fields}
    html = render_template(
        "supervisor/timeliness.html",
        values=values,
        errors=errors,
        summary=[{"id": key, "text": text} for key, text in errors.items()],
        found=found,
        clocks=[_row(line) for line in found.clocks] if found else [],
        steps=[_row(line) for line in found.steps] if found else [],
        whole=_whole(found.clocks) if found else None,
    )
    return make_response(html, 422 if errors else 200)


@blueprint.get("/pantau/ketepatan.csv")
@allow(leads)
def table() -> Response:
    """The same as comma-separated values."""
    found = _found(_asked())
    text = io.StringIO()
    csv.writer(text).writerows(_records(found))
    answer = Response(
        "\ufeff" + text.getvalue(), mimetype="text/csv"
    )  # the mark tells Excel that it is UTF-8
    name = f"ketepatan-{found.first}-{found.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked() -> dict[str, str]:
    """The period of the address; without one, this month and the eleven before it."""
    today = now().astimezone(format.page_zone()).date()
    first = today.replace(year=today.year - 1, day=1) + timedelta(days=32)
    return {
        "dari": request.args.get("dari", "").strip() or first.replace(day=1).isoformat(),
        "sampai": request.args.get("sampai", "").strip() or today.isoformat(),
    }


def _found(values: dict[str, str]) -> Timeliness:
    days, faults = {}, []
    for key, text in values.items():
        try:
            days[key] = date.fromisoformat(text)
        except ValueError:
            faults.append(FieldError(key, msg("Write a day, for example 2026-01-31.")))
    if faults:
        raise Invalid(msg("Some answers need correction."), faults)
    return timeliness.timeliness(house(), person(), days["dari"], days["sampai"])


def _row(line: Line) -> dict[str, object]:
    percent = line.count.percent
    return {
        "sop": line.sop,
        "name": clock_name(line.name) if line.kind == "clock" else line.name,
        "stage": line.kind == "stage",
        "month": format.month(line.month) if line.month else "",
        "limit": _limit(line),
        "count": line.count,
        "percent": None if percent is None else format.number(round(percent, 1)),
        "share": 0 if percent is None else round(percent),
    }


def _limit(line: Line) -> str:
    """The limit as the SOP sheet says it; a formula is for designers only."""
    if isinstance(line.limit, str) and line.limit.startswith("="):
        return str(_("counted from the report's data"))
    return written_limit(line.limit)


def _whole(clocks: list[Line]) -> timeliness.Count:
    counts = [line.count for line in clocks]
    met, late, running = (sum(getattr(each, name) for each in counts) for name in ("met", "late", "running"))
    return timeliness.Count(met, late, running)


def _records(found: Timeliness) -> Iterator[list[object]]:
    """One row for each line, under a heading in the reader's language."""
    yield [
        _("Kind"), _("SOP"), _("Name"), _("Month"), _("Time limit"), _("In time"), _("Late"), _("Running"),
        _("Per cent in time"),
    ]  # fmt: skip
    kinds = {"clock": _("Clock"), "step": _("Step"), "stage": _("Group of steps")}
    for line in (*found.clocks, *found.steps):
        row, count = _row(line), line.count
        month = line.month.strftime("%Y-%m") if line.month else ""
        share = "" if count.percent is None else round(count.percent, 1)
        named = [kinds[line.kind], row["sop"], row["name"], month, row["limit"]]
        yield [*map(plain, named), count.met, count.late, count.running, share]


def plain(text: object) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if str(text).startswith(("=", "+", "-", "@")) else str(text)
