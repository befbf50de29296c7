"""Constructs that Alur does not run, each refused by name with what to draw instead."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Flow, Node
from engine.bpmn.rewrites.quantities import MADE, MOST_TOKENS, NEEDED, quantity
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

_QUANTITY = (
    msg("Here a step cannot need or make so many tokens (startQuantity, completionQuantity)."),
    msg("Write a whole number from 1 to %(most)s, and none behind an event-based gateway.", most=MOST_TOKENS),
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
    if any(quantity(node, name) is None for name in (NEEDED, MADE)):
        return _QUANTITY
    if quantity(node, NEEDED) != 1 and any(_is_event_gateway(node, flow) for flow in node.incoming):
        return _QUANTITY
    if node.loop is not None and node.loop.get("behavior", "All") != "All":
        return _BEHAVIOR
    return None


def _is_event_gateway(node: Node, flow: Flow) -> bool:
    return node.scope.nodes[flow.source].kind == "eventBasedGateway"


rule = Rule("unsupported", _check)
