"""Tasks handed from one person to another, several at once: who may take them, a preview, row by row."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import board, inbox
from engine.db.models import Person, WorkItem
from engine.errors import AlurError, Forbidden, Invalid, Message, NotFound, msg
from engine.people.principals import Principal, of_person
from engine.runtime import work_items
from engine.runtime.calendars import Calendars
from engine.runtime.candidates import holders_outside
from engine.runtime.conflicts import outside
from engine.runtime.house import House
from engine.runtime.queue import IS_OPEN

AT_MOST = 200


@dataclass(frozen=True)
class Line:
    """A task in a hand-over and why it cannot go; ``problem`` is None when it can, or has gone."""

    row: inbox.Row
    problem: Message | None


def candidates(house: House, who: Principal, item: WorkItem) -> list[Person]:
    """Who may do this task beside the one who has it, by name."""
    now = house.now()
    with house.database.read() as session:
        people = {
            person.id: person
            for role in item.roles
            for person in holders_outside(
                session, who.agency_id, role, now, item.excluded_unit, item.instance_id
            )
            if person.id != item.assignee_id
        }
        return sorted(people.values(), key=lambda person: (person.name, person.id))


def tasks_of(house: House, who: Principal, login: str) -> tuple[Person, list[inbox.Row], list[Person]]:
    """A person's open tasks, soonest due first, and to whom they can go: the people of the board.

    Raises Forbidden for who leads nobody, NotFound for a person who is not on their board.
    """
    with house.database.read() as session:
        people = board.people_led(house, session, who)
        person = next((one for one in people if one.login == login), None)
        if person is None:
            raise NotFound(msg("No such person."))
        led = board.roles_led(house, session, who)
        rows = [row for row in _rows(house, session, who, person.id) if led.intersection(row.item.roles)]
        return person, rows, [one for one in people if one.id != person.id and one.active]


def preview(house: House, who: Principal, login: str, to: str, item_ids: list[str]) -> list[Line]:
    """What handing these tasks over would do, task by task; nothing is changed. Raises as ``tasks_of``."""
    person, _, _ = tasks_of(house, who, login)
    if not item_ids:
        raise Invalid(msg("Choose at least one task."))
    with house.database.read() as session:
        target = _target(house, session, who, to)
        rows = _rows(house, session, who, person.id, item_ids[:AT_MOST])
        return [Line(row, _problem(house, session, who, target, row.item)) for row in rows]


def carry_out(
    house: House, who: Principal, login: str, to: str, item_ids: list[str], reason: str
) -> list[Line]:
    """Hand over, each task in its own transaction; a task that changed meanwhile keeps its place."""
    lines = []
    for line in preview(house, who, login, to, item_ids):
        problem = line.problem
        if problem is None:
            try:
                work_items.reassign(house, who, line.row.item.id, to, reason, line.row.item.version)
            except AlurError as error:
                problem = error.message
        lines.append(Line(line.row, problem))
    return lines


def _problem(
    house: House, session: Session, who: Principal, target: Principal, item: WorkItem
) -> Message | None:
    if not work_items.may_lead(house, session, who, item):
        return msg("Its escalation does not lead to you.")
    if not work_items.may_do(session, target, item):
        return msg("%(name)s may not do this task.", name=target.name)
    return None


def _target(house: House, session: Session, who: Principal, login: str) -> Principal:
    person = session.scalar(select(Person).where(Person.login == login, Person.agency_id == who.agency_id))
    if person is None:
        raise Invalid(msg("Choose who takes the tasks."))
    return of_person(session, person.id, house.now())


def _rows(
    house: House, session: Session, who: Principal, person_id: str, only: list[str] | None = None
) -> list[inbox.Row]:
    which = [WorkItem.agency_id == who.agency_id, WorkItem.assignee_id == person_id, IS_OPEN, *outside(who)]
    if only is not None:
        which.append(WorkItem.id.in_(only))
    return inbox.rows_of(Calendars(house, session, who.agency_id), *which, most=AT_MOST)


def must_lead(house: House, who: Principal) -> None:
    """Raises Forbidden for who leads nobody."""
    if not board.leads(house, who):
        raise Forbidden(
            msg("This page is for heads of a unit."), hint=msg("Your agency's administrator can grant it.")
        )
