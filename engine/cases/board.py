"""A head's board: what is late, what was escalated, how the work lies on people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.cases import inbox
from engine.cases.standing import Standing
from engine.cases.standing import standing as standing_of
from engine.db.models import Definition, Person, RoleHolder, WorkItem, WorkItemRole
from engine.people.principals import ADMIN, Principal
from engine.runtime import work_items
from engine.runtime.calendars import Calendars
from engine.runtime.conflicts import outside
from engine.runtime.house import House
from engine.runtime.queue import IS_OPEN
from engine.states import DefinitionState

LISTED = 50
MOST_PEOPLE = 200
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Load:
    """The open work of one person: all, how much of it is late; ``active`` unless the account is closed."""

    person_id: str
    name: str
    login: str
    open: int
    overdue: int
    active: bool


@dataclass(frozen=True)
class Board:
    """Everything on the board, counted and listed in bounded pieces.

    ``may_open`` holds the ids of the listed tasks that this person may open.
    """

    roles: list[str]
    escalations: list[inbox.Row]
    overdue: list[inbox.Row]
    unclaimed: int
    load: list[Load]
    due_days: list[tuple[str, int]]
    empty_roles: list[str]
    next_due: datetime | None
    may_open: frozenset[str]
    standing: list[Standing]


def board(house: House, who: Principal) -> Board:
    """The board of a head: over the roles below this person's roles, as the agency's SOPs name superiors."""
    now = house.now()
    with house.database.read() as session:
        led = sorted(roles_led(house, session, who))
        calendars = Calendars(house, session, who.agency_id)
        standing = standing_of(calendars, who, set(led), LISTED)
        escalations = inbox.page(house, who, inbox.Query(escalations=True, limit=LISTED)).rows
        overdue = _overdue(calendars, who, led, now)
        return Board(
            roles=led,
            escalations=escalations,
            overdue=overdue,
            unclaimed=_unclaimed(session, who, led),
            load=_load(session, who, led, now),
            due_days=_due_days(session, who, led, now),
            empty_roles=_empty_roles(session, who, led, now),
            next_due=session.scalar(
                _open_items(select(func.min(WorkItem.due_at)), who, led).where(WorkItem.due_at > now)
            ),
            may_open=frozenset(
                row.item.id
                for row in escalations + overdue
                if work_items.may_see(house, session, who, row.item)
            ),
            standing=standing,
        )


def roles_led(house: House, session: Session, who: Principal) -> set[str]:
    """Roles below this person's own, down the ``[eskalasi]`` tables in force; an administrator leads all."""
    superiors = superiors_of(house, session, who.agency_id)
    if who.has(ADMIN):
        return set(superiors)
    led: set[str] = set()
    frontier = set(who.roles)
    while frontier:
        below = {role for role, superior in superiors.items() if superior in frontier} - led
        led |= below
        frontier = below
    return led | (set(who.roles) & set(superiors) if led else set())


def superiors_of(house: House, session: Session, agency_id: str) -> dict[str, str]:
    """Role → superior over all SOPs of the agency that are in force."""
    merged: dict[str, str] = {}
    for key in session.scalars(
        select(Definition.bundle_hash).where(
            Definition.agency_id == agency_id, Definition.state == DefinitionState.ACTIVE
        )
    ):
        sop = house.programs.get(session, key).sop
        merged.update(sop.superiors if sop else {})
    return merged


def leads(house: House, who: Principal) -> bool:
    """Whether this person has a board at all."""
    with house.database.read() as session:
        return bool(roles_led(house, session, who))


def people_led(house: House, session: Session, who: Principal) -> list[Person]:
    """Everybody who holds one of the roles that this person leads, or still has a task of them, by name."""
    query = select(Person).where(_led(who, sorted(roles_led(house, session, who)), house.now()))
    return list(session.scalars(query.order_by(Person.name, Person.id).limit(MOST_PEOPLE)))


