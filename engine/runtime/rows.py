"""The open rows of one instance: each table is read at most once in a step, and only when asked for.

What a step adds is found here from then on; it reaches the database when the step is saved.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Deadline, Job, Subscription, WorkItem
from engine.states import DeadlineState, JobState, WorkItemState

LISTS = {WorkItem: "items", Job: "jobs", Subscription: "subscriptions", Deadline: "deadlines"}
OPEN_JOBS = (JobState.WAITING, JobState.FAILED)
IS_OPEN_JOB = or_(*(Job.state == state for state in OPEN_JOBS))  # an IN would be rendered anew each time

OPEN: dict[type[Any], tuple[Any, ...]] = {
    WorkItem: (WorkItem.state == WorkItemState.OPEN,),
    Job: (IS_OPEN_JOB,),
    Subscription: (),
    Deadline: (or_(Deadline.state != DeadlineState.STOPPED, Deadline.subject == "clock"),),
}
# Made once: building a statement costs as much as running it.
READ = {
    kind: select(kind).where(kind.instance_id == bindparam("instance"), *is_open)
    for kind, is_open in OPEN.items()
}
READ_MANY = {
    kind: select(kind).where(kind.instance_id.in_(bindparam("instances", expanding=True)), *is_open)
    for kind, is_open in OPEN.items()
}
CLEAR = delete(Job).where(
    Job.instance_id == bindparam("instance"), Job.deadline_id == bindparam("deadline"), IS_OPEN_JOB
)
# Of tables, not of classes: what a step writes is known, and the unit of work takes twice the time.
INSERTS = {kind: insert(cast(Table, kind.__table__)) for kind in LISTS}


def write_rows(session: Session, added: Iterable[Any]) -> None:
    """Write new rows, those of one kind in one statement."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in added:
        values = {name: value for name, value in vars(row).items() if not name.startswith("_sa_")}
        groups[type(row), *values].append(values)
    for (kind, *_), values_of_kind in groups.items():
        session.connection().execute(INSERTS[kind], values_of_kind)


class Rows:
    """What is open of an instance. ``fresh``: the instance was just made, there is nothing to read."""

    def __init__(self, session: Session, instance_id: str, *, fresh: bool) -> None:
        self._session = session
        self._instance_id = instance_id
        self._fresh = fresh
        self._added: list[Any] = []

    @classmethod
    def of_many(cls, session: Session, instance_ids: Collection[str]) -> dict[str, "Rows"]:
        """What is open of several instances, by instance; each table is read once for all of them."""
        found = {instance_id: cls(session, instance_id, fresh=False) for instance_id in instance_ids}
        for kind, name in LISTS.items():
            lists: dict[str, list[Any]] = {instance_id: [] for instance_id in found}
            for row in session.scalars(READ_MANY[kind], {"instances": list(found)}):
                lists[row.instance_id].append(row)
            for instance_id, rows in found.items():
                vars(rows)[name] = lists[instance_id]
        return found

    @cached_property
    def items(self) -> list[WorkItem]:
        """Open work items, tasks and escalations."""
        return [item for item in self._read(WorkItem) if item.state == WorkItemState.OPEN]

    @cached_property
    def jobs(self) -> list[Job]:
        """Jobs that have not ended."""
        return [job for job in self._read(Job) if job.state in OPEN_JOBS]

    @cached_property
    def subscriptions(self) -> list[Subscription]:
        """Messages, signals and conditions waited for."""
        return self._read(Subscription)

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Limits that run or are paused, and every case clock, also when it was stopped."""
        return self._read(Deadline)

    def add(self, row: Any) -> None:
        """Find a new row from now on; ``save`` writes it."""
        self._added.append(row)
        if LISTS[type(row)] in vars(self):
            self._known(type(row)).append(row)

    def drop(self, row: Any) -> None:
        """Delete a row, or forget it when it was not written yet."""
        if row not in self._added:
            self._session.delete(row)
        self._forget(row)

    def take_out(self, job: Job) -> None:
        """Hand over a job that is run now; whoever takes it deletes its row."""
        self._session.expunge(job)
        self._forget(job)

    def drop_jobs_of(self, deadline: Deadline) -> None:
        """Delete what would tell of this limit, in one statement and without reading it."""
        for job in [job for job in self._known(Job) if job.deadline_id == deadline.id]:
            if job not in self._added:
                self._session.expunge(job)
            self._forget(job)
        if not self._fresh:
            values = {"instance": self._instance_id, "deadline": deadline.id}
            self._session.connection().execute(CLEAR, values)

    def take_new(self) -> list[Any]:
        """The rows that are not written yet; whoever takes them writes them."""
        taken, self._added = self._added, []
        return taken

    def _known(self, kind: type[Any]) -> list[Any]:
        """The rows of a kind that are in memory: all of them once they were read, else the new ones."""
        read: list[Any] | None = vars(self).get(LISTS[kind])
        return [row for row in self._added if isinstance(row, kind)] if read is None else read

    def _forget(self, row: Any) -> None:
        for rows in (self._added, vars(self).get(LISTS[type(row)], ())):
            if row in rows:
                rows.remove(row)

    def _read(self, kind: type[Any]) -> list[Any]:
        new = self._known(kind)
        if self._fresh:
            return new
        return [*self._session.scalars(READ[kind], {"instance": self._instance_id}), *new]
