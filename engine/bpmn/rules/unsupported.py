"""Constructs that Alur does not run, each refused by name with what to draw instead."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

_COMPLEX = (
    msg("A complex gateway is not run."),
    msg("Use an inclusive, parallel or exclusive gateway."),
)
_MULTIPLE = (
    msg("An event with several triggers is not run."),
    msg("Draw one event for each trigger behind an event-based gateway, or one boundary event for each."),
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        found = _unsupported(node)
        if found is not None:
            yield rule.error(node, *found)


def _unsupported(node: Node) -> tuple[Message, Message] | None:
    if node.kind == "complexGateway":
        return _COMPLEX
    if len(node.events) > 1:
        return _MULTIPLE
    return None


rule = Rule("unsupported", _check)
