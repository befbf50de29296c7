"""The agency's own name and the contact that the public sees."""

from typing import Any

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as Answer

from engine.errors import msg
from engine.people import agencies
from webapp import notices, refill
from webapp.access import allow
from webapp.admin.filling import Attempt, administers, attempt, page, typed
from webapp.house import house
from webapp.visitor import person

blueprint = Blueprint("kelola_instansi", __name__)


@blueprint.get("/kelola/instansi")
@allow(administers)
def show() -> Response:
    """Name and contact to change; key, code and zone to read."""
    own = agencies.agency(house(), person())
    return _form(own, {"nama": own.name, "kontak": own.contact})


@blueprint.post("/kelola/instansi")
@refill.refillable
@allow(administers)
def change() -> Answer:
    """Change name and contact."""
    values = typed("nama", "kontak")
    if refill.is_review():
        return _form(agencies.agency(house(), person()), values)
    found = attempt(
        lambda: agencies.change_agency(house(), person(), name=values["nama"], contact=values["kontak"]),
        {"name": "nama", "contact": "kontak"},
    )
    if not found.done:
        return _form(agencies.agency(house(), person()), values, found)
    return notices.go(url_for("kelola_instansi.show"), msg("Saved. The public sees it at once."))


def _form(own: Any, values: dict[str, str], found: Attempt | None = None) -> Response:
    return page("admin/agency.html", found, own=own, values=values)
