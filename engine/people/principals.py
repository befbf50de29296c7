"""Who is asking: a person with the roles held today, or the system itself."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Agency, Person, RoleHolder, Unit
from engine.errors import NotFound, msg

ADMIN = "admin"
DESIGNER = "perancang"
OPERATOR = "operator"
IDENTITY_KEEPER = "penjaga_identitas"
PLATFORM = "pengelola"  # of the platform's own agency: opens further agencies
PLATFORM_AGENCY = "alur"


@dataclass(frozen=True)
class Principal:
    """A signed-in person. Roles are those held at the moment of asking; all ids belong to one agency."""

    id: str | None
    login: str
    name: str
    agency_id: str
    agency_key: str
    zone: str
    roles: frozenset[str] = field(default_factory=frozenset)
    unit_key: str | None = None
    language: str = "id"

    def has(self, *roles: str) -> bool:
        """Holds at least one of these roles."""
        return bool(self.roles.intersection(roles))


@dataclass(frozen=True)
class Actor:
    """Who did something, for the history: a person, the reporter, the scheduler, another system."""

    id: str | None
    label: str


# Made once: these are asked with every request, and building a statement costs as much as running it.
PERSON = (
    select(Person, Agency, Unit.key)
    .join(Agency, Agency.id == Person.agency_id)
    .outerjoin(Unit, Unit.id == Person.unit_id)
    .where(Person.id == bindparam("person"), Person.active.is_(True), Agency.active.is_(True))
)
ROLES = select(RoleHolder.role).where(
    RoleHolder.person_id == bindparam("person"),
    RoleHolder.since <= bindparam("now"),
    or_(RoleHolder.until.is_(None), RoleHolder.until > bindparam("now")),
)

REPORTER = Actor(None, "pelapor")
SCHEDULER = Actor(None, "penjadwal")
SYSTEM = Actor(None, "sistem")


def actor_of(who: Principal) -> Actor:
    """The history's name for a principal."""
    return Actor(who.id, who.name)


def of_person(session: Session, person_id: str, now: datetime) -> Principal:
    """The principal of an active person; raises NotFound when the person or agency is gone or inactive."""
    row = session.execute(PERSON, {"person": person_id}).one_or_none()
    if row is None:
        raise NotFound(msg("No such person."))
    person, agency, unit_key = row
    roles = roles_of(session, person.id, now)
    if agency.key != PLATFORM_AGENCY:
        roles -= {PLATFORM}  # an agency names its roles itself; this one counts in the platform's own only
    return Principal(
        id=person.id,
        login=person.login,
        name=person.name,
        agency_id=agency.id,
        agency_key=agency.key,
        zone=agency.zone,
        roles=roles,
        unit_key=unit_key,
        language=person.language,
    )


def roles_of(session: Session, person_id: str, now: datetime) -> frozenset[str]:
    """The roles that a person holds at ``now``."""
    return frozenset(session.scalars(ROLES, {"person": person_id, "now": now}))


def holders(session: Session, agency_id: str, role: str, now: datetime) -> list[Person]:
    """The active people of an agency who hold ``role`` at ``now``, by name."""
    return list(
        session.scalars(
            select(Person)
            .join(RoleHolder, RoleHolder.person_id == Person.id)
            .where(
                RoleHolder.agency_id == agency_id,
                RoleHolder.role == role,
                Person.agency_id == agency_id,
                Person.active.is_(True),
                *held(now),
            )
            .order_by(Person.name, Person.id)
        )
    )


def held(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition on an appointment that it holds at ``now``."""
    return (RoleHolder.since <= now, or_(RoleHolder.until.is_(None), RoleHolder.until > now))
