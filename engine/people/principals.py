"""Who is asking: a person with the roles held today, or the system itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Agency, ApiToken, Person, RoleHolder, Substitution, Unit
from engine.db.models.base import UtcDateTime
from engine.db.prepared import Prepared
from engine.errors import NotFound, msg

ADMIN = "admin"
DESIGNER = "perancang"
OPERATOR = "operator"
IDENTITY_KEEPER = "penjaga_identitas"
PLATFORM = "pengelola"  # of the platform's own agency: opens further agencies
PLATFORM_AGENCY = "alur"
# Offices that a deputy does not get with somebody's tasks: they are given by appointment only.
PERSONAL = (ADMIN, DESIGNER, OPERATOR, IDENTITY_KEEPER, PLATFORM)
NOW = bindparam("now", type_=UtcDateTime())


@dataclass(frozen=True)
class Principal:
    """A signed-in person. Roles are those held at the moment of asking; all ids belong to one agency.

    ``roles`` include those of the people whom this person stands for while they are away (``stands_for``).
    ``units`` are the keys of the person's own unit (``unit_key``) and of all units above it.
    """

    id: str | None
    login: str
    name: str
    agency_id: str
    agency_key: str
    zone: str
    roles: frozenset[str] = field(default_factory=frozenset)
    unit_key: str | None = None
    language: str = "id"
    stands_for: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)

    def has(self, *roles: str) -> bool:
        """Holds at least one of these roles."""
        return bool(self.roles.intersection(roles))

    def is_of(self, unit_key: str | None) -> bool:
        """Belongs to this unit or to one below it."""
        return unit_key in self.units


@dataclass(frozen=True)
class Actor:
    """Who did something, for the history: a person, the reporter, the scheduler, another system."""

    id: str | None
    label: str


class Found(NamedTuple):
    """A row of ``PERSON``: the person, once with each role of theirs and of those they stand for."""

    id: str
    login: str
    name: str
    language: str
    agency_id: str
    agency_key: str
    zone: str
    unit_key: str | None
    role: str | None
    holder: str | None


ABSENT = (
    select(Substitution.absent_id)
    .where(Substitution.deputy_id == Person.id, Substitution.since <= NOW, Substitution.until > NOW)
    .correlate(Person)
)
# Made once and read without objects: this is asked with every request.
PERSON = (
    select(
        Person.id,
        Person.login,
        Person.name,
        Person.language,
        Agency.id,
        Agency.key,
        Agency.zone,
        Unit.key,
        RoleHolder.role,
        RoleHolder.person_id,
    )
    .join(Agency, Agency.id == Person.agency_id)
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .outerjoin(
        RoleHolder,
        and_(
            or_(
                RoleHolder.person_id == Person.id,
                and_(RoleHolder.person_id.in_(ABSENT), *(RoleHolder.role != name for name in PERSONAL)),
            ),
            RoleHolder.since <= NOW,
            or_(RoleHolder.until.is_(None), RoleHolder.until > NOW),
        ),
    )
    .where(Person.active.is_(True), Agency.active.is_(True))
)
_ABOVE = (
    select(Unit.key, Unit.parent_id)
    .where(Unit.agency_id == bindparam("agency"), Unit.key == bindparam("unit"))
    .cte("above", recursive=True)
)
_ABOVE = _ABOVE.union(select(Unit.key, Unit.parent_id).join(_ABOVE, Unit.id == _ABOVE.c.parent_id))
ABOVE = Prepared(select(_ABOVE.c.key))
BY_ID = Prepared(PERSON.where(Person.id == bindparam("person")))
BY_LOGIN = Prepared(PERSON.where(Person.login == bindparam("login")))
BY_TOKEN = Prepared(
    PERSON.join(ApiToken, ApiToken.person_id == Person.id).where(
        ApiToken.token_hash == bindparam("token"), ApiToken.revoked_at.is_(None)
    )
)

REPORTER = Actor(None, "pelapor")
SCHEDULER = Actor(None, "penjadwal")
SYSTEM = Actor(None, "sistem")


def actor_of(who: Principal) -> Actor:
    """The history's name for a principal."""
    return Actor(who.id, who.name)


def of_person(session: Session, person_id: str, now: datetime) -> Principal:
    """The principal of an active person; raises NotFound when the person or agency is gone or inactive."""
    found = _read(session.connection(), BY_ID, {"person": person_id, "now": now})
    if found is None:
        raise NotFound(msg("No such person."))
    return found


def of_login(session: Session, login: str, now: datetime) -> Principal:
    """The principal of the active person who signs in as ``login``; raises NotFound."""
    found = _read(session.connection(), BY_LOGIN, {"login": login, "now": now})
    if found is None:
        raise NotFound(msg("Nobody signs in as %(login)s.", login=login))
    return found


def of_token(connection: Connection, token_hash: str, now: datetime) -> Principal | None:
    """The principal whom a live bearer token acts as, by the token's hash."""
    return _read(connection, BY_TOKEN, {"token": token_hash, "now": now})


def _read(connection: Connection, query: Prepared, values: dict[str, Any]) -> Principal | None:
    rows = [Found(*row) for row in query.all(connection, values)]
    if not rows:
        return None
    person = rows[0]
    roles = frozenset(row.role for row in rows if row.role)
    if person.agency_key != PLATFORM_AGENCY:
        roles -= {PLATFORM}  # an agency names its roles itself; this one counts in the platform's own only
    units = (
        ABOVE.all(connection, {"agency": person.agency_id, "unit": person.unit_key})
        if person.unit_key
        else []
    )
    return Principal(
        id=person.id,
        login=person.login,
        name=person.name,
        agency_id=person.agency_id,
        agency_key=person.agency_key,
        zone=person.zone,
        roles=roles,
        unit_key=person.unit_key,
        language=person.language,
        stands_for=frozenset(row.holder for row in rows if row.holder and row.holder != person.id),
        units=frozenset(key for (key,) in units),
    )


def holders(session: Session, agency_id: str, role: str, now: datetime) -> list[Person]:
    """The active people of an agency who hold ``role`` at ``now`` or stand for one who does, by name."""
    holding = (RoleHolder.agency_id == agency_id, RoleHolder.role == role, *held(now))
    own = select(RoleHolder.person_id).where(*holding)
    deputies = (
        select(Substitution.deputy_id)
        .join(RoleHolder, RoleHolder.person_id == Substitution.absent_id)
        .where(
            *holding, RoleHolder.role.not_in(PERSONAL), Substitution.since <= now, Substitution.until > now
        )
    )
    return list(
        session.scalars(
            select(Person)
            .where(
                Person.agency_id == agency_id,
                Person.active.is_(True),
                or_(Person.id.in_(own), Person.id.in_(deputies)),
            )
            .order_by(Person.name, Person.id)
        )
    )


def held(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    """The condition on an appointment that it holds at ``now``."""
    return (RoleHolder.since <= now, or_(RoleHolder.until.is_(None), RoleHolder.until > now))
