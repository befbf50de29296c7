"""The roles of the agency, who holds them, and the roles that its SOPs name."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.errors import NotFound, msg
from engine.people import appointments, directory, roles, staff
from webapp import csrf, notices, refill
from webapp.access import allow
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, attempt, cut, page, typed
from webapp.admin.named_roles import Named, named_roles
from webapp.house import house, now
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_peran", __name__)
write_local_times(blueprint)
FIELDS = {"key": "kunci", "title": "judul", "note": "catatan", "since": "mulai", "until": "sampai"}


@blueprint.get("/kelola/peran")
@allow(administers)
def listing() -> Response:
    """Roles by key with their holders and SOPs, and what the SOPs name beyond them."""
    named = named_roles()
    own = roles.listing(house(), person())
    rows, following = cut(own, lambda row: row[0].key)
    return page(
        "admin/roles.html",
        rows=rows,
        named=named,
        lacking=_lacking(named, {role.key for role, _count in own}),
        following=following,
    )


@blueprint.post("/kelola/peran/katalog")
@allow(administers)
def adopt() -> Answer:
    """Add roles of the catalogue, one or all that are lacking, with the titles that the SOPs give."""
    csrf.submitted_key()
    wanted = request.form.get("peran", "")
    known = {role.key for role, _count in roles.listing(house(), person())}
    lacking = _lacking(named_roles(), known)
    chosen = lacking if wanted == "*" else [each for each in lacking if each.key == wanted]
    for each in chosen:
        roles.save_role(house(), person(), each.key, each.title or each.key, each.note[:500])
    if not chosen:
        return notices.go(url_for("kelola_peran.listing"), msg("This role is there already."), "info")
    return notices.go(
        url_for("kelola_peran.listing"),
        msg("Roles added: %(roles)s. Now appoint somebody.", roles=", ".join(each.key for each in chosen)),
    )


@blueprint.get("/kelola/peran/baru")
@allow(administers)
def new() -> Response:
    """The form of a new role."""
    return page("admin/role_form.html", values={})


@blueprint.post("/kelola/peran/baru")
@refill.refillable
@allow(administers)
def add() -> Answer:
    """Add a role."""
    values = typed("kunci", "judul", "catatan")
    if refill.is_review():
        return page("admin/role_form.html", values=values)
    found = attempt(
        lambda: roles.save_role(
            house(), person(), values["kunci"], values["judul"], values["catatan"], fresh=True
        ),
        FIELDS,
        taken="kunci",
    )
    if not found.done:
        return page("admin/role_form.html", found, values=values)
    return notices.go(
        url_for("kelola_peran.show", key=values["kunci"]), msg("The role was added. Now appoint somebody.")
    )


@blueprint.get("/kelola/peran/<key>")
@blueprint.get("/kelola/peran/<key>/ubah", endpoint="show_change")
@blueprint.get("/kelola/peran/<key>/tunjuk", endpoint="show_appoint")
@allow(administers)
def show(key: str) -> Response:
    """A role: title, note, the SOPs that name it, everybody appointed to it."""
    return _page(key)


@blueprint.post("/kelola/peran/<key>/ubah")
@refill.refillable
@allow(administers)
def change(key: str) -> Answer:
    """Change title and note; the key stays, since SOPs name it."""
    directory.role(house(), person(), key)
    values = typed("judul", "catatan")
    if refill.is_review():
        return _page(key, values)
    found = attempt(
        lambda: roles.save_role(house(), person(), key, values["judul"], values["catatan"]), FIELDS
    )
    if not found.done:
        return _page(key, values, found)
    return notices.go(url_for("kelola_peran.show", key=key), msg("Saved."))


@blueprint.post("/kelola/peran/<key>/tunjuk")
@refill.refillable
@allow(administers)
def appoint(key: str) -> Answer:
    """Appoint somebody by login, from a day until a day."""
    directory.role(house(), person(), key)
    values = typed("login", "mulai", "sampai")
    if refill.is_review():
        return _page(key, values)
    found = attempt(lambda: _grant(key, values), FIELDS, taken="login")
    if not found.done:
        return _page(key, values, found)
    return notices.go(
        url_for("kelola_peran.show", key=key), msg("%(name)s was appointed.", name=found.done.name)
    )


def _grant(key: str, values: dict[str, str]) -> Any:
    if not values["login"]:
        raise filling.fault("login", msg("Write a login."))
    try:
        who = directory.by_login(house(), person(), values["login"])
    except NotFound as error:
        raise filling.fault("login", error.message) from error
    since, until = filling.first_moment(values["mulai"]), filling.end_of(values["sampai"])
    appointments.grant(house(), person(), who.id, key, since, until)
    return who


def _page(key: str, typed: dict[str, str] | None = None, found: Attempt | None = None) -> Response:
    role = directory.role(house(), person(), key)
    rows = directory.appointments(house(), person(), key, filling.after())
    values = {"judul": role.title, "catatan": role.note, **(typed or {})}
    return page(
        "admin/role.html",
        found,
        role=role,
        named=named_roles().get(key),
        rows=rows,
        following=rows[-1].grant_id if len(rows) == directory.LISTED else None,
        moment=now(),
        people=[each for each in staff.people(house(), person()) if each.active],
        last_day=filling.last_day,
        today=filling.today_here().isoformat(),
        values=values,
    )


def _lacking(named: dict[str, Named], known: set[str]) -> list[Named]:
    """Roles of SOPs that the agency does not have; those of SOPs in force first."""
    found = [each for key, each in named.items() if key not in known]
    return sorted(found, key=lambda each: (not each.in_force, each.key))
