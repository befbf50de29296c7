"""The open rows of one instance: each table is read at most once in a step, and only when asked for.

Sessions of the write path do not flush by themselves, so what a step adds is found here, not in the database.
"""

from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Deadline, Job, Subscription, WorkItem
from engine.states import DeadlineState, JobState, WorkItemState

LISTS = {WorkItem: "items", Job: "jobs", Subscription: "subscriptions", Deadline: "deadlines"}
OPEN_JOBS = (JobState.WAITING, JobState.FAILED)


# Made once: building a statement costs as much as running it.
ITEMS = select(WorkItem).where(
    WorkItem.instance_id == bindparam("instance"), WorkItem.state == WorkItemState.OPEN
)
JOBS = select(Job).where(Job.instance_id == bindparam("instance"), Job.state.in_(OPEN_JOBS))
SUBSCRIPTIONS = select(Subscription).where(Subscription.instance_id == bindparam("instance"))
DEADLINES = select(Deadline).where(
    Deadline.instance_id == bindparam("instance"),
    or_(Deadline.state != DeadlineState.STOPPED, Deadline.subject == "clock"),
)
CLEAR = delete(Job).where(
    Job.instance_id == bindparam("instance"),
    Job.deadline_id == bindparam("deadline"),
    Job.state.in_(OPEN_JOBS),
)


class Rows:
    """What is open of an instance. ``fresh``: the instance was just made, there is nothing to read."""

    def __init__(self, session: Session, instance_id: str, *, fresh: bool) -> None:
        self._session = session
        self._instance_id = instance_id
        self._fresh = fresh
        self._added: dict[str, list[Any]] = {name: [] for name in LISTS.values()}

    @cached_property
    def items(self) -> list[WorkItem]:
        """Open work items, tasks and escalations."""
        return [item for item in self._read(WorkItem, ITEMS) if item.state == WorkItemState.OPEN]

    @cached_property
    def jobs(self) -> list[Job]:
        """Jobs that have not ended."""
        return [job for job in self._read(Job, JOBS) if job.state in OPEN_JOBS]

    @cached_property
    def subscriptions(self) -> list[Subscription]:
        """Messages, signals and conditions waited for."""
        return self._read(Subscription, SUBSCRIPTIONS)

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Limits that run or are paused, and every case clock, also when it was stopped."""
        return self._read(Deadline, DEADLINES)

    def add(self, row: Any) -> None:
        """Write a new row, and find it from now on."""
        self._session.add(row)
        self._known(type(row)).append(row)

    def drop(self, row: Any) -> None:
        """Delete a row, or forget it when it was not written yet."""
        if row in self._session.new:
            self._session.expunge(row)
        else:
            self._session.delete(row)
        self._known(type(row)).remove(row)

    def drop_jobs_of(self, deadline: Deadline) -> None:
        """Delete what would tell of this limit, in one statement and without reading it."""
        known = self._known(Job)
        for job in [job for job in known if job.deadline_id == deadline.id]:
            self._session.expunge(job)
            known.remove(job)
        values = {"instance": self._instance_id, "deadline": deadline.id}
        self._session.connection().execute(CLEAR, values)

    def _known(self, kind: type[Any]) -> list[Any]:
        """The rows of a table as far as they are in memory: all of them once they were read."""
        known: list[Any] = vars(self).get(LISTS[kind], self._added[LISTS[kind]])
        return known

    def _read(self, kind: type[Any], query: Any) -> list[Any]:
        added = self._added[LISTS[kind]]
        if self._fresh:
            return added
        read = self._session.scalars(query, {"instance": self._instance_id}).all()
        return [*read, *(row for row in added if row in self._session.new)]
