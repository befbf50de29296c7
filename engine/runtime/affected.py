"""Which instances a change of people may concern, read a page at a time from indexes.

Whether it does is decided under an instance's lock (``engine.runtime.second_look``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.db.models import (
    AccusedPerson,
    AccusedUnit,
    Incident,
    Instance,
    Person,
    RoleHolder,
    Substitution,
    Unit,
    WorkItem,
    WorkItemRole,
)
from engine.people.principals import held
from engine.runtime import incidents, staffing
from engine.runtime.accused import not_accused
from engine.runtime.house import House
from engine.runtime.queue import IS_OPEN
from engine.states import IncidentState

PAGE = 200

Page = list[str]  # ids of instances to look at again


def picture(session: Session, agency_id: str, now: datetime) -> int:
    """Tells one state of an agency's people from another: who works there, holds what, is away, stands in."""
    queries: list[Any] = [
        select(Person.id, Person.name, Person.unit_id).where(
            Person.agency_id == agency_id, Person.active.is_(True)
        ),
        select(RoleHolder.id, RoleHolder.role).where(RoleHolder.agency_id == agency_id, *held(now)),
        select(Substitution.id).where(Substitution.agency_id == agency_id, *_runs(Substitution, now)),
        select(Unit.id, Unit.name, Unit.parent_id).where(Unit.agency_id == agency_id),
    ]
    return hash(tuple(frozenset(map(tuple, session.execute(query))) for query in queries))


def of_agency(house: House, agency_id: str) -> Iterator[Page]:
    """What nobody answers for, what its assignee left alone, and what somebody answers for again."""
    with house.database.read() as session:
        present = _Present.of(session, agency_id, house.now())
    yield from _left_alone(house, agency_id)
    yield from _passed_up(house, present)
    for role, people in present.people.items():
        # Where people of different units answer, no accused unit leaves the role without anybody.
        if not people or frozenset.intersection(*people.values()):
            yield from _in_queue(house, present, role)
    yield from _accusing(house, present)


@dataclass
class _Present:
    """Who answers for each role that tasks of an agency wait for: person, and the units they are of."""

    agency_id: str
    people: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, agency_id: str, now: datetime) -> "_Present":
        units = _units(session, agency_id)
        found = cls(agency_id)
        for role in _roles(session, agency_id):
            found.people[role] = {
                person: units.get(unit, frozenset())
                for person, unit in staffing.present(session, agency_id, role, now)
            }
        return found

    def answer(self, roles: list[str], excluded: str | None, accused: Collection[str] = ()) -> bool:
        """Whether somebody who is neither accused nor of the excluded unit answers for one of the roles."""
        return not roles or any(
            person not in accused and excluded not in units
            for role in roles
            for person, units in self.people.get(role, {}).items()
        )


def _roles(session: Session, agency_id: str) -> Iterator[str]:
    """The roles that open tasks of an agency wait for: a jump along the queues' index for each."""
    query = select(func.min(WorkItemRole.role)).where(WorkItemRole.agency_id == agency_id)
    role = session.scalar(query)
    while role is not None:
        yield role
        role = session.scalar(query.where(WorkItemRole.role > role))


def _units(session: Session, agency_id: str) -> dict[str | None, frozenset[str]]:
    """By its id, the keys of each unit and of those above it."""
    query = select(Unit.id, Unit.key, Unit.parent_id).where(Unit.agency_id == agency_id)
    units = {unit_id: (key, above) for unit_id, key, above in session.execute(query)}
    found: dict[str | None, frozenset[str]] = {}
    for unit_id in units:
        keys, at = set(), units.get(unit_id)
        while at is not None and at[0] not in keys:
            keys.add(at[0])
            at = units.get(at[1] or "")
        found[unit_id] = frozenset(keys)
    return found


def left_behind(house: House) -> Iterator[Page]:
    """What is taken by somebody whose account is closed."""
    for people in _by_keyset(house, select(Person.id).where(Person.active.is_(False)), Person.id):
        query = select(WorkItem.sort_key, WorkItem.instance_id).where(
            WorkItem.assignee_id.in_([person.id for person in people]), IS_OPEN
        )
        for rows in _by_keyset(house, query, WorkItem.sort_key):
            yield _distinct(row.instance_id for row in rows)


def _left_alone(house: House, agency_id: str) -> Iterator[Page]:
    """What somebody has who is away, and no deputy can do."""
    now = house.now()
    deputy, standing, own = aliased(Person), aliased(Substitution), aliased(Substitution)
    stands_in = exists().where(
        standing.absent_id == WorkItem.assignee_id,
        *_runs(standing, now),
        deputy.id == standing.deputy_id,
        deputy.active.is_(True),
        ~exists().where(own.absent_id == deputy.id, *_runs(own, now)),
        not_accused(deputy.id, WorkItem.instance_id),
    )
    away = select(Substitution.absent_id).where(
        Substitution.agency_id == agency_id, *_runs(Substitution, now)
    )
    for people in _by_keyset(house, away.distinct(), Substitution.absent_id):
        query = select(WorkItem.sort_key, WorkItem.instance_id).where(
            WorkItem.assignee_id.in_([absent_id for (absent_id,) in people]),
            IS_OPEN,
            or_(~stands_in, WorkItem.excluded_unit.is_not(None)),
        )
        for rows in _by_keyset(house, query, WorkItem.sort_key):
            yield _distinct(row.instance_id for row in rows)


