"""What completing a task would make of the limits of its report: tried in a transaction that is undone.

Only the engine itself knows where the flow goes and how it counts, so it is asked, and nothing of it is kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.bpmn import Element
from engine.cases import coarse
from engine.cases.clocks import EXTEND, RESUME, parse
from engine.db.models import Case, Deadline
from engine.people.principals import Principal
from engine.runtime import work_items
from engine.runtime.house import House
from engine.runtime.program import Program
from engine.runtime.step import Step
from engine.states import DeadlineState


@dataclass(frozen=True)
class Foreseen:
    """A limit whose due time would be another one: extended, or going on after a pause.

    ``before`` is None where it stands, as nobody knows its due time.
    """

    subject: str
    key: str
    name: str
    before: datetime | None
    after: datetime
    receipt: dict[str, Any]


class _Undone(Exception):
    """Carries out of the transaction what was seen in it, so that nothing is kept."""

    def __init__(self, found: list[Foreseen]) -> None:
        super().__init__()
        self.found = found


def completing(
    house: House, who: Principal, item_id: str, version: int, answers: dict[str, Any]
) -> list[Foreseen]:
    """The limits that would be extended, or go on, if this person completed the task with these answers now.

    Raises what completing it would raise. Nothing is tried where the SOP does neither.
    """
    with house.database.read() as session:
        item = work_items.find(house, session, who, item_id)
        step = Step.look(house, session, item.instance_id)
        if not _may_change_limits(step.program, item.element):
            return []
        anonymous = session.scalar(select(Case.anonymous).where(Case.instance_id == item.instance_id))
        before = {(row.subject, row.key): row.due_at for row in step.rows.deadlines if _is_open(row)}
    try:
        with house.database.write() as session:
            step = work_items.complete_within(house, session, who, item_id, version, answers, take=True)
            raise _Undone(_changed(before, step))
    except _Undone as undone:
        return [_told(each, who) for each in undone.found] if anonymous else undone.found


def _told(each: Foreseen, who: Principal) -> Foreseen:
    """Of an anonymous report no time of day is told of what set the count going."""
    return replace(each, receipt=coarse.receipt_in_days(each.receipt, who.zone))


def _may_change_limits(program: Program, element: str) -> bool:
    """Whether the SOP extends limits at all, or the element itself lets one go on."""
    extends = any(each.topic == EXTEND for each in program.elements.values())
    return extends or _resumes(program.elements.get(element))


def _resumes(element: Element | None) -> bool:
    return element is not None and any(effect == RESUME for _, effect in parse(element.clock))


def _changed(before: dict[tuple[str, str], datetime | None], step: Step) -> list[Foreseen]:
    """What was open before and is open still, with another due time; the soonest due first."""
    found = [
        Foreseen(row.subject, row.key, row.name, before[row.subject, row.key], row.due_at, row.receipt)
        for row in step.rows.deadlines
        if (row.subject, row.key) in before
        and _is_open(row)
        and row.due_at is not None
        and row.due_at != before[row.subject, row.key]
    ]
    return sorted(found, key=lambda each: each.after)


def _is_open(row: Deadline) -> bool:
    return row.state != DeadlineState.STOPPED
