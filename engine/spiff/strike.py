"""An event is caught: what it interrupts goes, and the flow goes on from it.

An event that wants all of its triggers (BPMN's parallelMultiple) waits with one part for each. A part that is
struck is kept in mind where the event hangs; the last one strikes the event itself. What a part that can come
again has waited for is kept too, for an event that interrupts nothing waits anew; a time that has come stays.
"""

from typing import Any

from engine.spiff.nodes import FINISH, Node, plant
from engine.spiff.scope import Frame
from engine.spiff.workflow import Token

AGAIN = frozenset({"message", "signal", "condition"})
"""Kinds of trigger that can come more than once."""


def strike(token: Token, payload: Frame, **detail: Any) -> None:
    """A waiting event is caught: what it interrupts is cancelled, and the engine goes on from it."""
    if token.task_spec.part_of is not None:
        whole = _gather(token, payload)
        if whole is None:
            return
        token, payload = whole
    token.internal_data["entered"] = True
    token.instance.record("fired", token, payload=payload, detail=detail)
    token.ready(FINISH, payload)
    token.task_spec.caught(token)


def strike_attached(host: Token, spec: Node, payload: Frame, **detail: Any) -> None:
    """An event that nobody waits for (an error, an escalation) strikes what it is attached to."""
    strike(plant(host, spec), payload, **detail)


def again(token: Token) -> dict[str, Any]:
    """What an event waits for when it waits once more."""
    kept = {name: token.internal_data.get(name) for name in ("name", "key", "true")}
    return {name: value for name, value in kept.items() if value is not None}


def _gather(part: Token, payload: Frame) -> tuple[Token, Frame] | None:
    """Note that a part has come; the event itself, with all that its parts brought, when it was the last."""
    spec = part.task_spec
    anchor, whole = spec.anchor(part), part.workflow.spec.task_specs[spec.part_of]
    came = anchor.internal_data.setdefault("came", {}).setdefault(whole.name, {})
    came[spec.name] = {"payload": payload, "waited": again(part)}
    part.cancel()
    if len(came) < len(whole.parts):
        return None
    brought: Frame = {}
    for one in came.values():  # in the order in which they came
        brought |= one["payload"]
    return plant(anchor, whole), brought


def gather_anew(anchor: Token, whole: Node) -> None:
    """Wait again for every part that can come again."""
    came = anchor.internal_data["came"][whole.name]
    specs = [anchor.workflow.spec.task_specs[name] for name in whole.parts]
    for spec in specs:
        if spec.trigger.kind in AGAIN:
            plant(anchor, spec, **came.pop(spec.name)["waited"])
