"""Running limits of work items, scopes and case clocks: started, paused, resumed, extended, stopped.

One limit gives a due instant with its receipt, one reminder and two escalations (SOP conventions, section
3.2): at the reminder's share of the limit a notice, at 100 % the first role, at 120 % its superior.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine import worktime
from engine.db.models import Deadline, Job
from engine.errors import Conflict, msg
from engine.people.calendars import calendar_of
from engine.runtime import pauses, years
from engine.runtime.step import Step
from engine.states import DeadlineState, JobState

SECOND_PERCENT = 120
REMIND, ESCALATE, ESCALATE_AGAIN = 1, 2, 3
GO_ON = 4  # the level of the job that ends a pause; nobody is told of it


class Limited(Protocol):
    """What a limit is counted from: a deadline, or these columns of its row."""

    @property
    def limit(self) -> str: ...
    @property
    def extension(self) -> str | None: ...
    @property
    def ends(self) -> str | None: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def pauses(self) -> list[Any]: ...
    @property
    def reminder_percent(self) -> int: ...
    @property
    def roles(self) -> list[str]: ...


@dataclass(frozen=True)
class Counted:
    """When a limit tells: the due time with its receipt, the reminder, the second escalation, if any.

    ``resumes`` is when an open pause ends at the latest: a due time too, with a receipt of its own.
    """

    due: worktime.Due
    reminder: datetime | None
    second: datetime | None
    resumes: worktime.Due | None = None


def start(
    step: Step,
    subject: str,
    key: str,
    *,
    element: str,
    name: str,
    limit: worktime.Limit,
    roles: list[str],
    ends: str | None = None,
    reminder_percent: int = 80,
    unit: str | None = None,
) -> Deadline:
    """Start a limit now, or count it anew from now when it runs, ran or was paused already.

    ``unit`` names the unit by whose calendar it counts; without one the SOP's calendar does.
    """
    begun: dict[str, Any] = {
        "element": element,
        "name": name,
        "limit": str(limit),
        "extension": None,
        "ends": ends,
        "reminder_percent": reminder_percent,
        "unit": unit,
        "roles": roles,
        "state": DeadlineState.RUNNING,
        "started_at": step.now,
        "pauses": [],
        "stopped_at": None,
        "told": 0,
        "receipt": {},
    }
    deadline = find(step, subject, key)
    if deadline is None:
        deadline = step.rows.new(
            Deadline,
            id=step.house.new_id(step.now),
            agency_id=step.instance.agency_id,
            instance_id=step.instance.id,
            subject=subject,
            key=key,
            round=0,
            **begun,
        )
    else:
        for column, value in begun.items():
            setattr(deadline, column, value)
    count(step, deadline)
    return deadline


def find(step: Step, subject: str, key: str) -> Deadline | None:
    """The limit of this subject in the step's instance: of clocks also a stopped one."""
    return next((row for row in step.rows.deadlines if (row.subject, row.key) == (subject, key)), None)


def count(step: Step, deadline: Deadline) -> None:
    """Compute due and reminder from limit, start and pauses, and set the jobs that tell of them."""
    settle(step, deadline, counted(deadline, calendar_for(step, deadline)))


def counted(deadline: Limited, calendar: worktime.Calendar) -> Counted:
    """When a limit tells, counted on this calendar."""
    due = due_of(deadline, calendar)
    reminder = due_of(deadline, calendar, deadline.reminder_percent).at
    tells_twice = deadline.roles and due.at is not None
    second = due_of(deadline, calendar, SECOND_PERCENT).at if tells_twice else None
    return Counted(due, reminder, second, pauses.latest_end(deadline.pauses, calendar))


def settle(step: Step, deadline: Deadline, on: Counted, *, cleared: bool = False) -> None:
    """Let a limit tell when it was counted to; what was told already is not told again.

    ``cleared``: the rows of what would have told of it are gone already.
    """
    deadline.due_at, deadline.receipt = on.due.at, {**on.due.receipt, **_beside(deadline, on)}
    deadline.reminder_at = on.reminder
    years.ask(step, on.due.receipt)
    if on.resumes is not None:
        years.ask(step, on.resumes.receipt)
    if cleared:
        step.rows.forget_jobs_of(deadline)
    elif deadline.round:
        step.rows.drop_jobs_of(deadline)
    deadline.round += 1
    if deadline.state == DeadlineState.PAUSED and on.resumes is not None and on.resumes.at is not None:
        _set_job(step, deadline, "resume", GO_ON, on.resumes.at)
    if deadline.state != DeadlineState.RUNNING or on.due.at is None:
        return
    if deadline.told < REMIND and on.reminder is not None:
        _set_job(step, deadline, "reminder", REMIND, on.reminder)
    if deadline.roles and deadline.told < ESCALATE:
        _set_job(step, deadline, "escalation", ESCALATE, on.due.at)
    if deadline.roles and deadline.told < ESCALATE_AGAIN and on.second is not None:
        _set_job(step, deadline, "escalation", ESCALATE_AGAIN, on.second)


