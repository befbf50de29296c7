"""How a limit is counted on the agency's calendar, or on a unit's, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from engine import worktime
from engine.errors import Invalid, msg
from webapp import deadlines, format
from webapp.access import allow
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, page
from webapp.admin.unit_calendars import asked_unit, calendar_here, unit_choices
from webapp.house import now
from webapp.i18n import translate
from webapp.officer.surroundings import write_local_times

blueprint = Blueprint("kelola_hitung", __name__)
write_local_times(blueprint)


@dataclass(frozen=True)
class Counted:
    """A limit counted: when it is due, and how in words."""

    due: datetime
    words: dict[str, Any]


@blueprint.get("/kelola/kalender/hitung")
@allow(administers)
def count() -> Response:
    """How a limit is counted on this calendar, in words."""
    here = calendar_here()
    format.use_zone(here.zone.key)  # what is typed and what is counted are of one zone
    local = now().astimezone(here.zone)
    values = {
        "batas": request.args.get("batas", "")[:60],
        "mulai": request.args.get("mulai", "")[:30] or local.strftime("%Y-%m-%dT%H:%M"),
        "berakhir": request.args.get("berakhir", "")[:10],
        "unit": asked_unit(),
    }
    shown: dict[str, Any] = {"tab": "kelola_kalender", "units": unit_choices()}
    if "batas" not in request.args:
        return page("admin/count.html", values={**values, "batas": "3 HK"}, counted=None, **shown)
    try:
        counted = _count(values, here)
    except Invalid as error:
        field = error.fields[0].key if error.fields else "batas"
        text = translate(error.fields[0].message if error.fields else error.message)
        return page("admin/count.html", Attempt(errors={field: text}, status=422), values=values, **shown)
    return page("admin/count.html", values=values, counted=counted, **shown)


def _count(values: dict[str, str], calendar: worktime.Calendar) -> Counted:
    limit = worktime.Limit.parse(values["batas"])
    try:
        start = datetime.fromisoformat(values["mulai"])
    except ValueError:
        raise filling.fault("mulai", msg("Write day and time, for example 2026-04-01T09:30.")) from None
    if start.tzinfo is None:
        start = start.replace(tzinfo=calendar.zone)
    ends = values["berakhir"] if values["berakhir"] in ("office", "day") else None
    found = worktime.due(limit, start, calendar, ends=ends)  # type: ignore[arg-type]
    if found.at is None:
        raise filling.fault("batas", msg("This limit never ends."))
    return Counted(found.at, deadlines.explain(found.receipt))
