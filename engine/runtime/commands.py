"""What can be done to an instance. A command checks that it still applies, then acts on the step."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine.clock import instant
from engine.db.models import Job, WorkItem
from engine.errors import Conflict, msg
from engine.runtime.step import Step
from engine.states import InstanceState, JobState

FIRST_DUE = "due"  # in the payload of a job that was put off


class Command(Protocol):
    """One change. ``apply`` raises an AlurError when it does not apply; then nothing is changed."""

    def apply(self, step: Step) -> None: ...


@dataclass(frozen=True)
class Begin:
    """Start the run at a start event with these variables."""

    start_event: str | None
    variables: dict[str, Any]
    received: str | None = None  # the message that started it

    def apply(self, step: Step) -> None:
        step.record("started", self.start_event, self.received or "")
        step.begin(self.start_event, self.variables)


@dataclass(frozen=True)
class CompleteTask:
    """A person finished a user task with these answers."""

    item: WorkItem
    answers: dict[str, Any]

    def apply(self, step: Step) -> None:
        step.run.complete(self.item.wait_id, self.answers)


@dataclass(frozen=True)
class FireTimer:
    """A timer's instant has come."""

    job: Job

    def apply(self, step: Step) -> None:
        assert self.job.wait_id is not None
        due = due_first(self.job)
        step.record(
            "timer_fired", self.job.element, due=due.isoformat(), late_seconds=lateness(step, self.job)
        )
        step.run.fire(self.job.wait_id)


@dataclass(frozen=True)
class Deliver:
    """A message or signal arrives at a waiting catch."""

    wait_id: str
    element: str
    name: str
    payload: dict[str, Any] = field(default_factory=dict)

    def apply(self, step: Step) -> None:
        step.record("message_received", self.element, self.name, payload=self.payload)
        step.run.deliver(self.wait_id, self.payload)


@dataclass(frozen=True)
class FinishJob:
    """A worker finished a topic's job with these variables."""

    job: Job
    variables: dict[str, Any]

    def apply(self, step: Step) -> None:
        _end_job(step, self.job, JobState.DONE)
        step.record("job_completed", self.job.element, self.job.topic or "")
        step.run.finish(str(self.job.wait_id), self.variables)


@dataclass(frozen=True)
class ThrowError:
    """A worker answers a topic's job with a business error, which a boundary event catches."""

    job: Job
    code: str

    def apply(self, step: Step) -> None:
        step.record("error_thrown", self.job.element, self.code)
        if step.run.throw_error(str(self.job.wait_id), self.code):
            _end_job(step, self.job, JobState.DONE)
        # Caught by nothing, the topic stands still: its job goes with the wait, and comes back with a retry.


@dataclass(frozen=True)
class Retry:
    """An operator lets the failed element run again, perhaps with corrected variables."""

    variables: dict[str, Any] = field(default_factory=dict)

    def apply(self, step: Step) -> None:
        if step.instance.state not in (InstanceState.INCIDENT, InstanceState.ACTIVE):
            raise Conflict(msg("This case has ended."))
        if self.variables:
            step.run.set_variables(self.variables)
        step.record("retried", None, variables=sorted(self.variables))
        step.run.retry()


@dataclass(frozen=True)
class Terminate:
    """An operator ends the instance where it stands."""

    reason: str

    def apply(self, step: Step) -> None:
        step.record("terminated", None, self.reason)
        step.run.cancel()


def _end_job(step: Step, job: Job, state: JobState) -> None:
    job.state, job.ended_at, job.lease_owner, job.lease_until = state, step.now, None, None
    step.rows.close(job)


def due_first(job: Job) -> datetime:
    """When a job was due before it failed and was put off."""
    assert job.due_at is not None
    first: str | None = job.payload.get(FIRST_DUE)
    return instant(first) if first else job.due_at


def lateness(step: Step, job: Job) -> int:
    """How many whole seconds after its time a job runs: after downtime, behind others, or put off."""
    return int((step.now - due_first(job)).total_seconds())
