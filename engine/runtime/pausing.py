"""A clock stands while the reporter owes an answer: no longer, and no oftener, than its rule allows.

A pause ends with the last answer owed, with the wait for it, or by itself when its limit is used up,
whichever comes first. Once the clock has stood as often as it may, a question pauses it no more (ADR 0014).
"""

from dataclasses import dataclass

from engine import worktime
from engine.db.models import Deadline, Job
from engine.runtime import deadlines, pauses
from engine.runtime.commands import lateness
from engine.runtime.step import Step
from engine.states import DeadlineState

ANSWERED, NOT_AWAITED, USED_UP = "answered", "not_awaited", "used_up"


@dataclass(frozen=True)
class GoOn:
    """The limit of a pause is used up: the clock goes on from that instant, however late this runs."""

    job: Job

    def apply(self, step: Step) -> None:
        clock = next((row for row in step.rows.deadlines if row.id == self.job.deadline_id), None)
        if clock is None or clock.state != DeadlineState.PAUSED:
            return
        if self.job.key.split(":")[1] == str(clock.round):
            _end(step, clock, USED_UP, late_seconds=lateness(step, self.job))


def begin(step: Step, clock: Deadline, longest: worktime.Limit, most: int) -> None:
    """A question was sent: the clock stands from now on, for ``longest`` at most, ``most`` times in all.

    A question during a pause makes it no longer; a clock that does not run stays as it is.
    """
    if clock.state == DeadlineState.PAUSED:
        clock.pauses = pauses.asked(clock.pauses, 1)
    elif clock.state == DeadlineState.RUNNING and len(clock.pauses) >= most:
        _record(step, "pause_refused", clock, most=most)
    elif clock.state == DeadlineState.RUNNING:
        clock.pauses = pauses.begun(clock.pauses, step.now, longest, most)
        clock.state = DeadlineState.PAUSED
        deadlines.count(step, clock)
        told = {key: value for key, value in clock.receipt["paused"].items() if key != "receipt"}
        _record(step, "clock_paused", clock, **told)


def answered(step: Step, clock: Deadline) -> None:
    """An answer came: the clock goes on after today, unless another is owed still."""
    if clock.state != DeadlineState.PAUSED:
        return
    clock.pauses = pauses.asked(clock.pauses, -1)
    if pauses.last(clock.pauses).owed < 1:
        _end(step, clock, ANSWERED)


def await_no_more(step: Step, clock: Deadline) -> None:
    """The flow waits for no answer any more: the clock goes on after today."""
    if clock.state == DeadlineState.PAUSED:
        _end(step, clock, NOT_AWAITED)


def _end(step: Step, clock: Deadline, why: str, **late: object) -> None:
    at, passed = pauses.end_by(clock.receipt, step.now)
    clock.pauses = pauses.ended(clock.pauses, at)
    clock.state = DeadlineState.RUNNING
    deadlines.count(step, clock)
    told: dict[str, object] = {"due": clock.due_at.isoformat() if clock.due_at else None, **late}
    if passed:
        why, told["since"] = USED_UP, at.isoformat()
    _record(step, "clock_resumed", clock, why=why, **told)


def _record(step: Step, kind: str, clock: Deadline, **data: object) -> None:
    step.record(kind, clock.element, clock.name, subject=clock.subject, **data)
