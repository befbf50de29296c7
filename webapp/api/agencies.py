"""Agencies, their services and their units by program."""

from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field

from engine.cases import documents, filing
from engine.people import agencies
from webapp.access import allow, public, role, signed_in
from webapp.api.operation import Answer, Given, operation
from webapp.api.shapes import Row
from webapp.api.work_items import FormDocument
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_agencies", __name__, url_prefix="/api/v1", tag="Agencies")

administers = role("admin")
Key = Annotated[str, Field(min_length=1, max_length=60)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Agency(Answer):
    key: str
    name: str
    zone: str
    contact: str


class Agencies(Answer):
    items: list[Agency]
    next: str | None = None


class FirstAdministrator(Given):
    """Who administers a new agency first; the login looks like name@agency."""

    login: Annotated[str, Field(min_length=1, max_length=120)]
    name: Name
    password: Annotated[str, Field(max_length=200)]


class NewAgency(Given):
    """``code`` begins its case numbers; ``zone`` is Asia/Jakarta, Asia/Makassar or Asia/Jayapura."""

    key: Key
    name: Name
    code: Annotated[str, Field(min_length=2, max_length=8)]
    zone: Annotated[str, Field(max_length=40)] = "Asia/Jakarta"
    contact: Annotated[str, Field(max_length=500)] = ""
    admin: FirstAdministrator | None = None


class Service(Answer):
    """An SOP that the public can file to."""

    agency: str
    agency_name: str
    process: str
    title: str
    contact: str


class Services(Answer):
    items: list[Service]
    next: str | None = None


class ServiceForm(Service):
    """A service with the form that starts it."""

    form: FormDocument


class Unit(Answer):
    id: str
    key: str
    name: str
    parent: str | None
    active: bool


class Units(Answer):
    items: list[Unit]
    next: str | None = None


class SavedUnit(Given):
    """A new unit, or the changed one with this key; ``parent`` is the key of the unit above."""

    key: Key
    name: Name
    parent: Key | None = None
    active: bool = True


@blueprint.get("/agencies")
@operation("listAgencies", answer=Agencies)
@allow(public)
def listing() -> Agencies:
    """List the agencies that take reports here, by name."""
    return Agencies(items=[_agency(row) for row in agencies.agencies(house())])


@blueprint.post("/agencies")
@operation("openAgency", body=NewAgency, answer=Agency, status=201, errors=(409,))
@allow(role("pengelola"))
def open_agency(body: NewAgency) -> Agency:
    """Open an agency with its standard roles and first administrator; for the platform's administrator."""
    first = body.admin
    made = agencies.open_agency(
        house(),
        person(),
        key=body.key,
        name=body.name,
        code=body.code,
        zone=body.zone,
        contact=body.contact,
        admin_login=first.login if first else None,
        admin_name=first.name if first else "",
        admin_password=first.password if first else "",
    )
    return _agency(made)


@blueprint.get("/services")
@operation("listServices", answer=Services)
@allow(public)
def services() -> Services:
    """List what the public can file to."""
    return Services(items=[Service(**vars(each)) for each in filing.services(house())])


@blueprint.get("/services/<agency>/<process>")
@operation("readService", answer=ServiceForm)
@allow(public)
def service(agency: str, process: str) -> ServiceForm:
    """Read a service with the form whose answers a complaint to it sends."""
    found, form = filing.start_form(house(), agency, process)
    document = documents.start_form(house(), found.agency, process, form.id)
    return ServiceForm(
        **vars(found), form=FormDocument(id=form.id, json_schema=form.json_schema(), document=document)
    )


@blueprint.get("/units")
@operation("listUnits", answer=Units)
@allow(signed_in)
def units() -> Units:
    """List the units of one's agency, by name."""
    rows = agencies.units(house(), person())
    keys = {row.id: row.key for row in rows}
    return Units(items=[_unit(row, keys.get(row.parent_id or "")) for row in rows])


@blueprint.post("/units")
@operation("saveUnit", body=SavedUnit, answer=Unit, status=201, errors=(404,))
@allow(administers)
def save_unit(body: SavedUnit) -> Unit:
    """Add a unit, or change the one with this key."""
    row = agencies.save_unit(house(), person(), body.key, body.name, body.parent, body.active)
    return _unit(row, body.parent)


def _agency(row: Row) -> Agency:
    return Agency(key=row.key, name=row.name, zone=row.zone, contact=row.contact)


def _unit(row: Row, parent: str | None) -> Unit:
    return Unit(id=row.id, key=row.key, name=row.name, parent=parent, active=row.active)
