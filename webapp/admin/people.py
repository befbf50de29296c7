"""The people of the agency: found, added, changed; those who left stay readable."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as Answer

from engine.errors import msg
from engine.people import agencies, directory, staff
from engine.people.staff import Holder
from webapp import csrf, notices, refill
from webapp.access import allow, may_open
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, attempt, confirm, page, typed
from webapp.house import house, now
from webapp.officer.surroundings import role_titles, write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_orang", __name__)
write_local_times(blueprint)
SEEN = "_dilihat"  # the state of the person that the form was opened with
FIELDS = {
    "login": "login",
    "name": "nama",
    "email": "surel",
    "password": "kata_sandi",
}


@blueprint.get("/kelola/orang")
@allow(administers)
def listing() -> Response:
    """People by login, a page at a time, found by login or name."""
    text = request.args.get("q", "")[:100].replace("\x00", "").strip()
    rows = staff.people(house(), person(), text, filling.after())
    return page(
        "admin/people.html",
        rows=rows,
        text=text,
        held=directory.roles_of_people(house(), person(), [row.id for row in rows]),
        titles=role_titles(),
        units=_unit_names(),
        following=rows[-1].login if len(rows) == staff.PAGE else None,
    )


@blueprint.get("/kelola/orang/baru")
@allow(administers)
def new() -> Response:
    """The form of a new person."""
    return _form({})


@blueprint.post("/kelola/orang/baru")
@refill.refillable
@allow(administers)
def add() -> Answer:
    """Add a person, who can then be appointed."""
    values = typed("login", "nama", "surel", "unit", "kata_sandi")
    if refill.is_review():
        return _form(values)
    found = attempt(
        lambda: staff.new_person(
            house(),
            person(),
            values["login"],
            values["nama"],
            values["kata_sandi"],
            email=filling.email(values["surel"]),
            unit=values["unit"] or None,
        ),
        FIELDS,
        taken="login",
    )
    if not found.done:
        return _form(values, found)
    return notices.go(
        url_for("kelola_orang.show", person_id=found.done.id),
        msg("%(name)s may sign in now. Appoint them to a role.", name=found.done.name),
    )


@blueprint.get("/kelola/orang/<person_id>")
@blueprint.get("/kelola/orang/<person_id>/peran", endpoint="show_appoint")
@allow(administers)
def show(person_id: str) -> Response:
    """A person with the roles held now, later and before."""
    return person_page(person_id, {})


@blueprint.get("/kelola/orang/<person_id>/ubah")
@allow(administers)
def edit(person_id: str) -> Response:
    """A person to change."""
    found, _held = staff.person(house(), person(), person_id)
    values = {"nama": found.name, "surel": found.email, "unit": _home(found), SEEN: staff.mark(found)}
    return _form(values, who=found)


@blueprint.post("/kelola/orang/<person_id>/ubah")
@refill.refillable
@allow(administers)
def change(person_id: str) -> Answer:
    """Change name, address, unit."""
    who, _held = staff.person(house(), person(), person_id)
    values = typed("nama", "surel", "unit", SEEN)
    if refill.is_review():
        return _form(values, who=who)
    found = attempt(
        lambda: _save(
            who, values["nama"], filling.email(values["surel"]), values["unit"], who.active, seen=values[SEEN]
        ),
        FIELDS,
    )
    if not found.done:
        now = staff.mark(who) if found.status == 409 else values[SEEN]
        return _form(values | {SEEN: now}, found, who=who, changed=found.status == 409)
    return notices.go(url_for("kelola_orang.show", person_id=who.id), msg("Saved."))


@blueprint.get("/kelola/orang/<person_id>/sandi")
@allow(administers)
def ask_password(person_id: str) -> Response:
    """The form of a new password."""
    who, _held = staff.person(house(), person(), person_id)
    return page("admin/password.html", who=who)


@blueprint.post("/kelola/orang/<person_id>/sandi")
@allow(administers)
def new_password(person_id: str) -> Answer:
    """A new password, to be handed over in person; all sessions of theirs end."""
    who, _held = staff.person(house(), person(), person_id)
    secret = typed("kata_sandi")["kata_sandi"]
    found = attempt(
        lambda: _save(who, who.name, who.email, _home(who), who.active, secret),
        FIELDS,
    )
    if not found.done:
        return page("admin/password.html", found, who=who)
    return notices.go(
        url_for("kelola_orang.show", person_id=who.id),
        msg("%(name)s has a new password and was signed out everywhere.", name=who.name),
    )


@blueprint.get("/kelola/orang/<person_id>/nonaktif")
@allow(administers)
def ask_to_close(person_id: str) -> Response:
    """Ask before an account is closed."""
    who, _held = staff.person(house(), person(), person_id)
    return confirm(
        heading=_("Close the account of %(name)s?", name=who.name),
        lines=[
            _("They cannot sign in any more and get no new tasks. What they did stays readable."),
            _("Tasks they took stay with them until somebody hands them over."),
        ],
        button=_("Close the account"),
        back=url_for("kelola_orang.show", person_id=who.id),
        more=(url_for("alihkan.choose", login=who.login), _("Look at their open tasks"))
        if may_open("alihkan.choose")
        else None,
        tab="kelola_orang",
    )


@blueprint.post("/kelola/orang/<person_id>/nonaktif")
@allow(administers)
def close(person_id: str) -> Answer:
    """Close an account; one's own is refused."""
    return _set_active(person_id, False, msg("The account was closed."))


