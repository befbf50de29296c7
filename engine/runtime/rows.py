"""The open rows of one instance: each table is read at most once in a step, and only when asked for.

What a step adds is found here from then on; it reaches the database when the step is saved.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select

from engine.db.models import Deadline, Job, Subscription, WorkItem
from engine.db.prepared import Prepared
from engine.db.records import Model, Records
from engine.states import DeadlineState, JobState, WorkItemState

LISTS = {WorkItem: "items", Job: "jobs", Subscription: "subscriptions", Deadline: "deadlines"}
OPEN_JOBS = (JobState.WAITING, JobState.FAILED)
IS_OPEN_JOB = or_(*(Job.state == state for state in OPEN_JOBS))  # an IN would be rendered anew each time

RECORDS: dict[type[Any], Records[Any]] = {
    WorkItem: Records(WorkItem, without=("draft", "outcome", "ended_limit")),  # of an open item nobody asks
    Deadline: Records(Deadline),
    Job: Records(Job),
    Subscription: Records(Subscription),
}
OPEN: dict[type[Any], tuple[Any, ...]] = {
    WorkItem: (WorkItem.state == WorkItemState.OPEN,),
    Job: (IS_OPEN_JOB,),
    Subscription: (),
    Deadline: (or_(Deadline.state != DeadlineState.STOPPED, Deadline.subject == "clock"),),
}
READ = {
    kind: Prepared(select(*RECORDS[kind].columns).where(kind.instance_id == bindparam("instance"), *is_open))
    for kind, is_open in OPEN.items()
}
READ_MANY = {
    kind: select(*RECORDS[kind].columns).where(
        kind.instance_id.in_(bindparam("instances", expanding=True)), *is_open
    )
    for kind, is_open in OPEN.items()
}
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

    def __init__(self, connection: Connection, instance_id: str, *, fresh: bool) -> None:
        self._connection = connection
        self._instance_id = instance_id
        self._fresh = fresh
        self._added: list[Any] = []
        self._before: list[tuple[Records[Any], Any, dict[str, Any]]] = []  # what was read, as it was

    @classmethod
    def of_many(cls, connection: Connection, instance_ids: Collection[str]) -> dict[str, "Rows"]:
        """What is open of several instances, by instance; each table is read once for all of them."""
        found = {key: cls(connection, key, fresh=False) for key in instance_ids}
        for kind, name in LISTS.items():
            lists: dict[str, list[Any]] = {instance_id: [] for instance_id in found}
            for values in connection.execute(READ_MANY[kind], {"instances": list(found)}):
                row = RECORDS[kind].made(values)
                lists[row.instance_id].append(row)
            for instance_id, own in found.items():
                vars(own)[name] = lists[instance_id]
                own._remember(lists[instance_id])
        return found

    @cached_property
    def items(self) -> list[WorkItem]:
        """Open work items, tasks and escalations."""
        return self._read(WorkItem)

    @cached_property
    def jobs(self) -> list[Job]:
        """Jobs that have not ended."""
        return self._read(Job)

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
        rows = (*self.items, *self._added, *(row for _, row, _ in self._before))
        return next(row for row in rows if isinstance(row, WorkItem) and row.id == item_id)

    def job(self, job_id: str | None) -> Job | None:
        """A job that has not ended."""
        return next((job for job in self.jobs if job.id == job_id), None)

    def new(self, model: type[Model], /, **values: Any) -> Model:
        """A new row, found from now on; ``save`` writes it."""
        row: Model = RECORDS[model].new(**values)
        self._added.append(row)
        if LISTS[model] in vars(self):
            self._known(model).append(row)
        return row

    def hold(self, records: Records[Any], row: Any) -> None:
        """Write a row of another table with these, if it changes in this step."""
        if not any(row is held for _, held, _ in self._before):
            self._before.append((records, row, records.of(row)))

    def close(self, row: WorkItem | Job) -> None:
        """Find a row no longer that has ended; ``save`` writes how."""
        found: list[Any] = vars(self)[LISTS[type(row)]]
        if row in found:
            found.remove(row)

    def drop(self, row: Any) -> None:
        """Delete a row, or forget it when it was not written yet."""
        if row not in self._added:
            RECORDS[type(row)].delete(self._connection, row)
        self._before = [each for each in self._before if each[1] is not row]
        self._forget(row)

    def take_out(self, job: Job) -> None:
        """Hand over a job that is run now; whoever takes it deletes its row."""
        self._forget(job)

    def drop_jobs_of(self, deadline: Deadline) -> None:
        """Delete what would tell of this limit, in one statement and without reading it."""
        self.forget_jobs_of(deadline)
        if not self._fresh:
            CLEAR.run(self._connection, {"instance": self._instance_id, "deadline": deadline.id})

    def forget_jobs_of(self, deadline: Deadline) -> None:
        """Find what would tell of this limit no longer; whoever forgets it deletes its rows."""
        for job in [job for job in self._known(Job) if job.deadline_id == deadline.id]:
            self._forget(job)

    def take_new(self) -> list[Any]:
        """The rows that are not written yet; whoever takes them writes them."""
        taken, self._added = self._added, []
        self._remember(taken)
        return taken

    def write_changes(self) -> None:
        """Write what is not as it was read."""
        read, self._before = self._before, []
        for records, row, before in read:
            records.update(self._connection, row, before)
            self._before.append((records, row, records.of(row)))

    def _known(self, kind: type[Any]) -> list[Any]:
        """The rows of a kind that are in memory: all of them once they were read, else the new ones."""
        read: list[Any] | None = vars(self).get(LISTS[kind])
        return [row for row in self._added if isinstance(row, kind)] if read is None else read

    def _forget(self, row: Any) -> None:
        for rows in (self._added, vars(self).get(LISTS[type(row)], ())):
            if row in rows:
                rows.remove(row)

    def _remember(self, rows: list[Any]) -> None:
        for row in rows:
            records = RECORDS[type(row)]
            self._before.append((records, row, records.of(row)))

    def _read(self, kind: type[Any]) -> list[Any]:
        new = self._known(kind)
        if self._fresh:
            return new
        read = READ[kind].all(self._connection, {"instance": self._instance_id})
        found = [RECORDS[kind].made(row) for row in read]
        self._remember(found)
        return [*found, *new]
