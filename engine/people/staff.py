"""Roles and the people of an agency: added, changed, appointed, ended."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Person, Role, RoleHolder, SignIn, Unit
from engine.db.store import Store
from engine.errors import Conflict, FieldError, NotFound, Stale, msg
from engine.people.principals import ADMIN, PLATFORM, PLATFORM_AGENCY, Principal, held
from engine.people.rules import (
    home_faults,
    key_faults,
    length_faults,
    must_administer,
    name_faults,
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


def roles(store: Store, who: Principal) -> list[tuple[Role, int]]:
    """The roles of the agency with how many active people hold each today, by key."""
    now = store.now()
    counted = (
        select(RoleHolder.role, func.count(RoleHolder.person_id.distinct()).label("holders"))
        .join(Person, Person.id == RoleHolder.person_id)
        .where(RoleHolder.agency_id == who.agency_id, Person.active.is_(True), *held(now))
        .group_by(RoleHolder.role)
        .subquery()
    )
    with store.database.read() as session:
        rows = session.execute(
            select(Role, func.coalesce(counted.c.holders, 0))
            .outerjoin(counted, counted.c.role == Role.key)
            .where(Role.agency_id == who.agency_id)
            .order_by(Role.key)
        )
        return list(rows)


def save_role(
    store: Store, who: Principal, key: str, title: str, note: str = "", *, fresh: bool = False
) -> Role:
    """Add a role or change the one with this key; with ``fresh`` a key that exists raises Conflict.

    Raises Forbidden, Invalid.
    """
    must_administer(who)
    faults = key_faults("key", key) + name_faults("title", title) + length_faults("note", note)
    if key == PLATFORM and who.agency_key != PLATFORM_AGENCY:
        faults.append(FieldError("key", msg("This role belongs to the platform.")))
    raise_faults(faults)
    with store.database.write() as session:
        if fresh and _has_role(session, who.agency_id, key):
            raise Conflict(msg("There is a role %(key)s already.", key=key))
        return add_role(store, session, who.agency_id, key, title, note)


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
        found = _person(session, who, person_id)
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
        found = _person(session, who, person_id, lock=True)
        if seen is not None and seen != mark(found):
            raise Stale(msg("Somebody else changed this person meanwhile. Look at both and save again."))
        faults = person_faults(found.login, name, password)
        raise_faults(faults + length_faults("email", email, LONGEST_EMAIL))
        if not active and found.id == who.id:
            raise Conflict(msg("You cannot close your own account."))
        home = unit_of(session, who.agency_id, unit) if unit else None
        found.name, found.email, found.active = name.strip(), email.strip(), active
        found.unit_id = home.id if home else None
        if password:
            found.password_hash = hash_password(password)
        if password or not active:
            session.execute(delete(SignIn).where(SignIn.person_id == found.id))
        return found


def mark(row: Person) -> str:
    """Tells one state of a person from another."""
    state = (row.name, row.email, row.unit_id, row.active)
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def grant(
    store: Store,
    who: Principal,
    person_id: str,
    role: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Let a person hold a role from ``since`` (now) until ``until`` (open).

    Raises as ``new_person``; Conflict when the person left or holds the role in that time already.
    """
    must_administer(who)
    start = since or store.now()
    if until is not None and until <= start:
        raise_faults([FieldError("until", msg("The end is before the start."))])
    with store.database.write() as session:
        found = _person(session, who, person_id)
        if not _has_role(session, who.agency_id, role):
            raise NotFound(msg("There is no role %(role)s.", role=role))
        if not found.active:
            raise Conflict(msg("%(name)s left: open the account again first.", name=found.name))
        if _overlaps(session, found.id, role, start, until):
            raise Conflict(msg("%(name)s holds this role in that time already.", name=found.name))
        appoint(store, session, who.agency_id, found.id, role, who.id, since, until)


def end_grant(store: Store, who: Principal, grant_id: str, until: datetime | None = None) -> None:
    """End a role now, or at ``until``; open tasks stay with whoever took them.

    Raises Forbidden, NotFound, Invalid when ``until`` is past, Conflict when it has ended already.
    """
    must_administer(who)
    now = store.now()
    if until is not None and until <= now:
        raise_faults([FieldError("until", msg("The end is in the past."))])
    with store.database.write() as session:
        row = session.scalar(
            select(RoleHolder).where(RoleHolder.id == grant_id, RoleHolder.agency_id == who.agency_id)
        )
        if row is None:
            raise NotFound(msg("There is no such appointment."))
        if row.role == ADMIN and row.person_id == who.id:
            raise Conflict(msg("You cannot end your own administration."))
        if row.until is not None and row.until <= now:
            raise Conflict(msg("This appointment has ended already."))
        row.until = until or now


def add_role(store: Store, session: Session, agency_id: str, key: str, title: str, note: str = "") -> Role:
    """The role with this key, added or changed, inside a transaction."""
    role = session.scalar(select(Role).where(Role.agency_id == agency_id, Role.key == key))
    if role is None:
        role = Role(id=store.new_id(store.now()), agency_id=agency_id, key=key)
        session.add(role)
    role.title, role.note = title.strip(), note.strip()
    return role


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
    session.flush()
    return found


def appoint(
    store: Store,
    session: Session,
    agency_id: str,
    person_id: str,
    role: str,
    by: str | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Let a person hold a role, inside a transaction."""
    now = store.now()
    session.add(
        RoleHolder(
            id=store.new_id(now),
            agency_id=agency_id,
            person_id=person_id,
            role=role,
            since=since or now,
            until=until,
            granted_by=by,
        )
    )


def unit_of(session: Session, agency_id: str, key: str) -> Unit:
    """The unit with this key; raises NotFound."""
    unit = session.scalar(select(Unit).where(Unit.agency_id == agency_id, Unit.key == key))
    if unit is None:
        raise NotFound(msg("There is no unit %(key)s.", key=key))
    return unit


def _has_role(session: Session, agency_id: str, key: str) -> bool:
    query = select(Role.id).where(Role.agency_id == agency_id, Role.key == key)
    return session.scalar(query) is not None


def _overlaps(session: Session, person_id: str, role: str, since: datetime, until: datetime | None) -> bool:
    """Whether the person holds the role at some moment of that time; one cancelled before it began, never."""
    query = select(RoleHolder.id).where(
        RoleHolder.person_id == person_id,
        RoleHolder.role == role,
        or_(RoleHolder.until.is_(None), (RoleHolder.until > since) & (RoleHolder.until > RoleHolder.since)),
    )
    if until is not None:
        query = query.where(RoleHolder.since < until)
    return session.scalar(query.limit(1)) is not None


def _person(session: Session, who: Principal, person_id: str, *, lock: bool = False) -> Person:
    query = select(Person).where(Person.id == person_id, Person.agency_id == who.agency_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(msg("No such person."))
    return found
