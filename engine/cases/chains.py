"""The escalation chain of each open deadline of a report: who is told when, who was, and who stands above."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.cases.views import CaseView
from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import Deadline
from engine.runtime import deadlines
from engine.runtime.candidates import holders_outside
from engine.runtime.house import House
from engine.runtime.staffing import upwards

PEOPLE_NAMED = 3
ESCALATED, REMINDED = "escalated", "reminded"


@dataclass(frozen=True)
class Level:
    """One step of a chain. ``number`` 1 is the reminder, 2 and 3 the escalations, 0 who stands above those.

    ``at`` is when it was told, or will be; None where it waits for a reply or only stands above. ``people``
    are the first names of those who hold the roles and may see the report; ``more`` how many others do.
    """

    number: int
    roles: list[str]
    people: list[str]
    more: int
    at: datetime | None
    told: bool


@dataclass(frozen=True)
class Chain:
    """A deadline and everybody whom it tells."""

    deadline: Deadline
    levels: list[Level]


def chains(house: House, view: CaseView) -> list[Chain]:
    """The chains of a report's open deadlines, the soonest due first."""
    with house.database.read() as session:
        told = _told(session, view)
        return [
            Chain(deadline, _levels(house, session, view, deadline, told))
            for deadline in view.instance.deadlines
        ]


def _levels(
    house: House, session: Session, view: CaseView, deadline: Deadline, told: dict[tuple[str, int], datetime]
) -> list[Level]:
    waiting = {job.level: job.due_at for job in view.instance.jobs if job.deadline_id == deadline.id}
    steps = [(deadlines.REMIND, _reminded(view, deadline))]
    if deadline.roles:
        steps += [
            (number, [deadlines.escalation_role(deadline, number)])
            for number in (deadlines.ESCALATE, deadlines.ESCALATE_AGAIN)
        ]
    levels = []
    for number, roles in steps:
        at = told.get((deadline.id, number))
        levels.append(_level(house, session, view, number, roles, at or waiting.get(number), at is not None))
    return [*levels, *_above(house, session, view, deadline)]


def _above(house: House, session: Session, view: CaseView, deadline: Deadline) -> list[Level]:
    """The levels above the last escalation, which get it where nobody can answer before them."""
    if not deadline.roles:
        return []
    sop = view.program.sop
    named = upwards(deadline.roles[-1], sop.superiors if sop else {})
    above = [role for role in named if role not in deadline.roles]
    return [_level(house, session, view, 0, [role], None, False) for role in above]


def _reminded(view: CaseView, deadline: Deadline) -> list[str]:
    """Whose reminder it is: the task's roles, for a clock and a scope the first role of the chain."""
    item = next((row for row in view.instance.items if row.deadline_id == deadline.id), None)
    return item.roles if item is not None else deadline.roles[:1]


def _level(
    house: House,
    session: Session,
    view: CaseView,
    number: int,
    roles: list[str],
    at: datetime | None,
    told: bool,
) -> Level:
    names = list(
        dict.fromkeys(
            person.name
            for role in roles
            for person in holders_outside(
                session, view.case.agency_id, role, house.now(), view.case.accused_unit, view.case.instance_id
            )
        )
    )
    return Level(number, roles, names[:PEOPLE_NAMED], max(0, len(names) - PEOPLE_NAMED), at, told)


def _told(session: Session, view: CaseView) -> dict[tuple[str, int], datetime]:
    """When each level of the open deadlines was told, as the history has it since their last start."""
    own = HISTORY.c.instance_id == view.case.instance_id
    open_now = {deadline.id: deadline for deadline in view.instance.deadlines}
    found: dict[tuple[str, int], datetime] = {}
    for event in events.read(session, own, kinds=(REMINDED, ESCALATED)):
        deadline = open_now.get(event.data.get("deadline", ""))
        if deadline is not None and event.at >= deadline.started_at:
            level = (
                event.data.get("level", deadlines.ESCALATE) if event.kind == ESCALATED else deadlines.REMIND
            )
            if deadline.told >= level:
                found[deadline.id, level] = event.at
    return found
