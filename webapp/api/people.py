"""Roles and people by program."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import AwareDatetime, Field

from engine.people import appointments, roles, staff
from webapp.access import allow, signed_in
from webapp.api.agencies import Key, Name, administers
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import Row
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_people", __name__, url_prefix="/api/v1", tag="People")


class Role(Answer):
    """A role; ``holders`` is how many people hold it today."""

    key: str
    title: str
    note: str
    holders: int


class Roles(Answer):
    items: list[Role]
    next: str | None = None


class SavedRole(Given):
    """A new role, or the changed one with this key: what lanes and escalations name."""

    key: Key
    title: Name
    note: Annotated[str, Field(max_length=500)] = ""


class Person(Answer):
    id: str
    login: str
    name: str
    email: str
    active: bool


class Grant(Answer):
    """A role held from ``since`` until ``until``."""

    id: str
    role: str
    since: datetime
    until: datetime | None


class PersonWithRoles(Person):
    grants: list[Grant]


class People(Answer):
    items: list[Person]
    next: str | None


class PeopleQuery(Given):
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str | None, Field(max_length=120)] = None


class NewPerson(Given):
    """``unit`` is a unit's key; ``login`` gets the agency's name when it has none."""

    login: Annotated[str, Field(min_length=1, max_length=120)]
    name: Name
    password: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=200)] = ""
    unit: Key | None = None


class NewGrant(Given):
    role: Key
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


@blueprint.get("/roles")
@operation("listRoles", answer=Roles)
@allow(signed_in)
def list_roles() -> Roles:
    """List the roles of one's agency."""
    rows = roles.listing(house(), person())
    return Roles(items=[_role(row, holders) for row, holders in rows])


@blueprint.post("/roles")
@operation("saveRole", body=SavedRole, answer=Role, status=201)
@allow(administers)
def save_role(body: SavedRole) -> Role:
    """Add a role, or change the one with this key."""
    row = roles.save_role(house(), person(), body.key, body.title, body.note)
    held = {each.key: holders for each, holders in roles.listing(house(), person())}
    return _role(row, held.get(row.key, 0))


@blueprint.get("/people")
@operation("listPeople", query=PeopleQuery, answer=People)
@allow(administers)
def people(query: PeopleQuery) -> People:
    """List the people of one's agency by login."""
    rows = staff.people(house(), person(), query.q, query.cursor)
    following = rows[-1].login if len(rows) == staff.PAGE else None
    return People(items=[Person(**_person(row)) for row in rows], next=following)


@blueprint.post("/people")
@operation("addPerson", body=NewPerson, answer=Person, status=201, errors=(404, 409))
@allow(administers)
def add_person(body: NewPerson) -> Person:
    """Add somebody who signs in."""
    made = staff.new_person(
        house(), person(), body.login, body.name, body.password, email=body.email, unit=body.unit
    )
    return Person(**_person(made))


@blueprint.get("/people/<person_id>")
@operation("readPerson", answer=PersonWithRoles)
@allow(administers)
def read_person(person_id: str) -> PersonWithRoles:
    """Read a person with all roles held, now and before."""
    return _with_roles(person_id)


@blueprint.post("/people/<person_id>/roles")
@operation("grantRole", body=NewGrant, answer=PersonWithRoles, status=201, errors=(409,))
@allow(administers)
def grant(person_id: str, body: NewGrant) -> PersonWithRoles:
    """Let a person hold a role."""
    appointments.grant(house(), person(), person_id, body.role, body.since, body.until)
    return _with_roles(person_id)


@blueprint.delete("/grants/<grant_id>")
@operation("endGrant", status=204, errors=(409,))
@allow(administers)
def end_grant(grant_id: str) -> None:
    """End a role now; open tasks stay with whoever took them."""
    appointments.end_grant(house(), person(), grant_id)


def _with_roles(person_id: str) -> PersonWithRoles:
    row, held = staff.person(house(), person(), person_id)
    grants = [
        Grant(id=each.grant_id, role=each.role, since=local(each.since), until=maybe(each.until))
        for each in held
    ]
    return PersonWithRoles(**_person(row), grants=grants)


def _person(row: Row) -> dict[str, Any]:
    return {"id": row.id, "login": row.login, "name": row.name, "email": row.email, "active": row.active}


def _role(row: Row, holders: int) -> Role:
    return Role(key=row.key, title=row.title, note=row.note, holders=holders)
