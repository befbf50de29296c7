"""Agencies and their units: opened by the platform, kept by each agency's administrators."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import worktime
from engine.db.models import Agency, Unit
from engine.db.store import Store
from engine.errors import Conflict, FieldError, Forbidden, NotFound, msg
from engine.people import keeping, naming
from engine.people.appointments import appoint
from engine.people.principals import ADMIN, DESIGNER, IDENTITY_KEEPER, OPERATOR, PLATFORM, Principal
from engine.people.roles import add_role
from engine.people.rules import (
    CODE,
    home_faults,
    key_faults,
    length_faults,
    must_administer,
    name_faults,
    person_faults,
    raise_faults,
)
from engine.people.signin import hash_password
from engine.people.staff import add_person, unit_of

STANDARD_ROLES = {
    ADMIN: "Administrator instansi",
    DESIGNER: "Perancang proses",
    OPERATOR: "Operator sistem",
    IDENTITY_KEEPER: "Penjaga identitas",
}


def open_agency(
    store: Store,
    who: Principal | None,
    *,
    key: str,
    name: str,
    code: str,
    zone: str,
    contact: str = "",
    admin_login: str | None = None,
    admin_name: str = "",
    admin_password: str = "",
) -> Agency:
    """Open an agency with its standard roles and, when named, its first administrator.

    Only the platform's administrator may; ``who`` is None from the command line. Raises Forbidden, Invalid
    with every fault, Conflict when key or code is taken.
    """
    if who is not None and not who.has(PLATFORM):
        raise Forbidden(msg("Only the platform's administrator opens agencies."))
    key = key.strip().lower().replace("-", "_")
    faults = key_faults("key", key) + name_faults("name", name) + length_faults("contact", contact)
    if not CODE.fullmatch(code):
        faults.append(FieldError("code", msg("A code is 2 to 8 capital letters.")))
    if zone not in worktime.ZONES.values():
        faults.append(FieldError("zone", msg("Choose one of the Indonesian time zones.")))
    if admin_login is not None:
        admin_login = admin_login if "@" in admin_login else f"{admin_login}@{key}"
        faults += _admin_faults(admin_login, admin_name, admin_password) or home_faults(admin_login, key)
    raise_faults(faults)
    with store.database.write() as session:
        agency = add_agency(store, session, key, name, code, zone, contact)
        if admin_login is not None:
            hashed = hash_password(admin_password)
            person = add_person(store, session, agency.id, admin_login, admin_name, hashed)
            appoint(store, session, agency.id, person.id, ADMIN, None)
        return agency


def _admin_faults(login: str, name: str, password: str) -> list[FieldError]:
    """The faults of the first administrator; its name is not the agency's, so its key differs."""
    return [
        FieldError("admin_name", fault.message) if fault.key == "name" else fault
        for fault in person_faults(login, name, password)
    ]


def add_agency(
    store: Store, session: Session, key: str, name: str, code: str, zone: str, contact: str = ""
) -> Agency:
    """A new agency with its standard roles, inside a transaction; Conflict when key or code is taken."""
    taken = session.scalar(select(Agency.key).where((Agency.key == key) | (Agency.code == code)))
    if taken:
        raise Conflict(msg("The key or code belongs to the agency %(key)s.", key=taken))
    now = store.now()
    agency = Agency(
        id=store.new_id(now),
        key=key,
        name=name.strip(),
        code=code,
        zone=zone,
        calendar=worktime.NATIONAL,
        contact=contact.strip(),
        active=True,
        created_at=now,
    )
    session.add(agency)
    session.flush()
    for role, title in STANDARD_ROLES.items():
        add_role(store, session, agency.id, role, title)
    return agency


def agencies(store: Store) -> list[Agency]:
    """Every active agency, by name."""
    with store.database.read() as session:
        return list(session.scalars(select(Agency).where(Agency.active.is_(True)).order_by(Agency.name)))


def agency(store: Store, who: Principal) -> Agency:
    """The agency of this person."""
    with store.database.read() as session:
        return session.get_one(Agency, who.agency_id)


def change_agency(store: Store, who: Principal, *, name: str, contact: str) -> Agency:
    """Change the name and the contact that the public sees. Raises Forbidden, Invalid."""
    must_administer(who)
    raise_faults(name_faults("name", name) + length_faults("contact", contact))
    with store.database.write() as session:
        found = session.get_one(Agency, who.agency_id)
        found.name, found.contact = name.strip(), contact.strip()
        return found


def units(store: Store, who: Principal) -> list[Unit]:
    """The units of the agency, by name."""
    with store.database.read() as session:
        return list(session.scalars(select(Unit).where(Unit.agency_id == who.agency_id).order_by(Unit.name)))


def save_unit(
    store: Store,
    who: Principal,
    key: str,
    name: str,
    parent: str | None = None,
    active: bool = True,
    *,
    fresh: bool | None = None,
) -> Unit:
    """Add a unit or change the one with this key.

    ``fresh`` says which of both is meant: adding a unit that exists raises Conflict, changing one that does
    not raises NotFound. Raises Forbidden, Invalid, NotFound.
    """
    must_administer(who)
    raise_faults(key_faults("key", key) + name_faults("name", name))
    with store.database.write() as session:
        above = unit_of(session, who.agency_id, parent) if parent else None
        unit = session.scalar(select(Unit).where(Unit.agency_id == who.agency_id, Unit.key == key))
        if unit is not None and fresh:
            raise Conflict(msg("There is a unit %(key)s already.", key=key))
        if unit is None and fresh is False:
            raise NotFound(msg("There is no unit %(key)s.", key=key))
        if unit is None:
            unit = Unit(id=store.new_id(store.now()), agency_id=who.agency_id, key=key)
            session.add(unit)
        if above is not None and _is_below(session, above, unit):
            raise_faults([FieldError("parent", msg("A unit cannot be above itself."))])
        if unit.parent_id != (above.id if above else None):
            keeping.stamp(store, session, who.agency_id)  # hours and days come from the unit above
        unit.name, unit.parent_id, unit.active = name.strip(), above.id if above else None, active
        naming.unit_named(session, unit)
        return unit


def _is_below(session: Session, above: Unit, unit: Unit) -> bool:
    """Whether making ``above`` the parent of ``unit`` would close a circle."""
    seen: set[str] = set()
    current: Unit | None = above
    while current is not None and current.id not in seen:
        if current.id == unit.id:
            return True
        seen.add(current.id)
        current = session.get(Unit, current.parent_id) if current.parent_id else None
    return False
