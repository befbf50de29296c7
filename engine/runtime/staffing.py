"""Roles that nobody can answer for: the work falls to the next level, and an incident tells of it.

Upwards means: the superiors that the SOP names, then the agency's administrators.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from engine.db.models import Person, RoleHolder, Substitution
from engine.db.prepared import Prepared
from engine.errors import AlurError, Message, msg
from engine.people.principals import ADMIN, NOW, PERSONAL, held
from engine.runtime import incidents
from engine.runtime.accused import ACCUSED_UNITS, not_accused
from engine.runtime.step import Step

AWAY, BARRED, UNHELD = "away", "barred", "unheld"  # why nobody answers for a role

# Made once and read without objects: this is asked with every task that opens.
_APPOINTED = (
    RoleHolder.agency_id == bindparam("agency"),
    RoleHolder.role == bindparam("role"),
    *held(NOW),
    Person.active.is_(True),
    not_accused(Person.id, bindparam("instance")),
)
_ABSENCE, _ABSENT = aliased(Substitution), aliased(Person)
_IS_AWAY = exists().where(_ABSENCE.absent_id == Person.id, _ABSENCE.since <= NOW, _ABSENCE.until > NOW)
_OUTSIDE = or_(Person.unit_id.is_(None), Person.unit_id.not_in(ACCUSED_UNITS))
_HOLDING = (
    select(literal(1))
    .select_from(RoleHolder)
    .join(Person, Person.id == RoleHolder.person_id)
    .where(*_APPOINTED)
)
_PRESENT = _HOLDING.where(~_IS_AWAY)
_STANDING_IN = (
    select(literal(1))
    .select_from(RoleHolder)
    .join(Substitution, Substitution.absent_id == RoleHolder.person_id)
    .join(Person, Person.id == Substitution.deputy_id)
    .where(*_APPOINTED, Substitution.since <= NOW, Substitution.until > NOW, ~_IS_AWAY)
    .where(*(RoleHolder.role != name for name in PERSONAL))
)


def _anybody(query: Select[Any], most: int | None = 1) -> tuple[Prepared, Prepared]:
    """Whether there is somebody, or who: without regard to a unit, and outside of one."""
    return Prepared(query.limit(most)), Prepared(query.where(_OUTSIDE).limit(most))


# Whoever is there, or the deputy of who is not.
ANSWERED = [_anybody(_PRESENT), _anybody(_STANDING_IN)]
HELD = [_anybody(_HOLDING)]
_NAMES = [
    _anybody(query.with_only_columns(*names), None)
    for query, names in (
        (_PRESENT, (Person.name, null())),
        (_STANDING_IN.join(_ABSENT, _ABSENT.id == Substitution.absent_id), (Person.name, _ABSENT.name)),
    )
]
_IDS, _HELD_IDS = (
    [_anybody(query.with_only_columns(Person.id), None) for query in queries]
    for queries in ((_PRESENT, _STANDING_IN), (_HOLDING,))
)
_AWAY_SINCE = Prepared(
    select(Substitution.since)
    .where(Substitution.absent_id == bindparam("person"), Substitution.since <= NOW, Substitution.until > NOW)
    .limit(1)
)
_DEPUTIES = _anybody(
    select(Person.id)
    .join(Substitution, Substitution.deputy_id == Person.id)
    .where(
        Substitution.absent_id == bindparam("person"),
        Substitution.since <= NOW,
        Substitution.until > NOW,
        Person.active.is_(True),
        not_accused(Person.id, bindparam("instance")),
        ~_IS_AWAY,
    ),
    None,
)
_WHO = [Prepared(query.with_only_columns(Person.id, Person.unit_id)) for query in (_PRESENT, _STANDING_IN)]


def with_next_level(step: Step, element: str, roles: list[str], excluded: str | None) -> list[str]:
    """A task's roles, and the next level too where nobody outside the unit complained about holds one."""
    if not roles or is_answered(step, roles, excluded):
        return roles
    fallen = _falls_to(step, element, roles[0], excluded)
    return roles if fallen in roles else [*roles, fallen]


def reached(step: Step, roles: list[str], excluded: str | None) -> list[str]:
    """The ids of whoever answers for one of these roles now; where nobody does, of who holds one, away."""
    values = _values(step, excluded)
    for ways in (_IDS, _HELD_IDS):
        found = {
            person
            for role in roles
            for query in _of(ways, excluded)
            for (person,) in query.all(step.connection, {**values, "role": role})
        }
        if found:
            return sorted(found)
    return []


def away_since(step: Step, person_id: str) -> datetime | None:
    """Since when somebody is away, None when they are there."""
    found = _AWAY_SINCE.first(step.connection, {"person": person_id, "now": step.now})
    return found[0] if found else None


