"""The open rows of one instance: each table is read at most once in a step, and only when asked for.

What a step adds is found here from then on; it reaches the database when the step is saved.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Deadline, Job, Subscription, WorkItem
from engine.db.prepared import Prepared
from engine.db.records import Records
from engine.states import DeadlineState, JobState, WorkItemState

LISTS = {WorkItem: "items", Job: "jobs", Subscription: "subscriptions", Deadline: "deadlines"}
OPEN_JOBS = (JobState.WAITING, JobState.FAILED)
IS_OPEN_JOB = or_(*(Job.state == state for state in OPEN_JOBS))  # an IN would be rendered anew each time

RECORDS: dict[type[Any], Records[Any]] = {
    WorkItem: Records(WorkItem, without=("draft", "outcome")),  # nobody asks for those of an open item
    Deadline: Records(Deadline),
    Job: Records(Job),
    Subscription: Records(Subscription),
}
# Changed with every step; jobs and subscriptions are seldom read and left to the session.
OWN = (WorkItem, Deadline)


def _wanted(kind: type[Any]) -> list[Any]:
    return RECORDS[kind].columns if kind in OWN else [kind]


OPEN: dict[type[Any], tuple[Any, ...]] = {
    WorkItem: (WorkItem.state == WorkItemState.OPEN,),
    Job: (IS_OPEN_JOB,),
    Subscription: (),
    Deadline: (or_(Deadline.state != DeadlineState.STOPPED, Deadline.subject == "clock"),),
}
READ = {
    kind: select(*_wanted(kind)).where(kind.instance_id == bindparam("instance"), *is_open)
    for kind, is_open in OPEN.items()
}
READ_MANY = {
    kind: select(*_wanted(kind)).where(kind.instance_id.in_(bindparam("instances", expanding=True)), *is_open)
    for kind, is_open in OPEN.items()
}
READ_OWN = {kind: Prepared(READ[kind]) for kind in OWN}
CLEAR = Prepared(
    delete(Job).where(
        Job.instance_id == bindparam("instance"), Job.deadline_id == bindparam("deadline"), IS_OPEN_JOB
    )
)


def write_new(connection: Connection, added: Iterable[Any]) -> None:
    """Write new rows, those of one kind in one statement."""
    groups: dict[type[Any], list[Any]] = defaultdict(list)
    for row in added:
        groups[type(row)].append(row)
    for kind, rows in groups.items():
        RECORDS[kind].insert(connection, rows)


class Rows:
    """What is open of an instance. ``fresh``: the instance was just made, there is nothing to read."""

    def __init__(self, session: Session, connection: Connection, instance_id: str, *, fresh: bool) -> None:
        self._session = session
        self._connection = connection
        self._instance_id = instance_id
        self._fresh = fresh
        self._added: list[Any] = []
        self._before: list[tuple[Any, dict[str, Any]]] = []  # what was read, as it was

    @classmethod
    def of_many(cls, session: Session, instance_ids: Collection[str]) -> dict[str, "Rows"]:
        """What is open of several instances, by instance; each table is read once for all of them."""
        connection = session.connection()
        found = {key: cls(session, connection, key, fresh=False) for key in instance_ids}
        for kind, name in LISTS.items():
            lists: dict[str, list[Any]] = {instance_id: [] for instance_id in found}
            values = {"instances": list(found)}
            if kind in OWN:
                rows = [RECORDS[kind].made(row) for row in connection.execute(READ_MANY[kind], values)]
            else:
                rows = list(session.scalars(READ_MANY[kind], values))
            for row in rows:
                lists[row.instance_id].append(row)
            for instance_id, own in found.items():
                vars(own)[name] = lists[instance_id]
                if kind in OWN:
                    own._remember(lists[instance_id])
        return found

    @cached_property
    def items(self) -> list[WorkItem]:
        """Open work items, tasks and escalations."""
        return self._read(WorkItem)

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

    def item(self, item_id: str) -> WorkItem:
        """A work item that was open at some time in this step."""
        rows = (*self.items, *self._added, *(row for row, _ in self._before))
        return next(row for row in rows if isinstance(row, WorkItem) and row.id == item_id)

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
        self.forget_jobs_of(deadline)
        if not self._fresh:
            CLEAR.run(self._connection, {"instance": self._instance_id, "deadline": deadline.id})

    def forget_jobs_of(self, deadline: Deadline) -> None:
        """Find what would tell of this limit no longer; whoever forgets it deletes its rows."""
        for job in [job for job in self._known(Job) if job.deadline_id == deadline.id]:
            if job not in self._added:
                self._session.expunge(job)
            self._forget(job)

    def take_new(self) -> list[Any]:
        """The rows that are not written yet; whoever takes them writes them."""
        taken, self._added = self._added, []
        self._remember([row for row in taken if type(row) in OWN])
        return taken

    def write_changes(self) -> None:
        """Write what is not as it was read."""
        read, self._before = self._before, []
        for row, before in read:
            RECORDS[type(row)].update(self._connection, row, before)
        self._remember([row for row, _ in read])

    def _known(self, kind: type[Any]) -> list[Any]:
        """The rows of a kind that are in memory: all of them once they were read, else the new ones."""
        read: list[Any] | None = vars(self).get(LISTS[kind])
        return [row for row in self._added if isinstance(row, kind)] if read is None else read

    def _forget(self, row: Any) -> None:
        for rows in (self._added, vars(self).get(LISTS[type(row)], ())):
            if row in rows:
                rows.remove(row)

    def _remember(self, rows: list[Any]) -> None:
        self._before += [(row, RECORDS[type(row)].of(row)) for row in rows]

    def _read(self, kind: type[Any]) -> list[Any]:
        new = self._known(kind)
        if self._fresh:
            return new
        values = {"instance": self._instance_id}
        if kind not in OWN:
            return [*self._session.scalars(READ[kind], values), *new]
        found = [RECORDS[kind].made(row) for row in READ_OWN[kind].all(self._connection, values)]
        self._remember(found)
        return [*found, *new]
