"""Whether limits were kept: of reports filed in a period, by clock and month, and by step and stage.

What is counted are the due times themselves, which reminders and escalations follow: no second reckoning.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import ids
from engine.db.models import Case, Deadline, Definition, WorkItem
from engine.errors import FieldError, Invalid, msg
from engine.people.principals import Principal
from engine.runtime.conflicts import apart
from engine.runtime.house import House
from engine.runtime.program import Program
from engine.states import DefinitionState, WorkItemState

LONGEST = timedelta(days=366)
AT_A_TIME = 5000
ONE_DAY = timedelta(days=1)
_STREAMED = {"yield_per": AT_A_TIME}


@dataclass
class Count:
    """How many limits were met, how many were not or have passed meanwhile, how many still run."""

    met: int = 0
    late: int = 0
    running: int = 0

    @property
    def percent(self) -> float | None:
        """Those met of all that are decided, in per cent; None when none is."""
        decided = self.met + self.late
        return 100 * self.met / decided if decided else None


@dataclass(frozen=True)
class Line:
    """A clock (``month`` is the first day of the month of filing), a step, or a stage of steps.

    ``sop`` and ``name`` are those of the version in force, else what the reports themselves say; ``limit`` is
    as written in that version, None where it names none.
    """

    kind: str
    sop: str
    name: str
    limit: str | Mapping[str, str] | None
    count: Count
    month: date | None = None


@dataclass(frozen=True)
class Timeliness:
    """Of the reports filed from ``first`` through ``last``, days of the agency's zone."""

    first: date
    last: date
    clocks: list[Line]
    steps: list[Line]


def timeliness(house: House, who: Principal, first: date, last: date) -> Timeliness:
    """The figures of this person's agency, without reports that they must not see. Raises Invalid."""
    if last < first:
        raise Invalid(
            msg("The period ends before it begins."), [FieldError("sampai", msg("Choose a later day."))]
        )
    if last - first >= LONGEST:
        raise Invalid(
            msg("The period is longer than a year."), [FieldError("dari", msg("Choose a later day."))]
        )
    zone = ZoneInfo(who.zone)
    filed = and_(
        Case.agency_id == who.agency_id,
        Case.id >= ids.earliest(datetime.combine(first, time(), zone)),
        Case.id < ids.earliest(datetime.combine(last + ONE_DAY, time(), zone)),
        *apart(who, Case.instance_id),
    )
    now = house.now()
    with house.database.read() as session:
        in_force = _in_force(house, session, who.agency_id)
        clocks = _clocks(session, filed, zone, now)
        steps = [*_stages(session, filed, now), *_items(session, filed, now)]
    return Timeliness(
        first,
        last,
        [_clock_line(in_force, *key, count) for key, count in sorted(clocks.items())],
        sorted(
            (_step_line(in_force, *row) for row in steps), key=lambda each: (each.sop, each.kind, each.name)
        ),
    )


def _clocks(
    session: Session, filed: ColumnElement[bool], zone: ZoneInfo, now: datetime
) -> dict[tuple[str, str, date], Count]:
    """By process, clock and month of filing."""
    query = (
        select(Case.process_key, Deadline.key, Case.filed_at, Deadline.due_at, Deadline.stopped_at)
        .join(Deadline, Deadline.instance_id == Case.instance_id)
        .where(filed, Deadline.subject == "clock")
    )
    found: dict[tuple[str, str, date], Count] = defaultdict(Count)
    for process, key, filed_at, due, stopped in session.execute(query, execution_options=_STREAMED):
        month = filed_at.astimezone(zone).date().replace(day=1)
        count = found[process, key, month]
        if due is None or (stopped is None and due >= now):
            count.running += 1
        elif (stopped or now) <= due:
            count.met += 1
        else:
            count.late += 1
    return found


def _items(session: Session, filed: ColumnElement[bool], now: datetime) -> Iterable[tuple[Any, ...]]:
    """The tasks that have a limit, those that the flow took away left out."""
    item = aliased(WorkItem)  # apart from those by which ``filed`` tells whom a report accuses
    kept = and_(item.kind == "task", item.state != WorkItemState.CANCELLED, item.due_at.is_not(None))
    query = select(Case.process_key, item.element, func.max(item.name))
    query = query.join(item, item.instance_id == Case.instance_id).where(filed, kept)
    rows = session.execute(
        _with_counts(query.group_by(Case.process_key, item.element), item.due_at, item.completed_at, now)
    )
    return [("step", *row) for row in rows]


def _stages(session: Session, filed: ColumnElement[bool], now: datetime) -> Iterable[tuple[Any, ...]]:
    """Groups of steps that have a limit of their own."""
    query = select(Case.process_key, Deadline.element, func.max(Deadline.name)).join(
        Deadline, Deadline.instance_id == Case.instance_id
    )
    query = query.where(filed, Deadline.subject == "scope", Deadline.due_at.is_not(None))
    query = query.group_by(Case.process_key, Deadline.element)
    rows = session.execute(_with_counts(query, Deadline.due_at, Deadline.stopped_at, now))
    return [("stage", *row) for row in rows]


def _with_counts(query: Any, due: Any, ended: Any, now: datetime) -> Any:
    met = ended <= due
    late = or_(ended > due, and_(ended.is_(None), due < now))
    running = and_(ended.is_(None), due >= now)
    return query.add_columns(*(func.sum(case((each, 1), else_=0)) for each in (met, late, running)))


def _in_force(house: House, session: Session, agency_id: str) -> dict[str, tuple[str, Program]]:
    """Title and program of each process's version in force."""
    rows = session.execute(
        select(Definition.process_key, Definition.title, Definition.bundle_hash).where(
            Definition.agency_id == agency_id, Definition.state == DefinitionState.ACTIVE
        )
    )
    return {process: (title, house.programs.get(session, bundle)) for process, title, bundle in rows}


def _clock_line(
    in_force: Mapping[str, tuple[str, Program]], process: str, key: str, month: date, count: Count
) -> Line:
    title, program = in_force.get(process, (process, None))
    rule = program.sop.clocks.get(key) if program and program.sop else None
    return Line("clock", title, key, rule.limit if rule else None, count, month)


def _step_line(
    in_force: Mapping[str, tuple[str, Program]],
    kind: str,
    process: str,
    element_id: str,
    name: str,
    *counts: int,
) -> Line:
    title, program = in_force.get(process, (process, None))
    element = program.elements.get(element_id) if program else None
    named = element.name if element and element.name else name
    return Line(kind, title, named, element.service_level if element else None, Count(*map(int, counts)))
