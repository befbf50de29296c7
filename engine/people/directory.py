"""Questions about an agency's people and roles, and how far a new agency has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db.models import (
    Agency,
    CalendarChange,
    Definition,
    Person,
    Role,
    RoleHolder,
    Substitution,
    Unit,
)
from engine.db.store import Store
from engine.errors import Forbidden, NotFound, msg
from engine.people.principals import ADMIN, PLATFORM, Principal, held
from engine.people.signin import normalise_login
from engine.states import DefinitionState

LISTED = 50


@dataclass(frozen=True)
class Appointment:
    """A person who holds, held or will hold a role."""

    grant_id: str
    person: Person
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Progress:
    """What an agency has by now: numbers of active units and people, roles, own days, SOPs in force.

    ``admins`` are the people who hold the role of administrator, ``unheld`` the roles that nobody holds.
    """

    agency: Agency
    admins: list[Person]
    units: int
    people: int
    roles: int
    unheld: int
    days: int
    sops: int


def role(store: Store, who: Principal, key: str) -> Role:
    """The role of the agency with this key; raises NotFound."""
    with store.database.read() as session:
        found = session.scalar(select(Role).where(Role.agency_id == who.agency_id, Role.key == key))
    if found is None:
        raise NotFound(msg("There is no role %(role)s.", role=key))
    return found


def appointments(store: Store, who: Principal, key: str, after: str | None = None) -> list[Appointment]:
    """Everybody appointed to a role, the latest appointment first; ``after`` is the last id of a page."""
    query = (
        select(RoleHolder, Person)
        .join(Person, Person.id == RoleHolder.person_id)
        .where(RoleHolder.agency_id == who.agency_id, RoleHolder.role == key)
        .order_by(RoleHolder.id.desc())
        .limit(LISTED)
    )
    if after:
        query = query.where(RoleHolder.id < after)
    with store.database.read() as session:
        return [Appointment(row.id, person, row.since, row.until) for row, person in session.execute(query)]


def roles_of_people(store: Store, who: Principal, ids: Iterable[str]) -> dict[str, list[str]]:
    """The role keys that each of these people of the agency holds now."""
    query = (
        select(RoleHolder.person_id, RoleHolder.role)
        .where(
            RoleHolder.agency_id == who.agency_id,
            RoleHolder.person_id.in_(list(ids)),
            *held(store.now()),
        )
        .distinct()
        .order_by(RoleHolder.role)
    )
    found: dict[str, list[str]] = {}
    with store.database.read() as session:
        for person_id, key in session.execute(query):
            found.setdefault(person_id, []).append(key)
    return found


def without_roles(store: Store, who: Principal) -> list[Person]:
    """Active people of the agency who hold no role now, by login, at most ``LISTED``."""
    holding = select(RoleHolder.person_id).where(RoleHolder.agency_id == who.agency_id, *held(store.now()))
    with store.database.read() as session:
        return list(
            session.scalars(
                select(Person)
                .where(Person.agency_id == who.agency_id, Person.active.is_(True), Person.id.not_in(holding))
                .order_by(Person.login)
                .limit(LISTED)
            )
        )


def unheld_roles(store: Store, who: Principal) -> set[str]:
    """The roles of the agency that no active person holds now."""
    with store.database.read() as session:
        return _unheld(session, who.agency_id, store.now())


def by_login(store: Store, who: Principal, login: str) -> Person:
    """The person of the agency who signs in so, with or without the agency's name; raises NotFound."""
    wanted = normalise_login(login if "@" in login else f"{login}@{who.agency_key}")
    with store.database.read() as session:
        found = session.scalar(
            select(Person).where(Person.login == wanted, Person.agency_id == who.agency_id)
        )
    if found is None:
        raise NotFound(msg("Nobody signs in as %(login)s.", login=login))
    return found


def names(store: Store, who: Principal, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of these people of the agency, by id."""
    wanted = [each for each in ids if each]
    with store.database.read() as session:
        rows = session.execute(
            select(Person.id, Person.name).where(Person.id.in_(wanted), Person.agency_id == who.agency_id)
        )
        return dict(rows.all())


def progress(store: Store, who: Principal, agency_key: str) -> Progress:
    """How far an agency has come, for the platform's administrator. Raises Forbidden, NotFound."""
    if not who.has(PLATFORM):
        raise Forbidden(msg("Only the platform's administrator may see this."))
    now = store.now()
    with store.database.read() as session:
        agency = session.scalar(select(Agency).where(Agency.key == agency_key))
        if agency is None:
            raise NotFound(msg("There is no agency %(key)s.", key=agency_key))
        mine = agency.id
        admins = session.scalars(
            select(Person)
            .where(
                Person.agency_id == mine,
                Person.active.is_(True),
                Person.id.in_(
                    select(RoleHolder.person_id).where(
                        RoleHolder.agency_id == mine, RoleHolder.role == ADMIN, *held(now)
                    )
                ),
            )
            .order_by(Person.login)
            .limit(LISTED)
        )
        return Progress(
            agency=agency,
            admins=list(admins),
            units=_count(session, Unit, Unit.agency_id == mine, Unit.active.is_(True)),
            people=_count(session, Person, Person.agency_id == mine, Person.active.is_(True)),
            roles=_count(session, Role, Role.agency_id == mine),
            unheld=len(_unheld(session, mine, now)),
            days=_count(session, CalendarChange, CalendarChange.agency_id == mine),
            sops=_count(
                session, Definition, Definition.agency_id == mine, Definition.state == DefinitionState.ACTIVE
            ),
        )


def left_alone(store: Store, who: Principal) -> set[str]:
    """The keys of the agencies without an administrator who is there, so that nobody can appoint others.

    For the platform's administrator, the level above every agency. Raises Forbidden.
    """
    if not who.has(PLATFORM):
        raise Forbidden(msg("Only the platform's administrator may see this."))
    now = store.now()
    away = select(Substitution.absent_id).where(Substitution.since <= now, Substitution.until > now)
    there = (
        select(RoleHolder.agency_id)
        .join(Person, Person.id == RoleHolder.person_id)
        .where(RoleHolder.role == ADMIN, *held(now), Person.active.is_(True), Person.id.not_in(away))
    )
    with store.database.read() as session:
        return set(
            session.scalars(select(Agency.key).where(Agency.active.is_(True), Agency.id.not_in(there)))
        )


def _count(session: Session, table: type, *conditions: object) -> int:
    query = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
    return session.scalar(query) or 0


def _unheld(session: Session, agency_id: str, now: datetime) -> set[str]:
    return set(session.scalars(select(Role.key).where(Role.agency_id == agency_id))) - held_roles(
        session, agency_id, now
    )


def held_roles(session: Session, agency_id: str, now: datetime) -> set[str]:
    """The roles of an agency that somebody who may sign in holds at this instant."""
    holding = (
        select(RoleHolder.role)
        .join(Person, Person.id == RoleHolder.person_id)
        .where(RoleHolder.agency_id == agency_id, Person.active.is_(True), *held(now))
    )
    return set(session.scalars(holding))
