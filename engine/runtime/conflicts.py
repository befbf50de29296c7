"""Conflicts of interest: whom a report accuses, by name or by unit, neither handles it nor sees it.

The data names people in words: somebody of the agency is meant when their whole name stands there. A namesake
is kept away too: better one officer too few than the accused among them. Who was accused once stays so.
"""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from engine.db.models import AccusedName, AccusedPerson, AccusedUnit, Person, WorkItem
from engine.db.prepared import Prepared
from engine.people.naming import folded, named_in, units_named
from engine.people.principals import Principal
from engine.runtime import queue, staffing
from engine.runtime.accused import accused_of, accused_units_of, not_accused, not_kept_from
from engine.runtime.step import Step

# Made once and read without objects: this is asked whenever a task is opened or worked on.
ACCUSED = select(literal(1)).where(
    or_(
        exists().where(
            AccusedPerson.person_id == bindparam("person"), AccusedPerson.instance_id == bindparam("instance")
        ),
        exists().where(
            AccusedUnit.instance_id == bindparam("instance"),
            AccusedUnit.unit.in_(bindparam("units", expanding=True)),
        ),
    )
)
_KEPT_FROM = Prepared(select(literal(1)).where(~not_kept_from(bindparam("instance"))))


def note(step: Step) -> None:
    """Keep away whom the instance has come to accuse in this step: at its start, by an answer, a message."""
    before, now = step.accused, step.house.accused(step.run.variables)
    if now == before:
        return
    people = _newly_accused(step, now.people) if now.people != before.people else set()
    units = _newly_accused_units(step, now.units) if now.units != before.units else set()
    if people or units:
        unit = accused_unit(step)
        for item in step.rows.items:
            _keep_from(step, item, unit)


def accused_unit(step: Step) -> str | None:
    """The first of the units that the instance accuses, None where there is none; ``AccusedUnit`` has all."""
    return first_unit(step.session, step.instance.id) if step.instance.accuses_units else None


def first_unit(session: Session, instance_id: str) -> str | None:
    """The first of the units that an instance accuses, None where it accuses none."""
    return session.scalar(select(func.min(AccusedUnit.unit)).where(AccusedUnit.instance_id == instance_id))


def is_accused(session: Session, who: Principal, instance_id: str) -> bool:
    """Whether the report of this instance accuses this person, or a unit that they belong to."""
    values = {"person": who.id, "instance": instance_id, "units": sorted(who.units)}
    return session.connection().execute(ACCUSED, values).first() is not None


def reports_about(session: Session, who: Principal) -> set[str]:
    """The ids of all instances that accuse this person, or a unit that they belong to."""
    by_name = select(AccusedPerson.instance_id).where(AccusedPerson.person_id == who.id)
    by_unit = select(AccusedUnit.instance_id).where(AccusedUnit.unit.in_(sorted(who.units)))
    return set(session.scalars(by_name.union(by_unit)))


def outside(who: Principal) -> list[ColumnElement[bool]]:
    """The conditions on work items that their reports accuse neither this person nor their unit."""
    return apart(who, WorkItem.instance_id)


def apart(who: Principal, instance_id: Any) -> list[ColumnElement[bool]]:
    """The conditions on a column of instances that they accuse neither this person nor their unit."""
    conditions = [not_accused(who.id, instance_id)]
    if who.units:
        about = (AccusedUnit.instance_id == instance_id, AccusedUnit.unit.in_(sorted(who.units)))
        conditions.append(~exists().where(*about))
    return conditions


def _newly_accused(step: Step, sayings: tuple[str, ...]) -> set[str]:
    """Write down what is said of people, and whom these words accuse."""
    if not sayings:
        return set()
    words, agency_id = folded(sayings), step.instance.agency_id
    kept = step.session.get(AccusedName, step.instance.id)
    if kept is None:
        kept = AccusedName(instance_id=step.instance.id, agency_id=agency_id, words="")
        step.session.add(kept)
    if words not in kept.words:
        kept.words += words
    people = step.session.execute(select(Person.id, Person.name).where(Person.agency_id == agency_id))
    found = set(named_in(words, [(row.id, row.name) for row in people])) - accused_of(
        step.session, step.instance.id
    )
    step.session.add_all(
        AccusedPerson(person_id=each, instance_id=step.instance.id) for each in sorted(found)
    )
    step.session.flush()
    return found


def _newly_accused_units(step: Step, sayings: tuple[str, ...]) -> set[str]:
    """Write down which units these words accuse."""
    named = {key for said in sayings for key in units_named(step.session, step.instance.agency_id, said)}
    found = named - accused_units_of(step.session, step.instance.id)
    step.instance.accuses_units |= bool(found)
    step.session.add_all(AccusedUnit(unit=each, instance_id=step.instance.id) for each in sorted(found))
    step.session.flush()
    return found


def is_kept_from(step: Step, person_id: str) -> bool:
    """Whether the report accuses this person, or a unit that they belong to now."""
    values = {"person": person_id, "instance": step.instance.id}
    return _KEPT_FROM.first(step.connection, values) is not None


def _keep_from(step: Step, item: WorkItem, unit: str | None) -> None:
    """What is open already: the accused give it back, and it falls to the next level if only they held it."""
    before = (item.excluded_unit, item.assignee_id, item.roles)
    item.excluded_unit = unit
    if item.assignee_id and is_kept_from(step, item.assignee_id):
        item.assignee_id = item.claimed_at = None
        step.record("task_released", item.element, item.name, item=item.id)
    item.roles = staffing.with_next_level(step, item.element, item.roles, item.excluded_unit)
    if before != (item.excluded_unit, item.assignee_id, item.roles):
        queue.move(step.session, item)
        item.version += 1