def deputies(step: Step, person_id: str, excluded: str | None) -> list[str]:
    """The ids of whoever can do now what somebody has who is away."""
    query = _of([_DEPUTIES], excluded)[0]
    return [each for (each,) in query.all(step.connection, {**_values(step, excluded), "person": person_id})]


def leaves_alone(step: Step, person_id: str, excluded: str | None) -> bool:
    """Whether what somebody has is left alone: they are away, and no deputy can do it."""
    return away_since(step, person_id) is not None and not deputies(step, person_id, excluded)


def alone(name: str) -> Message:
    """Why nothing is given to somebody who would leave it alone."""
    return msg("%(name)s is away, and nobody stands in: choose somebody else.", name=name)


def present(session: Session, agency_id: str, role: str, now: datetime) -> list[tuple[str, str | None]]:
    """Who answers for a role now, unless a report accuses them: the ids of the people and of their units."""
    values = {"agency": agency_id, "role": role, "instance": "", "now": now}
    return [(person, unit) for query in _WHO for person, unit in query.all(session, values)]


@dataclass(frozen=True)
class Answering:
    """Who answers for a role: names, each with whom that person stands in for; if nobody does, why."""

    people: list[tuple[str, str | None]]
    gap: str | None


def who_answers(
    session: Session, agency_id: str, role: str, now: datetime, excluded: str | None, instance_id: str
) -> Answering:
    """Who would get what is for a role of this report now, by the rule that ``answering`` acts on.

    Where nobody does: all who hold it are away without a deputy who can answer, or all are kept away from
    the report (as accused, or by their unit), or nobody holds it.
    """
    values = {"agency": agency_id, "role": role, "now": now, "instance": instance_id, "unit": excluded}
    people = {row for query in _of(_NAMES, excluded) for row in query.all(session, values)}
    if people:
        return Answering(sorted((name, absent) for name, absent in people), None)
    if any(query.first(session, values) for query in _of(HELD, excluded)):
        return Answering([], AWAY)
    anybody = {**values, "instance": ""}
    return Answering(
        [], BARRED if any(query.first(session, anybody) for query in _of(HELD, None)) else UNHELD
    )


def _of(ways: Sequence[tuple[Prepared, Prepared]], excluded: str | None) -> list[Prepared]:
    return [everybody if excluded is None else outside for everybody, outside in ways]


def upwards(role: str, superiors: Mapping[str, str]) -> list[str]:
    """The levels above a role, the nearest first, the agency's administrators last."""
    levels: list[str] = []
    while (role := superiors.get(role, "")) and role not in levels:
        levels.append(role)
    return [*levels, ADMIN] if ADMIN not in levels else levels


def _falls_to(step: Step, element: str, role: str, excluded: str | None) -> str:
    """The nearest level above that somebody answers in; an incident unless only the unit is passed over."""
    if not _has_people(step):
        return role  # a played process: there are no people at all
    sop = step.program.sop
    levels = upwards(role, sop.superiors if sop else {})
    found = next((level for level in levels if is_answered(step, [level], excluded)), None)
    if found is None:  # better somebody who is away than nobody
        found = next((level for level in [role, *levels] if _is_held(step, level, excluded)), None)
    if found is None:
        why = msg("Nobody can do what is for %(role)s, nor anybody above.", role=role)
        incidents.open_incident(step, element, incidents.UNHELD, AlurError(why), stops=False)
        return role
    if not is_answered(step, [role], None):
        why = msg("Nobody holds the role %(role)s; %(level)s gets what is for it.", role=role, level=found)
        if _is_held(step, role, None):
            why = msg(
                "Whoever holds the role %(role)s is away, and no deputy can answer; %(level)s gets what is "
                "for it.",
                role=role,
                level=found,
            )
        incidents.open_incident(step, element, incidents.UNHELD, AlurError(why), stops=False)
    return found


def is_answered(step: Step, roles: list[str], excluded: str | None) -> bool:
    """Whether somebody who is neither accused nor of the excluded unit answers for one of these roles now."""
    return any(_finds(step, ANSWERED, role, excluded) for role in roles)


def _is_held(step: Step, role: str, excluded: str | None) -> bool:
    return _finds(step, HELD, role, excluded)


def _finds(step: Step, ways: Sequence[tuple[Prepared, Prepared]], role: str, excluded: str | None) -> bool:
    values = {**_values(step, excluded), "role": role}
    return any(query.first(step.connection, values) for query in _of(ways, excluded))


def _values(step: Step, excluded: str | None) -> dict[str, Any]:
    return {
        "agency": step.instance.agency_id,
        "instance": step.instance.id,
        "now": step.now,
        "unit": excluded,
    }


def _has_people(step: Step) -> bool:
    query = exists().where(Person.agency_id == step.instance.agency_id, Person.active.is_(True))
    return bool(step.session.scalar(select(query)))
