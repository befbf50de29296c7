"""Instances looked at: where the tokens stand, which timers run, what happened."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import events
from engine.db.events import HistoryEvent
from engine.db.models import Deadline, Incident, Instance, Job, Subscription, WorkItem
from engine.errors import NotFound, msg
from engine.people.principals import Principal
from engine.runtime import bundles
from engine.runtime.house import House
from engine.states import DeadlineState, IncidentState, JobState, WorkItemState

HISTORY_PAGE = 200


@dataclass(frozen=True)
class InstanceView:
    """An instance with its open rows, read in one transaction."""

    instance: Instance
    items: list[WorkItem]
    jobs: list[Job]
    subscriptions: list[Subscription]
    deadlines: list[Deadline]
    incidents: list[Incident]

    @property
    def tokens(self) -> list[str]:
        """The elements where something waits, each once, in the order they were entered."""
        waiting: list[Any] = [item for item in self.items if item.kind == "task"]
        waiting += [job for job in self.jobs if job.kind in ("timer", "topic")]
        waiting += self.subscriptions
        waiting += self.incidents
        return list(dict.fromkeys(row.element for row in sorted(waiting, key=lambda row: row.id)))


def find(session: Session, who: Principal, instance_id: str) -> Instance:
    """An instance of this person's agency; raises NotFound for any other."""
    instance = session.scalar(
        select(Instance).where(Instance.id == instance_id, Instance.agency_id == who.agency_id)
    )
    if instance is None:
        raise NotFound(msg("There is no such instance."))
    return instance


def view(session: Session, instance: Instance) -> InstanceView:
    """Everything open of an instance."""
    key = instance.id
    return InstanceView(
        instance=instance,
        items=list(
            session.scalars(
                select(WorkItem)
                .where(WorkItem.instance_id == key, WorkItem.state == WorkItemState.OPEN)
                .order_by(WorkItem.sort_key)
            )
        ),
        jobs=list(
            session.scalars(
                select(Job)
                .where(Job.instance_id == key, Job.state == JobState.WAITING)
                .order_by(Job.due_at, Job.id)
            )
        ),
        subscriptions=list(
            session.scalars(
                select(Subscription).where(Subscription.instance_id == key).order_by(Subscription.id)
            )
        ),
        deadlines=list(
            session.scalars(
                select(Deadline)
                .where(Deadline.instance_id == key, Deadline.state != DeadlineState.STOPPED)
                .order_by(Deadline.due_at, Deadline.id)
            )
        ),
        incidents=list(
            session.scalars(
                select(Incident)
                .where(Incident.instance_id == key, Incident.state == IncidentState.OPEN)
                .order_by(Incident.id)
            )
        ),
    )


def past(
    house: House, session: Session, instance_id: str, before: int | None = None
) -> tuple[list[HistoryEvent], int | None]:
    """A page of what happened, newest first, and the number to ask the next one with, None at the end."""
    return events.page(session, house.keyring, instance_id, HISTORY_PAGE, before=before)


def files(house: House, session: Session, instance: Instance) -> dict[str, bytes]:
    """The files of the version that an instance is pinned to."""
    return bundles.load(session, instance.bundle_hash)
