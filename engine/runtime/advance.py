"""The one write path: lock, load, apply a command, run to the next wait, save: one transaction, one step.

A refused command changes nothing. When the flow fails behind a command that was accepted (no exit true, a
broken expression), what the command did is kept and the instance stops there with an incident.
"""

from typing import Any

from sqlalchemy.orm import Session

from engine.db.models import Instance
from engine.errors import AlurError, Conflict, msg
from engine.people.principals import Actor
from engine.runtime import incidents, snapshot
from engine.runtime.commands import Command
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.spiff import StepFailed
from engine.states import InstanceState

ROUNDS = 100  # of connectors in one step: more is a loop without a wait
THROWN_KINDS = {"message": "message_sent", "signal": "signal_thrown", "escalation": "escalation_thrown"}


def advance(house: House, session: Session, instance_id: str, command: Command, actor: Actor) -> Step:
    """Apply one command to one instance within the caller's transaction."""
    step = Step.open(house, session, instance_id, actor)
    return run(step, command)


def begin(house: House, session: Session, instance: Instance, command: Command, actor: Actor) -> Step:
    """The first step of an instance that the caller has just added to the session."""
    return run(Step(house, session, instance, actor, house.now()), command)


def run(step: Step, command: Command) -> Step:
    """Apply a command to an opened step, bring everything to rest and save it."""
    apply(step, command)
    step.save()
    return step


def apply(step: Step, command: Command) -> None:
    """The same, saved by the caller: for steps over several instances that share a transaction."""
    if step.instance.state in (InstanceState.COMPLETED, InstanceState.TERMINATED):
        raise Conflict(msg("This case has ended."), state=step.instance.state)
    command.apply(step)
    if step.touched:
        _settle(step)
        _mirror(step)
    for observer in step.house.observers:
        observer(step)
    incidents.settle(step)


def _settle(step: Step) -> None:
    """Run all automatic work: the engine's own, and our connectors."""
    taken = 0
    for _ in range(ROUNDS):
        try:
            step.run.step()
        except StepFailed as failure:
            if step.lost is not None:
                raise step.lost from failure  # no fault of the flow: nothing of this step is kept
            taken = _take_events(step, taken)
            incidents.open_incident(step, failure.element, "flow", failure)
            return
        taken = _take_events(step, taken)
        if not _connect(step):
            return
    incidents.open_incident(
        step, step.instance.process_key, "budget", AlurError(msg("The process loops without waiting."))
    )


def _connect(step: Step) -> bool:
    """Do the topics that the platform answers itself; whether there were any."""
    done = False
    for wait in step.run.waits():
        connector = step.house.connectors.get(wait.name or "") if wait.kind == "topic" else None
        if connector is None or wait.id in step.refused:
            continue
        try:
            result = connector(step, wait)
        except AlurError as error:
            step.refused.add(wait.id)
            incidents.open_incident(step, wait.element, "connector", error)
            continue
        step.run.finish(wait.id, result)
        done = True
    return done


def _take_events(step: Step, taken: int) -> int:
    """Write what the engine did since the last look into the history."""
    events = step.run.events
    for event in events[taken:]:
        data: dict[str, Any] = {"payload": event.payload} if event.payload else {}
        if "count" in event.detail:
            data["count"] = event.detail["count"]  # a cycle's times that passed unseen, all in this firing
        kind = (
            THROWN_KINDS.get(event.detail.get("kind", ""), "thrown") if event.kind == "thrown" else event.kind
        )
        step.record(kind, event.element, event.name or "", **data)
    return len(events)


def _mirror(step: Step) -> None:
    if step.run.done:
        step.instance.state = InstanceState.TERMINATED if step.run.terminated else InstanceState.COMPLETED
        step.instance.ended_at, step.instance.ended_element = step.now, step.run.ended_at
    snapshot.sync(step)
    if step.run.done:
        snapshot.close_all(step)
        step.record("ended", step.run.ended_at, step.instance.state)
