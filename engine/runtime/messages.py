"""Messages: found by name and correlation key, delivered to the waiting catch."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.db.models import Instance, Subscription
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