@blueprint.post("/kelola/orang/<person_id>/aktif")
@allow(administers)
def reopen(person_id: str) -> Answer:
    """Open an account again."""
    return _set_active(person_id, True, msg("The account is open again."))


def person_page(person_id: str, values: dict[str, str], found: Attempt | None = None) -> Response:
    """A person's page; ``values`` is what was typed to appoint them."""
    who, held = staff.person(house(), person(), person_id)
    titles, moment = role_titles(), now()
    taken = {each.role for each in held if each.until is None and each.since <= moment}
    return page(
        "admin/person.html",
        found,
        tab="kelola_orang",
        who=who,
        held=[each for each in held if _open(each, moment)],
        before=[each for each in reversed(held) if not _open(each, moment)][:50],
        moment=moment,
        titles=titles,
        choices=[(key, title) for key, title in titles.items() if key not in taken],
        unit=_unit_names().get(who.unit_id or ""),
        last_day=filling.last_day,
        today=filling.today_here().isoformat(),
        values=values,
    )


def _open(held: Holder, moment: Any) -> bool:
    return held.until is None or (held.until > moment and held.until > held.since)


def _set_active(person_id: str, active: bool, told: Any) -> Answer:
    csrf.submitted_key()
    who, _held = staff.person(house(), person(), person_id)
    _save(who, who.name, who.email, _home(who), active)
    return notices.go(url_for("kelola_orang.show", person_id=who.id), told)


def _save(
    who: Any,
    name: str,
    email: str,
    unit: str,
    active: bool,
    password: str | None = None,
    seen: str | None = None,
) -> Any:
    return staff.change_person(
        house(),
        person(),
        who.id,
        name=name,
        email=email,
        unit=unit or None,
        active=active,
        password=password,
        seen=staff.mark(who) if seen is None else seen,
    )


def _form(
    values: dict[str, str], found: Attempt | None = None, who: Any = None, *, changed: bool = False
) -> Response:
    """``changed`` shows what somebody else saved meanwhile, beside what was typed here."""
    own = _unit_keys().get(who.unit_id or "") if who else None
    units = agencies.units(house(), person())
    choices = [(row.key, row.name) for row in units if row.active or row.key == own]
    values.pop("kata_sandi", None)
    saved = [who.name, who.email, _unit_names().get(who.unit_id or "", "")] if changed else []
    return page(
        "admin/person_form.html", found, values=values, who=who, choices=choices, saved=[*filter(None, saved)]
    )


def _home(who: Any) -> str:
    return _unit_keys().get(who.unit_id or "", "")


def _unit_keys() -> dict[str, str]:
    return {row.id: row.key for row in agencies.units(house(), person())}


def _unit_names() -> dict[str, str]:
    return {row.id: row.name for row in agencies.units(house(), person())}