def stop(step: Step, deadline: Deadline) -> None:
    """End a limit; its due time stays for the record."""
    if deadline.state == DeadlineState.STOPPED:
        return
    stood = deadline.state == DeadlineState.PAUSED
    deadline.state, deadline.stopped_at = DeadlineState.STOPPED, step.now
    if stood:  # nothing is awaited any more, and what is left of the limit can be told
        deadline.pauses = pauses.ended(deadline.pauses, pauses.end_by(deadline.receipt, step.now)[0])
        count(step, deadline)
        return
    step.rows.drop_jobs_of(deadline)


def change_limit(step: Step, deadline: Deadline, limit: worktime.Limit) -> None:
    """Count the same start by another limit (the class of the case changed); the receipt keeps the old one.

    Raises Invalid, and changes nothing, where the limit was extended in another unit.
    """
    if deadline.extension is not None:
        limit.extended(worktime.Limit.parse(deadline.extension))
    before = {"limit": deadline.limit, "due": deadline.due_at.isoformat() if deadline.due_at else None}
    deadline.receipt = {**deadline.receipt, "changed": {**before, "at": step.now.isoformat()}}
    deadline.limit = str(limit)
    deadline.told = 0
    count(step, deadline)
    step.record(
        "limit_changed",
        deadline.element,
        deadline.name,
        subject=deadline.subject,
        before=before,
        after={"limit": deadline.limit, "due": deadline.due_at.isoformat() if deadline.due_at else None},
    )


def extend(step: Step, deadline: Deadline, by: worktime.Limit) -> None:
    """Add to the limit, once, before it expires (SOP conventions, section 3.1 rule 7)."""
    if deadline.extension is not None:
        raise Conflict(msg("The limit %(name)s was extended before.", name=deadline.name))
    if deadline.due_at is not None and deadline.due_at <= step.now:
        raise Conflict(msg("The limit %(name)s has expired.", name=deadline.name))
    before = deadline.due_at.isoformat() if deadline.due_at else None
    calendar = calendar_for(step, deadline)
    extended = {
        "by": by.words,
        "before": before,
        "at": step.now.isoformat(),
        "calendar": calendar.id,
        "version": calendar.version,
    }
    deadline.receipt = {**deadline.receipt, "extended": extended}
    deadline.extension = str(by)
    deadline.told = 0
    settle(step, deadline, counted(deadline, calendar))
    step.record(
        "limit_extended",
        deadline.element,
        deadline.name,
        subject=deadline.subject,
        by=str(by),
        before=before,
        after=deadline.due_at.isoformat() if deadline.due_at else None,
        calendar=calendar.version,
    )


def if_resumed(deadline: Deadline, calendar: worktime.Calendar, at: datetime) -> worktime.Due | None:
    """When a limit that stands would be due if its pause ended at this instant; None where none is open."""
    if deadline.state != DeadlineState.PAUSED:
        return None
    return _due(deadline, calendar, pauses.ended(deadline.pauses, at))


def running(step: Step, subject: str) -> list[Deadline]:
    """The limits of this kind in the instance that have not been stopped."""
    return [
        row for row in step.rows.deadlines if row.subject == subject and row.state != DeadlineState.STOPPED
    ]


def escalation_role(deadline: Deadline, level: int) -> str:
    """Whom a level tells; a shorter list repeats its last role."""
    index = min(level - ESCALATE, len(deadline.roles) - 1)
    return deadline.roles[index]


def calendar_for(step: Step, deadline: Deadline) -> worktime.Calendar:
    """The calendar by which this limit counts."""
    if deadline.unit is None:
        return step.calendar
    return calendar_of(step.session, deadline.agency_id, deadline.unit)


def due_of(deadline: Limited, calendar: worktime.Calendar, percent: int = 100) -> worktime.Due:
    """When so much of a limit is used up, extension and pauses included, counted on this calendar."""
    return _due(deadline, calendar, deadline.pauses, percent)


def _due(
    deadline: Limited, calendar: worktime.Calendar, stood: Sequence[Any], percent: int = 100
) -> worktime.Due:
    limit = worktime.Limit.parse(deadline.limit)
    if deadline.extension is not None:
        limit = limit.extended(worktime.Limit.parse(deadline.extension))
    return worktime.due(
        limit,
        deadline.started_at,
        calendar,
        percent=percent,
        ends="day" if deadline.ends == "day" else "office" if deadline.ends == "office" else None,
        pauses=pauses.spans(stood),
    )


def _beside(deadline: Deadline, on: Counted) -> dict[str, Any]:
    """What a receipt says besides the count: an extension, another limit before, when a pause ends."""
    told = deadline.receipt or {}
    kept: dict[str, Any] = {key: told[key] for key in ("extended", "changed") if key in told}
    if on.resumes is not None:
        kept["paused"] = {**pauses.told(deadline.pauses, on.resumes), "receipt": on.resumes.receipt}
    return kept


def _set_job(step: Step, deadline: Deadline, kind: str, level: int, at: datetime) -> None:
    step.rows.new(
        Job,
        id=step.house.new_id(step.now),
        key=f"{deadline.id}:{deadline.round}:{level}",
        agency_id=deadline.agency_id,
        instance_id=deadline.instance_id,
        kind=kind,
        state=JobState.WAITING,
        element=deadline.element,
        due_at=at,
        deadline_id=deadline.id,
        level=level,
        created_at=step.now,
    )
