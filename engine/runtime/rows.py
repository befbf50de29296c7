"""The open rows of one instance: each table is read at most once in a step, and kept in step with it.

Sessions of the write path do not flush by themselves, so what a step adds is found here, not in the database.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, or_, select
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


class Rows:
    """What is open of an instance. ``fresh``: the instance was just made, there is nothing to read."""

    def __init__(self, session: Session, instance_id: str, *, fresh: bool) -> None:
        self._session = session
        self._instance_id = instance_id
        self._fresh = fresh

    @cached_property
    def items(self) -> list[WorkItem]:
        """Open work items, tasks and escalations."""
        return [item for item in self._read(ITEMS) if item.state == WorkItemState.OPEN]

    @cached_property
    def jobs(self) -> list[Job]:
        """Jobs that have not ended."""
        return [job for job in self._read(JOBS) if job.state in OPEN_JOBS]

    @cached_property
    def subscriptions(self) -> list[Subscription]:
        """Messages, signals and conditions waited for."""
        return list(self._read(SUBSCRIPTIONS))

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Limits that run or are paused, and every case clock, also when it was stopped."""
        return list(self._read(DEADLINES))

    def add(self, row: Any) -> None:
        """Write a new row, and find it from now on."""
        self._session.add(row)
        self._list_of(row).append(row)

    def drop(self, row: Any) -> None:
        """Delete a row, or forget it when it was not written yet."""
        if row in self._session.new:
            self._session.expunge(row)
        else:
            self._session.delete(row)
        self._list_of(row).remove(row)

    def _list_of(self, row: Any) -> list[Any]:
        found: list[Any] = getattr(self, LISTS[type(row)])
        return found

    def _read(self, query: Any) -> Sequence[Any]:
        return [] if self._fresh else self._session.scalars(query, {"instance": self._instance_id}).all()
