"""Open deadlines counted again on today's calendars: which would move, from when to when. Nothing is changed.

A stored due time moves only by the command in ``engine.runtime.moving``; this is what it would do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from engine import worktime
from engine.clock import instant
from engine.db.models import Deadline, Instance, Job
from engine.people.calendars import fingerprint
from engine.people.principals import Principal
from engine.people.rules import must_administer
from engine.runtime import conflicts, deadlines
from engine.runtime.calendars import Calendars
from engine.runtime.deadlines import Counted
from engine.runtime.house import House
from engine.runtime.rows import OPEN_JOBS
from engine.runtime.timers import RECEIPT
from engine.states import DeadlineState, JobState

PAGE = 50
CHUNK = 500
# Written out, not bound: only so does the index over open deadlines serve.
IS_OPEN = Deadline.state != bindparam("stopped", DeadlineState.STOPPED.value, literal_execute=True)
LATER, EARLIER = "later", "earlier"
PAUSE = "pause"
Kind = Literal["item", "scope", "clock", "timer"]


@dataclass(frozen=True)
class Points:
    """When a deadline tells: reminder, due time, second escalation; None where nothing is told any more.

    ``resumes`` is when an open pause ends by itself; the due time is known then only if it had passed before.
    """

    reminder: datetime | None
    due: datetime | None
    second: datetime | None = None
    resumes: datetime | None = None

    @property
    def promised(self) -> datetime | None:
        """What people were told: the due time, or of a clock that stands, when it goes on at the latest."""
        return self.resumes or self.due


@dataclass(frozen=True)
class Move:
    """A deadline, or a drawn timer, that today's calendars count differently.

    ``id`` is the deadline's or the job's; ``receipt`` explains the new count. ``on`` is all of a deadline's
    count, true while its row is at the same ``round``.
    """

    kind: Kind
    id: str
    instance_id: str
    case: str | None
    element: str
    name: str
    before: Points
    after: Points
    receipt: dict[str, Any]
    round: int = 0
    on: Counted | None = None

    @property
    def cursor(self) -> str:
        """Its place in the list: deadlines first, then timers."""
        return f"{'t' if self.kind == 'timer' else 'd'}{self.id}"

    @property
    def what(self) -> str:
        """What moves: of a clock that stands, the end of its pause, else what its kind says."""
        return PAUSE if self.after.resumes else self.kind

    @property
    def direction(self) -> str:
        """Whether what was promised moves to later or earlier; empty when only reminder or second step do."""
        before, after = self.before.promised, self.after.promised
        if before is None or after is None or before == after:
            return ""
        return LATER if after > before else EARLIER


@dataclass(frozen=True)
class Preview:
    """A page of moves, with counts over all of them. ``version`` names the calendars they were counted on."""

    moves: list[Move]
    next: str | None
    version: str
    total: int
    later: int
    earlier: int
    overdue: int


def preview(house: House, who: Principal, after: str | None = None, limit: int = PAGE) -> Preview:
    """Every open deadline of the agency that would move, a page at a time; raises Forbidden.

    ``after`` is the cursor of the last row of the page before. A deadline is ``overdue`` here when it runs
    still and would move to before now. Reports that accuse who asks are counted and not shown.
    """
    must_administer(who)
    now = house.now()
    rows: list[Move] = []
    more = False
    total = later = earlier = overdue = 0
    with house.database.read() as session:
        version = fingerprint(session, who.agency_id)
        about = conflicts.reports_about(session, who)
        for move in moves(house, session, who.agency_id):
            total += 1
            later += move.direction == LATER
            earlier += move.direction == EARLIER
            overdue += move.direction == EARLIER and _passed(move.after.due, now)
            if move.instance_id not in about and (after is None or move.cursor > after):
                more = len(rows) == limit
                if not more:
                    rows.append(move)
    return Preview(rows, rows[-1].cursor if more else None, version, total, later, earlier, overdue)


def moves(house: House, session: Session, agency_id: str) -> Iterator[Move]:
    """Everything open of an agency that today's calendars count differently: deadlines, then drawn timers.

    What has passed does not move to earlier still: that would only tell people that they were later.
    """
    now = house.now()
    calendars = Calendars(house, session, agency_id)
    for rows in _chunks(session, _open_deadlines(agency_id), Deadline.id):
        counted = [(row, calendars.of(row.bundle_hash, row.unit)) for row in rows]
        stale = [
            (row, calendar) for row, calendar in counted if row.receipt.get("version") != calendar.version
        ]
        told = _told(session, [row for row, _ in stale])
        for row, calendar in stale:
            move = _of_deadline(row, calendar, told.get(row.id, {}))
            if move is not None and not (move.direction == EARLIER and _passed(move.before.promised, now)):
                yield move
    for rows in _chunks(session, _open_timers(agency_id), Job.id):
        for row in rows:
            move = _of_timer(row, calendars)
            if move is not None:
                yield move


def _passed(due: datetime | None, now: datetime) -> bool:
    return due is not None and due <= now


def _points(row: Row[Any], on: Counted) -> Points:
    """Where a deadline would tell; what was told already is not told again."""
    running = row.state == DeadlineState.RUNNING
    reminds = running and row.told < deadlines.REMIND
    tells_again = running and row.told < deadlines.ESCALATE_AGAIN
    return Points(
        on.reminder if reminds else None,
        on.due.at,
        on.second if tells_again else None,
        on.resumes.at if on.resumes else None,
    )


def _timer_due(counted: dict[str, Any], calendar: worktime.Calendar) -> worktime.Due:
    """When a drawn timer would fire on this calendar, by what it counted when it began."""
    ends: worktime.Ends = counted["ends"]
    return worktime.due(
        worktime.Limit.parse(counted["limit"]), instant(counted["start"]), calendar, ends=ends
    )


def _of_deadline(row: Row[Any], calendar: worktime.Calendar, told: dict[int, datetime]) -> Move | None:
    on = deadlines.counted(row, calendar)
    after = _points(row, on)
    levels = (deadlines.REMIND, deadlines.ESCALATE_AGAIN, deadlines.GO_ON)
    reminder, second, resumes = (told.get(level) for level in levels)
    before = Points(reminder, row.due_at, second, resumes)
    if before == after:
        return None
    return Move(
        kind=row.subject,
        id=row.id,
        instance_id=row.instance_id,
        case=row.business_key,
        element=row.element,
        name=row.name,
        before=before,
        after=after,
        receipt=(on.resumes or on.due).receipt,
        round=row.round,
        on=on,
    )


def _of_timer(row: Row[Any], calendars: Calendars) -> Move | None:
    counted = row.payload.get(RECEIPT)
    calendar = calendars.of(row.bundle_hash, None)
    if counted is None or counted["version"] == calendar.version:
        return None
    due = _timer_due(counted, calendar)
    if due.at == row.due_at:
        return None
    return Move(
        kind="timer",
        id=row.id,
        instance_id=row.instance_id,
        case=row.business_key,
        element=row.element,
        name=_name(calendars, row),
        before=Points(None, row.due_at),
        after=Points(None, due.at),
        receipt=due.receipt,
    )


def _name(calendars: Calendars, row: Row[Any]) -> str:
    """What the diagram calls the element of a timer."""
    element = calendars.house.programs.get(calendars.session, row.bundle_hash).elements.get(row.element)
    return element.name if element and element.name else row.element


def _open_deadlines(agency_id: str) -> Any:
    return (
        select(
            Deadline.id,
            Deadline.instance_id,
            Deadline.subject,
            Deadline.element,
            Deadline.name,
            Deadline.limit,
            Deadline.extension,
            Deadline.ends,
            Deadline.unit,
            Deadline.reminder_percent,
            Deadline.roles,
            Deadline.state,
            Deadline.started_at,
            Deadline.pauses,
            Deadline.due_at,
            Deadline.receipt,
            Deadline.round,
            Deadline.told,
            Instance.bundle_hash,
            Instance.business_key,
        )
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.agency_id == agency_id, IS_OPEN)
    )


def _open_timers(agency_id: str) -> Any:
    return (
        select(
            Job.id,
            Job.instance_id,
            Job.element,
            Job.due_at,
            Job.payload,
            Instance.bundle_hash,
            Instance.business_key,
        )
        .join(Instance, Instance.id == Job.instance_id)
        .where(Job.agency_id == agency_id, Job.kind == "timer", Job.state == JobState.WAITING)
    )


def _chunks(session: Session, query: Any, key: Any) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a query by their id, some hundreds at a time."""
    last = ""
    while rows := session.execute(query.where(key > last).order_by(key).limit(CHUNK)).all():
        last = rows[-1].id
        yield rows


def _told(session: Session, rows: Sequence[Row[Any]]) -> dict[str, dict[int, datetime]]:
    """When each level of these deadlines will be told, as its job stands."""
    query = select(Job.deadline_id, Job.level, Job.due_at).where(
        Job.instance_id.in_({row.instance_id for row in rows}),  # what jobs are found by
        Job.deadline_id.in_([row.id for row in rows]),
        Job.state.in_(OPEN_JOBS),
        Job.due_at.is_not(None),
    )
    found: dict[str, dict[int, datetime]] = {}
    for deadline_id, level, due_at in session.execute(query):
        assert due_at is not None
        found.setdefault(str(deadline_id), {})[level] = due_at
    return found
