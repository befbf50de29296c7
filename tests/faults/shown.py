"""What a house shows of the drill's cases, in the words of the model."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import events
from engine.db.models import Erasure, Incident, Instance, Job, OutboxEntry, Person, Subscription, WorkItem
from engine.runtime.house import House
from tests.faults.drill import place

COMPARED = {
    "task_claimed", "task_released", "task_reassigned", "task_completed", "timer_fired", "job_completed",
    "incident_opened", "retried", "message_received", "reminded", "escalated", "erased",
}  # fmt: skip


def cases(house: House) -> dict[str, tuple[object, ...]]:
    """Of each case by its number: stage, holder, open escalations, and how often each thing happened."""
    with house.database.read() as session:
        found = session.execute(
            select(Instance.id, Instance.business_key, Instance.state).where(
                Instance.process_key == place.PROCESS
            )
        ).all()
        items, waiting = _items(session), _waiting(session)
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for event in events.read(session, kinds=COMPARED):
            told[str(event.instance_id)][event.kind] += 1
    return {
        str(number): _case(state, items[instance], waiting.get(instance), told[instance])
        for instance, number, state in found
    }


def arrived(house: House) -> int:
    """How many reports have come to the other agency."""
    query = select(func.count()).select_from(Instance).where(Instance.process_key == place.ARRIVING)
    with house.database.read() as session:
        return session.scalar(query) or 0


def untold(house: House) -> int:
    """How many reports still wait in the outbox for being passed on."""
    query = select(func.count()).select_from(OutboxEntry)
    query = query.where(OutboxEntry.kind == "message", OutboxEntry.state == "pending")
    with house.database.read() as session:
        return session.scalar(query) or 0


def task(house: House, number: str) -> WorkItem:
    """A case's task, open or not."""
    query = select(WorkItem).join(Instance, Instance.id == WorkItem.instance_id)
    with house.database.read() as session:
        return session.scalars(query.where(Instance.business_key == number, WorkItem.kind == "task")).one()


def topic(house: House, number: str) -> str:
    """The id of a case's job for workers; "none" where there is none."""
    query = select(Job.id).join(Instance, Instance.id == Job.instance_id)
    with house.database.read() as session:
        return session.scalar(query.where(Instance.business_key == number, Job.kind == "topic")) or "none"


def incident(house: House, number: str) -> str:
    """The id of a case's open incident; "none" where there is none."""
    query = select(Incident.id).join(Instance, Instance.id == Incident.instance_id)
    query = query.where(Instance.business_key == number, Incident.state == "open")
    with house.database.read() as session:
        return session.scalar(query) or "none"


def erased(house: House, number: str) -> bool:
    """Whether a case was erased."""
    query = select(Erasure.at).join(Instance, Instance.id == Erasure.instance_id)
    with house.database.read() as session:
        return session.scalar(query.where(Instance.business_key == number)) is not None


def _items(session: Session) -> dict[str, list[tuple[str, str | None]]]:
    """Of each instance the kinds of its open work items, and who has each."""
    query = select(WorkItem.instance_id, WorkItem.kind, Person.login).outerjoin(
        Person, Person.id == WorkItem.assignee_id
    )
    found = defaultdict(list)
    for instance, kind, login in session.execute(query.where(WorkItem.state == "open")):
        found[instance].append((kind, login))
    return found


def _waiting(session: Session) -> dict[str, str]:
    """Of each instance what it waits for beside people."""
    query = select(Job.instance_id, Job.kind).where(
        Job.kind.in_(("timer", "topic")), Job.element != "tegur", Job.state == "waiting"
    )
    found = {str(instance): kind for instance, kind in session.execute(query)}
    return found | dict.fromkeys(session.scalars(select(Subscription.instance_id)), "message")


def _case(state: str, items: list[Any], waiting: str | None, events: "Counter[str]") -> tuple[object, ...]:
    tasks = [login for kind, login in items if kind == "task"]
    if state == "completed":
        stage = "done"
    elif state == "incident":
        stage = "incident"
    else:
        stage = "task" if tasks else str(waiting)
    holder = tasks[0] if tasks else None
    return stage, holder, sum(kind == "escalation" for kind, _ in items), tuple(sorted(events.items()))
