"""Signals thrown by one case reach every other case of the agency that waits for them.

The engine itself strikes what waits inside the throwing case. For the rest the throwing step puts one entry
for each wait into the outbox: durable with the throw, and each delivered in a transaction of its own.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db.models import OutboxEntry, Subscription
from engine.people.principals import SYSTEM
from engine.runtime import advance
from engine.runtime.commands import Deliver
from engine.runtime.house import Channel, House
from engine.runtime.step import Step
from engine.states import InstanceState

KIND = "signal"
THROWN = "signal_thrown"
ENDED = (InstanceState.COMPLETED, InstanceState.TERMINATED)


def observe(step: Step) -> None:
    """Pass on what this step has thrown."""
    for happening in step.happenings:
        if happening.kind == THROWN:
            _pass_on(step, happening.name, happening.data.get("payload", {}))


def _pass_on(step: Step, name: str, payload: object) -> None:
    throw = step.house.new_id(step.now)
    waiting = select(Subscription.id).where(
        Subscription.agency_id == step.instance.agency_id,
        Subscription.kind == KIND,
        Subscription.name == name,
        Subscription.instance_id != step.instance.id,
    )
    for wait in step.session.scalars(waiting.order_by(Subscription.id)):
        step.tell(KIND, f"signal:{throw}:{wait}", wait, {"name": name, "payload": payload})


def deliver(house: House, session: Session, entry: OutboxEntry) -> None:
    """Let a signal strike one wait, unless the case has gone on meanwhile."""
    waited = session.get(Subscription, entry.recipient)
    if waited is None:
        return
    step = Step.open(house, session, waited.instance_id, SYSTEM)
    if step.instance.state in ENDED:
        return
    wait = next((wait for wait in step.run.waits() if wait.id == waited.wait_id), None)
    if wait is not None:
        name, payload = entry.payload["name"], entry.payload["payload"]
        advance.run(step, Deliver(wait.id, wait.element, name, payload))


CHANNELS: dict[str, Channel] = {KIND: deliver}
