"""A person is appointed to a role, and a role ends."""

from typing import Any

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as Answer

from engine.errors import NotFound, msg
from engine.people import appointments, staff
from engine.people.staff import Holder
from webapp import notices, refill
from webapp.access import allow
from webapp.admin import filling, people
from webapp.admin.filling import Attempt, administers, attempt, page, typed
from webapp.house import house
from webapp.officer.surroundings import role_titles, write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola_jabatan", __name__)
write_local_times(blueprint)
FIELDS = {"since": "mulai", "until": "sampai"}


@blueprint.post("/kelola/orang/<person_id>/peran")
@refill.refillable
@allow(administers)
def appoint(person_id: str) -> Answer:
    """Appoint the person to a role, from a day until a day."""
    values = typed("peran", "mulai", "sampai")
    if refill.is_review():
        return people.person_page(person_id, values)
    who, _held = staff.person(house(), person(), person_id)
    found = attempt(lambda: _grant(who.id, values), FIELDS, taken="peran")
    if not found.done:
        return people.person_page(person_id, values, found)
    title = role_titles().get(values["peran"], values["peran"])
    return notices.go(
        url_for("kelola_orang.show", person_id=who.id),
        msg("%(name)s was appointed: %(role)s.", name=who.name, role=title),
    )


@blueprint.get("/kelola/orang/<person_id>/peran/<grant_id>/akhiri")
@allow(administers)
def ask_to_end(person_id: str, grant_id: str) -> Response:
    """Ask when a role shall end."""
    return _ending(person_id, grant_id)


@blueprint.post("/kelola/orang/<person_id>/peran/<grant_id>/akhiri")
@refill.refillable
@allow(administers)
def end(person_id: str, grant_id: str) -> Answer:
    """End a role now, or after a last day."""
    values = typed("sampai")
    if refill.is_review():
        return _ending(person_id, grant_id, values)
    _holding(person_id, grant_id)
    found = attempt(
        lambda: appointments.end_grant(house(), person(), grant_id, filling.end_of(values["sampai"])), FIELDS
    )
    if not found.done:
        return _ending(person_id, grant_id, values, found)
    told = msg("The role ends after that day.") if values["sampai"] else msg("The role has ended.")
    return notices.go(url_for("kelola_orang.show", person_id=person_id), told)


def _grant(person_id: str, values: dict[str, str]) -> None:
    if not values["peran"]:
        raise filling.fault("peran", msg("Choose a role."))
    since, until = filling.first_moment(values["mulai"]), filling.end_of(values["sampai"])
    appointments.grant(house(), person(), person_id, values["peran"], since, until)


def _holding(person_id: str, grant_id: str) -> tuple[Any, Holder]:
    who, held = staff.person(house(), person(), person_id)
    for each in held:
        if each.grant_id == grant_id:
            return who, each
    raise NotFound(msg("There is no such appointment."))


def _ending(
    person_id: str, grant_id: str, values: dict[str, str] | None = None, found: Attempt | None = None
) -> Response:
    who, held = _holding(person_id, grant_id)
    return page(
        "admin/end_role.html",
        found,
        tab="kelola_orang",
        who=who,
        held=held,
        title=role_titles().get(held.role, held.role),
        values=values or {},
        today=filling.today_here().isoformat(),
    )
