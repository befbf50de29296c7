"""Timers at the start of a process: each version in force has one pending entry in the outbox for each.

The entry is due at the timer's next time, and whoever delivers it opens the case (``engine.cases.starting``)
and winds the timer again in the same transaction. A version that is no longer in force starts nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.bpmn import Element
from engine.db.models import Definition, Instance, OutboxEntry
from engine.people.principals import SYSTEM
from engine.runtime.house import House
from engine.runtime.program import Program
from engine.runtime.step import Step, ends_of

KIND = "start"
ALWAYS = -1


@dataclass(frozen=True)
class Timer:
    """When a process starts next by itself; ``left`` times (-1: always), each ``every`` after the last."""

    start: str
    due: datetime
    left: int = 1
    every: str = ""


def wind(house: House, session: Session, definition: Definition, program: Program) -> None:
    """Let the start timers of a version run that has just been put in force, and stop those before it."""
    before = select(OutboxEntry.id).where(
        OutboxEntry.agency_id == definition.agency_id,
        OutboxEntry.kind == KIND,
        OutboxEntry.state == "pending",
        OutboxEntry.recipient == definition.process_key,
    )
    # One that is being delivered now is not waited for: it finds its version retired, or has begun before.
    waiting = list(session.scalars(before.with_for_update(skip_locked=True)))
    session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(waiting)))
    counting = _counting(house, session, definition)
    for start in program.starts(definition.process_key):
        for kind, text in start.triggers:
            timer = _first(counting, start, text) if kind == "timer" else None
            if timer is not None and (timer.due > counting.now or timer.every):
                _keep(house, session, definition, timer)


def wind_again(house: House, session: Session, definition: Definition, fired: Timer) -> None:
    """The next time of a cycle. Times that passed while nothing ran are not made up for."""
    if not fired.every or fired.left in (0, 1):
        return
    counting = _counting(house, session, definition)
    element = counting.program.element(fired.start)
    due, left = fired.due, fired.left
    while left != 1:
        following = counting.moment(fired.every, ends_of(element), due)
        if following <= due:
            return
        due, left = following, left - 1 if left > 0 else left
        if due > counting.now:
            _keep(house, session, definition, Timer(fired.start, due, left, fired.every))
            return


def timer_of(payload: dict[str, Any]) -> Timer | None:
    """The timer that an entry stands for; None when a signal wrote it."""
    if "due" not in payload:
        return None
    due = datetime.fromisoformat(payload["due"])
    return Timer(payload["start"], due, payload["left"], payload["every"])


def _counting(house: House, session: Session, definition: Definition) -> Step:
    """A step over no instance, which only counts time as the cases of this version do."""
    nobody = Instance(agency_id=definition.agency_id, bundle_hash=definition.bundle_hash)
    return Step(house, session, nobody, SYSTEM, house.now())


def _first(counting: Step, start: Element, written: str) -> Timer:
    text = counting.evaluate(written, {})
    if not (isinstance(text, str) and text.startswith("R") and "/" in text):
        return Timer(start.id, counting.moment(text, ends_of(start)))
    count, *begin, every = text.split("/")
    left = int(count[1:]) if count[1:].isdigit() else ALWAYS
    return Timer(start.id, counting.moment(begin[0] if begin else every, ends_of(start)), left, every)


def _keep(house: House, session: Session, definition: Definition, timer: Timer) -> None:
    now = house.now()
    session.add(
        OutboxEntry(
            id=house.new_id(now),
            key=f"{KIND}:{definition.id}:{timer.start}:{timer.due.isoformat()}",
            agency_id=definition.agency_id,
            kind=KIND,
            recipient=definition.process_key,
            payload={
                "definition": definition.id,
                "start": timer.start,
                "due": timer.due.isoformat(),
                "left": timer.left,
                "every": timer.every,
            },
            state="pending",
            next_at=timer.due,
            created_at=now,
        )
    )
