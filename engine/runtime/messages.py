"""Messages and signals: found by name and correlation key, delivered to the waiting catch."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.db.models import Instance, Subscription
from engine.runtime.step import Step
from engine.spiff import Event
from engine.states import InstanceState


def find(
    session: Session, agency_id: str, name: str, key: str | None, instance_id: str | None = None
) -> Subscription | None:
    """The oldest waiting catch for a message of this agency.

    With ``instance_id`` the message goes to that instance, also when the catch names no key. Without one it
    goes where the key matches.
    """
    query = (
        select(Subscription)
        .join(Instance, Instance.id == Subscription.instance_id)
        .where(
            Subscription.agency_id == agency_id,
            Subscription.kind == "message",
            Subscription.name == name,
            Instance.state.in_((InstanceState.ACTIVE, InstanceState.INCIDENT)),
        )
        .order_by(Subscription.id)
        .limit(1)
    )
    if instance_id is not None:
        query = query.where(Subscription.instance_id == instance_id)
        if key is not None:
            query = query.where(or_(Subscription.key == key, Subscription.key.is_(None)))
    else:
        query = query.where(Subscription.key == key)
    return session.scalar(query)


def deliver_signals(step: Step, events: Sequence[Event]) -> bool:
    """Hand the signals thrown in this step to the same instance's own catches; whether any took one."""
    thrown = [event for event in events if event.kind == "thrown" and event.detail.get("kind") == "signal"]
    taken = False
    for event in thrown:
        for wait in step.run.waits():
            if wait.kind == "signal" and wait.name == event.name:
                deliver_payload: dict[str, Any] = dict(event.payload or {})
                step.run.deliver(wait.id, deliver_payload)
                taken = True
    return taken
