"""The people of an agency: found, added, changed; those who left stay."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Person, RoleHolder, SignIn, Unit
from engine.db.store import Store
from engine.errors import Conflict, NotFound, Stale, msg
from engine.people import naming
from engine.people.principals import Principal
from engine.people.rules import (
    home_faults,
    length_faults,
    must_administer,
    person_faults,
    raise_faults,
)
from engine.people.signin import hash_password, normalise_login

PAGE = 100
LONGEST_EMAIL = 200


@dataclass(frozen=True)
class Holder:
    """A role held by a person, from when until when."""

    grant_id: str
    role: str
    since: datetime
    until: datetime | None


def people(store: Store, who: Principal, text: str = "", after: str | None = None) -> list[Person]:
    """People of the agency by login, at most 100; ``after`` is the last login of the page before."""
    query = select(Person).where(Person.agency_id == who.agency_id).order_by(Person.login).limit(PAGE)
    wanted = text.strip()
    if wanted:
        query = query.where(
            or_(
                Person.login.icontains(wanted, autoescape=True),
                Person.name.icontains(wanted, autoescape=True),
            )
        )
    if after:
        query = query.where(Person.login > after)
    with store.database.read() as session:
        return list(session.scalars(query))


def person(store: Store, who: Principal, person_id: str) -> tuple[Person, list[Holder]]:
    """A person of the agency with all roles held, now and before; raises NotFound."""
    with store.database.read() as session:
        found = find_person(session, who, person_id)
        rows = session.scalars(
            select(RoleHolder)
            .where(RoleHolder.person_id == found.id)
            .order_by(RoleHolder.since, RoleHolder.id)
        )
        return found, [Holder(row.id, row.role, row.since, row.until) for row in rows]


def new_person(
    store: Store,
    who: Principal,
    login: str,
    name: str,
    password: str,
    email: str = "",
    unit: str | None = None,
) -> Person:
    """Add a person who signs in as ``login`` (``name@agency``). Raises Forbidden, Invalid, Conflict."""
    must_administer(who)
    login = login if "@" in login else f"{login}@{who.agency_key}"
    faults = person_faults(login, name, password) + length_faults("email", email, LONGEST_EMAIL)
    raise_faults(faults or home_faults(login, who.agency_key))
    with store.database.write() as session:
        home = unit_of(session, who.agency_id, unit) if unit else None
        return add_person(
            store,
            session,
            who.agency_id,
            login,
            name,
            hash_password(password),
            email=email,
            unit_id=home.id if home else None,
        )


def change_person(
    store: Store,
    who: Principal,
    person_id: str,
    *,
    name: str,
    email: str = "",
    unit: str | None = None,
    active: bool = True,
    password: str | None = None,
    seen: str | None = None,
) -> Person:
    """Change a person; one who left is set inactive, never removed. Raises as ``new_person``.

    ``seen`` is the ``mark`` of what was looked at before: raises Stale when it has changed since. Whoever
    gets a new password or is set inactive is signed out everywhere.
    """
    must_administer(who)
    with store.database.write() as session:
        found = find_person(session, who, person_id, lock=True)
        if seen is not None and seen != mark(found):
            raise Stale(msg("Somebody else changed this person meanwhile. Look at both and save again."))
        faults = person_faults(found.login, name, password)
        raise_faults(faults + length_faults("email", email, LONGEST_EMAIL))
        if not active and found.id == who.id:
            raise Conflict(msg("You cannot close your own account."))
        home = unit_of(session, who.agency_id, unit) if unit else None
        found.name, found.email, found.active = name.strip(), email.strip(), active
        found.unit_id = home.id if home else None
        naming.account_named(session, found)
        if password:
            found.password_hash = hash_password(password)
        if password or not active:
            session.execute(delete(SignIn).where(SignIn.person_id == found.id))
        return found


def mark(row: Person) -> str:
    """Tells one state of a person from another."""
    state = (row.name, row.email, row.unit_id, row.active)
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def add_person(
    store: Store,
    session: Session,
    agency_id: str,
    login: str,
    name: str,
    password_hash: str,
    *,
    email: str = "",
    unit_id: str | None = None,
) -> Person:
    """A new person inside a transaction; raises Conflict when the login is taken."""
    login = normalise_login(login)
    if session.scalar(select(Person.id).where(Person.login == login)) is not None:
        raise Conflict(msg("Somebody signs in as %(login)s already.", login=login))
    now = store.now()
    found = Person(
        id=store.new_id(now),
        agency_id=agency_id,
        unit_id=unit_id,
        login=login,
        name=name.strip(),
        email=email.strip(),
        password_hash=password_hash,
        created_at=now,
    )
    session.add(found)
    naming.account_named(session, found)
    return found


def unit_of(session: Session, agency_id: str, key: str) -> Unit:
    """The unit with this key; raises NotFound."""
    unit = session.scalar(select(Unit).where(Unit.agency_id == agency_id, Unit.key == key))
    if unit is None:
        raise NotFound(msg("There is no unit %(key)s.", key=key))
    return unit


def find_person(session: Session, who: Principal, person_id: str, *, lock: bool = False) -> Person:
    """A person of the agency, inside a transaction; raises NotFound."""
    query = select(Person).where(Person.id == person_id, Person.agency_id == who.agency_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(msg("No such person."))
    return found
