"""Conflicts of interest: people whom a report names as accused neither handle it nor see it.

The data names them in words: somebody of the agency is meant when their whole name stands there. A namesake
is kept away too: better one officer too few than the accused among them.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from engine.db.models import AccusedPerson, Person, WorkItem
from engine.people.principals import Principal
from engine.runtime import queue, staffing
from engine.runtime.accused import accused_of, not_accused
from engine.runtime.candidates import ids_of_unit, unit_named
from engine.runtime.step import Step
from engine.states import WorkItemState

FEWEST_WORDS = 2  # of a name that is looked for inside other words; a shorter one must be all there is
_TITLES = re.compile(r"\b(?:[a-z]+\.)+(?:[a-z]+\b)?|,.*$")
_WORDS = re.compile(r"[^\W\d_]+")

# Made once and read without objects: this is asked whenever a task is opened or worked on.
ACCUSED = select(AccusedPerson.person_id).where(
    AccusedPerson.person_id == bindparam("person"), AccusedPerson.instance_id == bindparam("instance")
)


def note(step: Step) -> None:
    """Keep away whom the instance has come to accuse in this step: at its start, by an answer, a message."""
    before, now = step.accused, step.house.accused(step.run.variables)
    if now == before:
        return
    people = _newly_accused(step, now.person) if now.person and now.person != before.person else set()
    unit = accused_unit(step)
    if unit is not None:  # what is done already is no longer shown to who did it there
        step.session.execute(
            update(WorkItem)
            .where(WorkItem.instance_id == step.instance.id, WorkItem.state != WorkItemState.OPEN)
            .values(excluded_unit=unit),
            execution_options={"synchronize_session": False},
        )
    for item in step.rows.items:
        _keep_from(step, item, people, unit)


def accused_unit(step: Step) -> str | None:
    """The key of the unit that the instance accuses; its people never handle it."""
    return unit_named(step.session, step.instance.agency_id, step.house.accused(step.run.variables).unit)


def named_in(text: str, people: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of the people whose whole name, titles left out, stands in the text."""
    said = f" {' '.join(_WORDS.findall(text.lower()))} "
    found = []
    for person_id, name in people:
        words = plain_name(name)
        whole = f" {' '.join(words)} "
        if words and (whole in said if len(words) >= FEWEST_WORDS else whole == said):
            found.append(person_id)
    return found


def plain_name(name: str) -> list[str]:
    """The words of a name without titles: ``Dr. Budi Contoh, S.H.`` gives budi, contoh."""
    return _WORDS.findall(_TITLES.sub(" ", name.lower()))


def is_accused(session: Session, who: Principal, instance_id: str) -> bool:
    """Whether the report of this instance accuses this person."""
    values = {"person": who.id, "instance": instance_id}
    return session.connection().execute(ACCUSED, values).first() is not None


def outside(who: Principal) -> list[ColumnElement[bool]]:
    """The conditions on work items that their reports accuse neither this person nor their unit."""
    return [does_not_accuse(who, WorkItem.instance_id), *not_about(who, WorkItem.excluded_unit)]


def not_about(who: Principal, unit: Any) -> list[ColumnElement[bool]]:
    """The condition on a column of accused units that none of them is this person's or above it."""
    return [or_(unit.is_(None), unit.not_in(sorted(who.units)))] if who.units else []


def apart(who: Principal, instance_id: Any) -> list[ColumnElement[bool]]:
    """The conditions on a column of instances that they accuse neither this person nor their unit."""
    conditions = [does_not_accuse(who, instance_id)]
    if who.units:
        about = (WorkItem.instance_id == instance_id, WorkItem.excluded_unit.in_(sorted(who.units)))
        conditions.append(~exists().where(*about))
    return conditions


def does_not_accuse(who: Principal, instance_id: Any) -> ColumnElement[bool]:
    """The condition on a column of instances that their reports do not accuse this person."""
    return not_accused(who.id, instance_id)


def _newly_accused(step: Step, text: str) -> set[str]:
    """Write down whom these words accuse; who was accused before stays so."""
    people = step.session.execute(
        select(Person.id, Person.name).where(Person.agency_id == step.instance.agency_id)
    )
    found = set(named_in(text, list(people))) - accused_of(step.session, step.instance.id)
    step.session.add_all(
        AccusedPerson(person_id=each, instance_id=step.instance.id) for each in sorted(found)
    )
    step.session.flush()
    return found


def _keep_from(step: Step, item: WorkItem, people: set[str], unit: str | None) -> None:
    """What is open already: the accused give it back, and it falls to the next level if only they held it."""
    before = (item.excluded_unit, item.assignee_id, item.roles)
    moved = unit is not None and unit != item.excluded_unit
    if moved:
        item.excluded_unit = unit
    if item.assignee_id in people or (moved and _is_of(step, item.assignee_id, unit)):
        item.assignee_id = item.claimed_at = None
        step.record("task_released", item.element, item.name, item=item.id)
    item.roles = staffing.with_next_level(step, item.element, item.roles, item.excluded_unit)
    if before != (item.excluded_unit, item.assignee_id, item.roles):
        queue.move(step.session, item)
        item.version += 1


def _is_of(step: Step, person_id: str | None, unit: str | None) -> bool:
    within = ids_of_unit(step.instance.agency_id, unit)
    query = select(Person.id).where(Person.id == person_id, Person.unit_id.in_(within))
    return step.session.scalar(query) is not None
