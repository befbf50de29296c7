"""Conflicts of interest: people whom a report names as accused neither handle it nor see it.

The report names them in words (``terlapor_nama``): somebody of the agency is meant when their whole name
stands there. A namesake is kept away too: better one officer too few than the accused among them.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from engine.db.models import AccusedPerson, Person
from engine.people.principals import Principal
from engine.runtime.accused import not_accused
from engine.runtime.step import Step

ACCUSED_PERSON = "terlapor_nama"  # the report's words for the person (SOP forms)
FEWEST_WORDS = 2  # of a name that is looked for inside other words; a shorter one must be all there is
_TITLES = re.compile(r"\b(?:[a-z]+\.)+(?:[a-z]+\b)?|,.*$")
_WORDS = re.compile(r"[^\W\d_]+")

# Made once and read without objects: this is asked whenever a task is opened or worked on.
ACCUSED = select(AccusedPerson.person_id).where(
    AccusedPerson.person_id == bindparam("person"), AccusedPerson.instance_id == bindparam("instance")
)


def note(step: Step) -> None:
    """Remember whom the report accuses, at its start and whenever a finished task names somebody."""
    text = step.run.variables.get(ACCUSED_PERSON)
    if not isinstance(text, str) or not text.strip() or not (step.started or _just_told(step)):
        return
    people = step.session.execute(
        select(Person.id, Person.name).where(Person.agency_id == step.instance.agency_id)
    )
    known = set(
        step.session.scalars(
            select(AccusedPerson.person_id).where(AccusedPerson.instance_id == step.instance.id)
        )
    )
    for person_id in named_in(text, list(people)):
        if person_id not in known:
            step.session.add(AccusedPerson(person_id=person_id, instance_id=step.instance.id))
            _take_away(step, person_id)
    step.session.flush()


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


def accused_of(session: Session, instance_id: str) -> set[str]:
    """The ids of the people whom the report of this instance accuses."""
    query = select(AccusedPerson.person_id).where(AccusedPerson.instance_id == instance_id)
    return set(session.scalars(query))


def does_not_accuse(who: Principal, instance_id: Any) -> ColumnElement[bool]:
    """The condition on a column of instances that their reports do not accuse this person."""
    return not_accused(who.id, instance_id)


def _just_told(step: Step) -> bool:
    done = [each.data["item"] for each in step.happenings if each.kind == "task_completed"]
    return any(ACCUSED_PERSON in step.rows.item(item).outcome for item in done)


def _take_away(step: Step, person_id: str) -> None:
    """What the accused had taken goes back to its roles."""
    for item in step.rows.items:
        if item.assignee_id == person_id:
            item.assignee_id = item.claimed_at = None
            item.version += 1
            step.record("task_released", item.element, item.name, item=item.id)
