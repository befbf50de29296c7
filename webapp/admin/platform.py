"""Pages of the platform's administrator: the agencies, a further one opened, how far each has come."""

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as Answer

from engine import worktime
from engine.errors import msg
from engine.people import agencies, directory
from engine.people.principals import PLATFORM, PLATFORM_AGENCY
from webapp import notices, refill
from webapp.access import allow, role
from webapp.admin.filling import Attempt, attempt, cut, page, typed
from webapp.house import house
from webapp.visitor import person

blueprint = Blueprint("pengelola", __name__)
manages = role(PLATFORM)
FIELDS = {
    "key": "kunci",
    "name": "nama",
    "code": "kode",
    "zone": "zona",
    "contact": "kontak",
    "login": "login",
    "admin_name": "nama_admin",
    "password": "kata_sandi",
}


@blueprint.get("/pengelola")
@allow(manages)
def overview() -> Response:
    """Every agency by name."""
    own = [each for each in agencies.agencies(house()) if each.key != PLATFORM_AGENCY]
    rows, following = cut(
        sorted(own, key=lambda row: (row.name.lower(), row.key)), lambda row: f"{row.name.lower()} {row.key}"
    )
    alone = directory.left_alone(house(), person())
    return page("admin/platform.html", rows=rows, following=following, zones=_zones(), alone=alone)


@blueprint.get("/pengelola/baru")
@allow(manages)
def new() -> Response:
    """The form of a further agency."""
    return _form({"zona": "Asia/Jakarta"})


@blueprint.post("/pengelola/baru")
@refill.refillable
@allow(manages)
def open_agency() -> Answer:
    """Open an agency with its first administrator."""
    values = typed(*FIELDS.values())
    if refill.is_review():
        return _form(values)
    found = attempt(
        lambda: agencies.open_agency(
            house(),
            person(),
            key=values["kunci"],
            name=values["nama"],
            code=values["kode"].upper(),
            zone=values["zona"],
            contact=values["kontak"],
            admin_login=values["login"],
            admin_name=values["nama_admin"],
            admin_password=values["kata_sandi"],
        ),
        FIELDS,
        taken="kunci",
    )
    if not found.done:
        return _form(values, found)
    return notices.go(
        url_for("pengelola.show", key=found.done.key), msg("%(name)s is open.", name=found.done.name)
    )


@blueprint.get("/pengelola/<key>")
@allow(manages)
def show(key: str) -> Response:
    """How far an agency has come, and what to do next."""
    progress = directory.progress(house(), person(), key)
    alone = key in directory.left_alone(house(), person())
    return page("admin/progress.html", progress=progress, zones=_zones(), alone=alone)


def _form(values: dict[str, str], found: Attempt | None = None) -> Response:
    values.pop("kata_sandi", None)
    return page("admin/agency_form.html", found, values=values, zones=_zones())


def _zones() -> dict[str, str]:
    """The zones by name, each in its usual three or four letters."""
    return {name: short for short, name in worktime.ZONES.items()}