def _led(who: Principal, roles: list[str], now: datetime) -> ColumnElement[bool]:
    """Who holds a role now, and who has open tasks of it though the role or the account has ended."""
    having = _open_items(select(WorkItem.assignee_id), who, roles).where(WorkItem.assignee_id.is_not(None))
    return and_(
        Person.agency_id == who.agency_id,
        or_(and_(Person.active.is_(True), Person.id.in_(_holding(who, roles, now))), Person.id.in_(having)),
    )


def _holding(who: Principal, roles: list[str], now: datetime) -> Select[Any]:
    return select(RoleHolder.person_id).where(
        RoleHolder.agency_id == who.agency_id,
        RoleHolder.role.in_(roles),
        RoleHolder.since <= now,
        (RoleHolder.until.is_(None)) | (RoleHolder.until > now),
    )


def _not_of_own_unit(who: Principal) -> ColumnElement[bool]:
    """A report about one's own unit or oneself is on nobody's board there."""
    return and_(*outside(who))


def _open_items(query: Select[Any], who: Principal, roles: list[str]) -> Select[Any]:
    return query.select_from(WorkItem).where(*_open_of(who, roles))


def _open_of(who: Principal, roles: list[str]) -> list[ColumnElement[bool]]:
    """The conditions on an item that it is open and stands in the queue of one of these roles."""
    queued = select(WorkItemRole.work_item_id).where(
        WorkItemRole.agency_id == who.agency_id, WorkItemRole.role.in_(roles)
    )
    return [WorkItem.agency_id == who.agency_id, IS_OPEN, _not_of_own_unit(who), WorkItem.id.in_(queued)]


def _overdue(calendars: Calendars, who: Principal, roles: list[str], now: datetime) -> list[inbox.Row]:
    late = WorkItem.sort_key < now.strftime("%Y%m%d%H%M%S")
    which = [*_open_of(who, roles), late, WorkItem.kind == "task"]
    return inbox.rows_of(calendars, *which, most=LISTED)


def _unclaimed(session: Session, who: Principal, roles: list[str]) -> int:
    query = _open_items(select(func.count()), who, roles).where(WorkItem.assignee_id.is_(None))
    return session.scalar(query) or 0


def _load(session: Session, who: Principal, roles: list[str], now: datetime) -> list[Load]:
    """Everybody who holds one of the roles, also without work, and who left with some; most loaded first."""
    late = func.sum(func.cast(WorkItem.due_at < now, WorkItem.level.type))
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.login,
            func.count(WorkItem.id),
            func.coalesce(late, 0),
            Person.active,
        )
        .outerjoin(
            WorkItem,
            (WorkItem.assignee_id == Person.id) & IS_OPEN & _not_of_own_unit(who),
        )
        .where(_led(who, roles, now))
        .group_by(Person.id, Person.name, Person.login, Person.active)
        .order_by(func.count(WorkItem.id).desc(), Person.name)
        .limit(200)
    )
    return [Load(*row) for row in rows]


def _due_days(session: Session, who: Principal, roles: list[str], now: datetime) -> list[tuple[str, int]]:
    """How many tasks fall due on each of the next days (UTC days of the due instants)."""
    day = func.substr(WorkItem.sort_key, 1, 8)
    query = _open_items(select(day, func.count()), who, roles)
    rows = session.execute(
        query.where(WorkItem.due_at >= now, WorkItem.due_at < now + AHEAD).group_by(day).order_by(day)
    )
    return list(rows)


def _empty_roles(session: Session, who: Principal, roles: list[str], now: datetime) -> list[str]:
    held: Mapping[str, int] = dict(
        session.execute(
            select(RoleHolder.role, func.count())
            .where(
                RoleHolder.agency_id == who.agency_id,
                RoleHolder.role.in_(roles),
                RoleHolder.since <= now,
                (RoleHolder.until.is_(None)) | (RoleHolder.until > now),
            )
            .group_by(RoleHolder.role)
        ).all()
    )
    return [role for role in roles if role not in held]
