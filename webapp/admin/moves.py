"""Open deadlines that today's calendars would move: looked at page by page, then moved all at once."""

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.cases import recounted
from engine.errors import Message, msg
from engine.runtime import moving, recount
from webapp import deadlines, notices, refill
from webapp.access import allow
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, attempt, page, typed
from webapp.citizen.reporting import clock_name
from webapp.house import house
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_tenggat", __name__)
write_local_times(blueprint)


@blueprint.get("/kelola/kalender/tenggat")
@allow(administers)
def show() -> Response:
    """What would move, before and after."""
    return _page({})


@blueprint.post("/kelola/kalender/tenggat")
@refill.refillable
@allow(administers)
def move() -> Answer:
    """Move every deadline as the preview showed, with who and why in each history."""
    values = typed("alasan", "versi")
    if refill.is_review():
        return _page(values)
    found = attempt(
        lambda: (moving.move(house(), person(), values["alasan"], values["versi"]),), {"reason": "alasan"}
    )
    if not found.done:
        return _page(values, found)
    return notices.go(url_for("kelola_tenggat.show"), _told(found.done[0]))


def _told(moved: int) -> Message:
    if moved == 0:
        return msg("No deadline had to move.")
    return msg("%(count)d deadlines were moved; each report's history says from when to when.", count=moved)


def _page(values: dict[str, str], found: Attempt | None = None) -> Response:
    preview = recounted.preview(house(), person(), filling.after())
    return page(
        "admin/moves.html",
        found,
        tab="kelola_kalender",
        values=values,
        preview=preview,
        rows=[_row(each) for each in preview.moves],
        first=request.args.get("sesudah") is None,
    )


def _row(move: recount.Move) -> dict[str, object]:
    return {
        "move": move,
        "name": clock_name(move.name) if move.kind == "clock" else move.name,
        "words": deadlines.explain(move.receipt),
    }