def _passed_up(house: House, present: _Present) -> Iterator[Page]:
    """Where an incident tells that nobody answers, but somebody does again, or it is done."""
    query = select(Incident.id, Incident.instance_id, Incident.element).where(
        Incident.agency_id == present.agency_id,
        Incident.state == IncidentState.OPEN,
        Incident.kind == incidents.UNHELD,
    )
    for rows in _by_keyset(house, query, Incident.id):
        told = {(row.instance_id, row.element) for row in rows}
        items = select(WorkItem.instance_id, WorkItem.element, WorkItem.roles, WorkItem.excluded_unit).where(
            WorkItem.instance_id.in_({instance_id for instance_id, _ in told}), IS_OPEN
        )
        with house.database.read() as session:
            open_items = [row for row in session.execute(items) if (row[0], row[1]) in told]
        still = {(row.instance_id, row.element) for row in open_items}
        answered = [
            row for row in open_items if present.answer(row.roles[:-1] or row.roles, row.excluded_unit)
        ]
        yield _distinct([*(each for each, _ in told - still), *(row.instance_id for row in answered)])


def _in_queue(house: House, present: _Present, role: str) -> Iterator[Page]:
    """What waits in a role's queue and nobody answers for."""
    for taken in (False, True):
        query = (
            select(WorkItemRole.sort_key, WorkItem.instance_id, WorkItem.roles, WorkItem.excluded_unit)
            .join(WorkItem, WorkItem.id == WorkItemRole.work_item_id)
            .where(
                WorkItemRole.agency_id == present.agency_id,
                WorkItemRole.role == role,
                WorkItemRole.taken == taken,
            )
        )
        for rows in _by_keyset(house, query, WorkItemRole.sort_key):
            yield _distinct(
                row.instance_id for row in rows if not present.answer(row.roles, row.excluded_unit)
            )


def _accusing(house: House, present: _Present) -> Iterator[Page]:
    """What its report keeps its assignee from, or all those who would answer for it: by name or by unit.

    Found from what is accused, which few reports do, and not from all that is open.
    """
    with house.database.read() as session:
        units = _units(session, present.agency_id)
        people = select(Person.id, Person.unit_id).where(
            Person.agency_id == present.agency_id, Person.active.is_(True)
        )
        above = {person: units.get(unit, frozenset()) for person, unit in session.execute(people)}
    for said in (AccusedPerson.instance_id, AccusedUnit.instance_id):
        query = select(said).join(Instance, Instance.id == said).distinct()
        query = query.where(Instance.agency_id == present.agency_id, Instance.ended_at.is_(None))
        for rows in _by_keyset(house, query, said):
            with house.database.read() as session:
                found = _kept_away(session, present, above, [row.instance_id for row in rows])
            yield found


def _kept_away(
    session: Session, present: _Present, above: dict[str, frozenset[str]], instances: list[str]
) -> Page:
    """Those of some instances with an open task that its assignee, or all who answer, are kept away from."""
    accused = _by_instance(session, AccusedPerson.person_id, AccusedPerson.instance_id, instances)
    excluded = _by_instance(session, AccusedUnit.unit, AccusedUnit.instance_id, instances)
    items = select(WorkItem.instance_id, WorkItem.roles, WorkItem.assignee_id).where(
        WorkItem.agency_id == present.agency_id, WorkItem.instance_id.in_(instances), IS_OPEN
    )

    def may(person: str, instance_id: str) -> bool:
        units = above.get(person, frozenset())
        return person not in accused[instance_id] and units.isdisjoint(excluded[instance_id])

    return _distinct(
        key
        for key, roles, assignee in session.execute(items)
        if (assignee and not may(assignee, key))
        or (roles and not any(may(each, key) for role in roles for each in present.people.get(role, ())))
    )


def _by_instance(session: Session, column: Any, key: Any, instances: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for instance_id, value in session.execute(select(key, column).where(key.in_(instances))):
        found[instance_id].add(value)
    return found


def _by_keyset(house: House, query: Any, key: Any) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a query in the order of ``key``, which it selects first, some hundreds at a time."""
    last: str | None = ""
    while last is not None:
        house.courtesy.stand_back()
        with house.database.read() as session:
            rows = session.execute(query.where(key > last).order_by(key).limit(PAGE)).all()
        yield rows
        last = rows[-1][0] if len(rows) == PAGE else None


def _distinct(ids: Iterable[str]) -> Page:
    return list(dict.fromkeys(ids))


def _runs(absence: Any, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (absence.since <= now, absence.until > now)
