"""The escalation chain of each open deadline of a report: who is told when, who was, and who stands above."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from engine.cases.views import CaseView
from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import Deadline
from engine.people.principals import ADMIN
from engine.runtime import deadlines
from engine.runtime.conflicts import first_unit
from engine.runtime.house import House
from engine.runtime.staffing import UNHELD, Answering, upwards, who_answers

PEOPLE_NAMED = 3
OWN, NAMED, SUPERIOR, AGAIN, ADMINISTRATORS = "own", "named", "superior", "again", "administrators"
ESCALATED, REMINDED = "escalated", "reminded"
Ask = Callable[[str], Answering]


@dataclass(frozen=True)
class Level:
    """One step of a chain. ``number`` 1 is the reminder, 2 and 3 the escalations, 0 who stands above those.

    ``rule`` says why it is these roles: the task's OWN, NAMED by the SOP, the SUPERIOR there, the same AGAIN
    where it names none, the ADMINISTRATORS as the last. ``at`` is when it was told, or will be; None where it
    waits for a reply or only stands above. ``people`` are the first of those who answer now, each with whom
    they stand in for; ``more`` how many others do; ``gap`` why nobody does.
    """

    number: int
    roles: list[str]
    rule: str
    people: list[tuple[str, str | None]]
    more: int
    gap: str | None
    at: datetime | None
    told: bool


@dataclass(frozen=True)
class Chain:
    """A deadline and everybody whom it tells."""

    deadline: Deadline
    levels: list[Level]


def chains(house: House, view: CaseView) -> list[Chain]:
    """The chains of a report's open deadlines, the soonest due first."""
    case, now = view.case, house.now()
    with house.database.read() as session:
        told = _told(session, view)
        excluded = first_unit(session, case.instance_id)

        @cache
        def answer(role: str) -> Answering:
            return who_answers(session, case.agency_id, role, now, excluded, case.instance_id)

        return [
            Chain(deadline, _levels(view, deadline, told, answer)) for deadline in view.instance.deadlines
        ]


def _levels(
    view: CaseView, deadline: Deadline, told: dict[tuple[str, int], datetime], answer: Ask
) -> list[Level]:
    waiting = {job.level: job.due_at for job in view.instance.jobs if job.deadline_id == deadline.id}
    own = OWN if deadline.subject == "item" else NAMED
    steps = [(deadlines.REMIND, own, _reminded(view, deadline))]
    if deadline.roles:
        first, second = (
            deadlines.escalation_role(deadline, number)
            for number in (deadlines.ESCALATE, deadlines.ESCALATE_AGAIN)
        )
        by = AGAIN if first == second else NAMED if deadline.subject == "clock" else SUPERIOR
        steps += [(deadlines.ESCALATE, NAMED, [first]), (deadlines.ESCALATE_AGAIN, by, [second])]
    levels = []
    for number, rule, roles in steps:
        at = told.get((deadline.id, number))
        levels.append(_level(number, rule, roles, answer, at or waiting.get(number), at is not None))
    return [*levels, *_above(view, deadline, answer)]


def _above(view: CaseView, deadline: Deadline, answer: Ask) -> list[Level]:
    """The levels above the escalations, which get it where nobody can answer before them."""
    sop = view.program.sop
    superiors = sop.superiors if sop else {}
    named = dict.fromkeys(above for role in deadline.roles for above in upwards(role, superiors))
    above = [role for role in named if role not in deadline.roles and role != ADMIN]
    last = [ADMIN] if deadline.roles and ADMIN not in deadline.roles else []
    return [
        _level(0, ADMINISTRATORS if role == ADMIN else SUPERIOR, [role], answer, None, False)
        for role in (*above, *last)
    ]


def _reminded(view: CaseView, deadline: Deadline) -> list[str]:
    """Whose reminder it is: the task's roles, for a clock and a scope the first role of the chain."""
    item = next((row for row in view.instance.items if row.deadline_id == deadline.id), None)
    return item.roles if item is not None else deadline.roles[:1]


def _level(number: int, rule: str, roles: list[str], answer: Ask, at: datetime | None, told: bool) -> Level:
    found = [answer(role) for role in roles]
    people = list(dict.fromkeys(each for answering in found for each in answering.people))
    gap = next((answering.gap for answering in found), UNHELD) if not people else None
    return Level(
        number, roles, rule, people[:PEOPLE_NAMED], max(0, len(people) - PEOPLE_NAMED), gap, at, told
    )


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
