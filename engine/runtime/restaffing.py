"""Staffing changes, open tasks stay: a duty that gives those nobody answers for to the next level.

An account is closed, an appointment ends by itself, a deputy leaves in the middle of an absence: nothing of
that touches a task. The duty finds what it left behind and looks at it again, a step for each instance.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from engine.clock import stopwatch
from engine.db.models import AccusedPerson, Agency, Person, Unit, WorkItem, WorkItemRole
from engine.people.principals import SYSTEM
from engine.runtime import staffing
from engine.runtime.house import House
from engine.runtime.queue import IS_OPEN
from engine.runtime.step import Step

log = logging.getLogger("alur.staffing")

PAGE = 200
LONGEST_SECONDS = 2.0  # of looking in one go; the next goes on from there

Page = list[str]  # ids of instances to look at again


class Restaffing:
    """The duty. It remembers how far it came, so that many tasks are looked at in some turns."""

    def __init__(self) -> None:
        self._pages: Iterator[Page] | None = None
        self._looking = threading.Lock()  # of the threads of one process; processes need none

    def __call__(self, house: House) -> int:
        """Look on for at most some seconds, or to the end; how many instances changed."""
        if not self._looking.acquire(blocking=False):
            return 0
        try:
            return self._look_on(house)
        finally:
            self._looking.release()

    def _look_on(self, house: House) -> int:
        changed, end = 0, stopwatch() + LONGEST_SECONDS
        self._pages = self._pages or _pages(house)
        for page in self._pages:
            changed += sum(_look_again(house, instance_id) for instance_id in page)
            if stopwatch() > end:
                return changed
        self._pages = None
        return changed


def _look_again(house: House, instance_id: str) -> bool:
    """One step over an instance; whether it changed anything. One that fails keeps no other waiting."""
    house.courtesy.stand_back()
    try:
        with house.database.write() as session:
            step = Step.open(house, session, instance_id, SYSTEM)
            for item in step.rows.items:
                staffing.look_again(step, item)
            if step.happenings:
                step.save()
            return bool(step.happenings)
    except Exception:
        log.exception("the tasks of instance %s could not be looked at again", instance_id)
        return False


def _pages(house: House) -> Iterator[Page]:
    """What may need another look, read a page at a time; whether it does is decided under its lock."""
    yield from _left_behind(house)
    with house.database.read() as session:
        agencies = list(session.scalars(select(Agency.id).where(Agency.active.is_(True))))
    for agency_id in agencies:
        with house.database.read() as session:
            present = _Present.of(session, agency_id, house.now())
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


def _left_behind(house: House) -> Iterator[Page]:
    """What is taken by somebody whose account is closed."""
    for people in _by_keyset(house, select(Person.id).where(Person.active.is_(False)), Person.id):
        query = select(WorkItem.sort_key, WorkItem.instance_id).where(
            WorkItem.assignee_id.in_([person.id for person in people]), IS_OPEN
        )
        for rows in _by_keyset(house, query, WorkItem.sort_key):
            yield _distinct(row.instance_id for row in rows)


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
    """What its report keeps all those from who would answer for it: some as accused, some by their unit."""
    answering = sorted({person for people in present.people.values() for person in people})
    for person_id in answering:
        query = select(AccusedPerson.instance_id).where(AccusedPerson.person_id == person_id)
        for rows in _by_keyset(house, query, AccusedPerson.instance_id):
            instances = [row.instance_id for row in rows]
            with house.database.read() as session:
                found = _unanswered(session, present, answering, instances)
            yield found


def _unanswered(session: Session, present: _Present, answering: list[str], instances: list[str]) -> Page:
    """Those of some instances with an open task that nobody answers for who is not accused there."""
    accused: dict[str, set[str]] = defaultdict(set)
    query = select(AccusedPerson.instance_id, AccusedPerson.person_id).where(
        AccusedPerson.person_id.in_(answering), AccusedPerson.instance_id.in_(instances)
    )
    for instance_id, person_id in session.execute(query):
        accused[instance_id].add(person_id)
    items = select(WorkItem.instance_id, WorkItem.roles, WorkItem.excluded_unit).where(
        WorkItem.instance_id.in_(instances), IS_OPEN
    )
    return _distinct(
        row.instance_id
        for row in session.execute(items)
        if not present.answer(row.roles, row.excluded_unit, accused[row.instance_id])
    )


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
