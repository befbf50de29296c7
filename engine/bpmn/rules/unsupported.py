"""Constructs that Alur does not run, each refused by name with what to draw instead."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

_ALL_EVENTS = (
    msg("An event-based gateway that waits for all its events is not run."),
    msg("Use a parallel gateway with a catching event on each branch, or a start event for each."),
)
_QUANTITY = (
    msg("A step that needs or makes several tokens (startQuantity, completionQuantity) is not run."),
    msg("Draw a parallel gateway before or after it."),
)
_BEHAVIOR = (
    msg("A repeated step that throws an event for its rounds (behavior) is not run."),
    msg("Put a throwing event behind the step, into a subprocess that is repeated."),
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        found = _unsupported(node)
        if found is not None:
            yield rule.error(node, *found)


def _unsupported(node: Node) -> tuple[Message, Message] | None:
    if node.xml.get("eventGatewayType") == "Parallel":
        return _ALL_EVENTS
    if any(node.xml.get(name, "1") != "1" for name in ("startQuantity", "completionQuantity")):
        return _QUANTITY
    if node.loop is not None and node.loop.get("behavior", "All") != "All":
        return _BEHAVIOR
    return None


rule = Rule("unsupported", _check)
