"""Accounts made by the operator at the machine itself."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.db.models import Agency, Person, Role, RoleHolder, SignIn
from engine.db.store import Store
from engine.errors import NotFound, msg
from engine.people.appointments import appoint
from engine.people.principals import (
    ADMIN,
    DESIGNER,
    IDENTITY_KEEPER,
    OPERATOR,
    PLATFORM,
    PLATFORM_AGENCY,
)
from engine.people.rules import person_faults, raise_faults
from engine.people.signin import hash_password, normalise_login
from engine.people.staff import add_person, unit_of


def add(store: Store, login: str, name: str, password: str, roles: list[str], unit: str | None) -> None:
    """Add a person of the agency that the login names. Raises Invalid, NotFound, Conflict."""
    raise_faults(person_faults(login, name, password))
    agency_key = normalise_login(login).partition("@")[2]
    with store.database.write() as session:
        agency = session.scalar(select(Agency).where(Agency.key == agency_key))
        if agency is None:
            raise NotFound(msg("There is no agency %(key)s.", key=agency_key))
        _must_know(session, agency, roles)
        home = unit_of(session, agency.id, unit) if unit else None
        person = add_person(
            store,
            session,
            agency.id,
            login,
            name,
            hash_password(password),
            unit_id=home.id if home else None,
        )
        for role in roles:
            appoint(store, session, agency.id, person.id, role, None)


def _must_know(session: Session, agency: Agency, roles: list[str]) -> None:
    """Raises NotFound for a role that neither the agency nor the platform has: nothing would come to it."""
    known = {ADMIN, DESIGNER, OPERATOR, IDENTITY_KEEPER}
    known |= set(session.scalars(select(Role.key).where(Role.agency_id == agency.id)))
    if agency.key == PLATFORM_AGENCY:
        known.add(PLATFORM)
    for role in roles:
        if role not in known:
            raise NotFound(
                msg("There is no role %(role)s.", role=role),
                hint=msg("Known here: %(roles)s.", roles=", ".join(sorted(known))),
            )


def set_password(store: Store, login: str, password: str) -> None:
    """A new password; the person's sessions end. Raises Invalid, NotFound."""
    raise_faults(person_faults(login, "-", password))
    with store.database.write() as session:
        person = session.scalar(select(Person).where(Person.login == normalise_login(login)))
        if person is None:
            raise NotFound(msg("Nobody signs in as %(login)s.", login=login))
        person.password_hash = hash_password(password)
        session.execute(delete(SignIn).where(SignIn.person_id == person.id))


def listing(store: Store, agency_key: str) -> list[dict[str, Any]]:
    """The people of an agency with the roles they hold now. Raises NotFound."""
    now = store.now()
    with store.database.read() as session:
        agency = session.scalar(select(Agency).where(Agency.key == agency_key.replace("-", "_")))
        if agency is None:
            raise NotFound(msg("There is no agency %(key)s.", key=agency_key))
        rows = session.execute(
            select(Person, RoleHolder.role)
            .outerjoin(
                RoleHolder,
                (RoleHolder.person_id == Person.id)
                & (RoleHolder.since <= now)
                & ((RoleHolder.until.is_(None)) | (RoleHolder.until > now)),
            )
            .where(Person.agency_id == agency.id)
            .order_by(Person.login, RoleHolder.role)
        )
        people: dict[str, dict[str, Any]] = {}
        for person, role in rows:
            entry = people.setdefault(
                person.login,
                {"login": person.login, "name": person.name, "active": person.active, "roles": []},
            )
            if role:
                entry["roles"].append(role)
        return list(people.values())
