"""A new SOP from a built-in package, or drawn from an empty one."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from engine.catalog import definitions, library
from engine.catalog.replication import Identity, blank, replicate
from engine.errors import Invalid, msg
from engine.people import agencies, roles
from webapp import csrf, notices, refill
from webapp.access import allow
from webapp.designer.frame import address, designs, write_local_times
from webapp.designer.listing import title_of_sample
from webapp.house import house
from webapp.i18n import translate
from webapp.visitor import person

blueprint = Blueprint("sop_baru", __name__)
write_local_times(blueprint)


@blueprint.get("/sop/dari-contoh")
@allow(designs)
def samples() -> Response:
    """Choose a package that comes with Alur, and what it is called here."""
    chosen = request.args.get("contoh", "")
    return _samples({"contoh": chosen, "kunci": "", "nama": dict(_known()).get(chosen, "")})


@blueprint.post("/sop/dari-contoh")
@allow(designs)
@refill.refillable
def copy() -> Response:
    """Keep a copy as a draft under the agency's own process id and identity."""
    csrf.submitted_key()
    given = {name: request.form.get(name, "").strip() for name in ("contoh", "kunci", "nama")}
    if refill.is_review():
        return _samples(given)
    if given["contoh"] not in dict(_known()):
        return _samples(given, [{"id": "contoh", "text": translate(msg("Choose a sample."))}])
    agency, _, process = given["contoh"].partition("/")
    try:
        files = replicate(library.built_in().package(agency, process), process, _identity(given))
    except Invalid as error:
        return _samples(given, _problems(error))
    made, _verdict = definitions.upload(house(), person(), files, note=process)
    return notices.go(address(made), msg("Copied as a draft. Fill in the SOP-AP identity in sop.toml."))


@blueprint.get("/sop/gambar-baru")
@allow(designs)
def draw() -> Response:
    """Name a new SOP and its lanes."""
    return _draw({"kunci": "", "nama": ""}, [])


@blueprint.post("/sop/gambar-baru")
@allow(designs)
@refill.refillable
def begin() -> Response:
    """Keep an empty diagram as a draft, and open it in the modeler."""
    csrf.submitted_key()
    given = {name: request.form.get(name, "").strip() for name in ("kunci", "nama")}
    titles = _titles()
    chosen = [role for role in request.form.getlist("peran") if role in titles]
    if refill.is_review():
        return _draw(given, chosen)
    try:
        files = blank(_identity(given), [(role, titles[role]) for role in chosen], person().zone)
    except Invalid as error:
        return _draw(given, chosen, _problems(error))
    made, _verdict = definitions.upload(house(), person(), files)
    path = f"{made.process_key}.bpmn"
    return notices.go(address(made, "ubah.edit", berkas=path), msg("A draft is kept. Draw on."))


def _identity(given: dict[str, str]) -> Identity:
    own = agencies.agency(house(), person())
    return Identity(given["kunci"], given["nama"], own.name, own.code)


def _known() -> list[tuple[str, str]]:
    """The built-in packages that start a report of their own: (``agency/process``, title)."""
    tree = library.built_in()
    return [
        (f"{agency}/{process}", title_of_sample(tree, agency, process))
        for agency, process in tree.names()
        if agency != library.SHARED and "scenarios.toml" in tree.package(agency, process)
    ]


def _titles() -> dict[str, str]:
    return {role.key: role.title or role.key for role, _ in roles.listing(house(), person())}


def _problems(error: Invalid) -> list[dict[str, str]]:
    return [{"id": each.key, "text": translate(each.message)} for each in error.fields]


def _samples(given: dict[str, str], problems: list[dict[str, str]] | None = None) -> Response:
    return _page("samples", given, problems, samples=_known())


def _draw(given: dict[str, str], chosen: list[str], problems: list[dict[str, str]] | None = None) -> Response:
    return _page("draw", given, problems, titles=_titles(), chosen=chosen)


def _page(
    template: str, given: dict[str, str], problems: list[dict[str, str]] | None, **more: Any
) -> Response:
    html = render_template(f"designer/{template}.html", given=given, errors=problems or [], **more)
    return make_response(html, 422 if problems else 200)
