"""Following a report by its number: states and dates; an unknown and a secret report look alike."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import following, numbers
from webapp import format, limits
from webapp.access import allow, public
from webapp.citizen.statuses import WORDS, way
from webapp.house import house

blueprint = Blueprint("lacak", __name__)
limits.hold_guesses(blueprint)
LONGEST = 40


@blueprint.get("/lacak")
@allow(public)
def ask() -> Response:
    """Where number and code are entered; a number alone leads to its public page."""
    number = request.args.get("nomor", "").strip()
    if number:
        return redirect(url_for("lacak.status", number=numbers.normal_tracking(number[:LONGEST]) or "-"), 303)
    return make_response(render_template("citizen/track.html", number="", problem=None))


@blueprint.get("/lacak/<number>")
@allow(public)
def status(number: str) -> Response:
    """The public status of a report."""
    found = following.public_status(house(), number[:LONGEST])
    shown = numbers.normal_tracking(number[:LONGEST])
    if found is None:
        return make_response(render_template("citizen/no_status.html", number=shown), 404)
    format.use_zone(found.zone)
    html = render_template(
        "citizen/status.html", status=found, words=WORDS[found.status], way=way(found.status)
    )
    return make_response(html)
