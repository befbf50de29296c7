"""An event with several triggers is run as one event for each."""

from collections.abc import Iterator

from engine.bpmn import timers
from engine.bpmn.expressions import read_expression
from engine.bpmn.finding import Finding
from engine.bpmn.model import EventDefinition, Node
from engine.bpmn.rewrites.multiples import ENDING, waits_for_all
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CAUGHT = frozenset({"message", "timer", "signal", "conditional"})
_THROWN = frozenset({"message", "signal", "escalation", "compensation"})
_POSSIBLE = {
    "startEvent": _CAUGHT | {"error", "escalation"},
    "intermediateCatchEvent": _CAUGHT,
    "boundaryEvent": _CAUGHT | {"error", "escalation"},
    "intermediateThrowEvent": _THROWN,
    "endEvent": _THROWN | set(ENDING),
}


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if len(node.events) > 1:
            yield _finding(node)


def _finding(node: Node) -> Finding:
    if waits_for_all(node) and _behind_gateway(node):
        return rule.error(
            node,
            msg("An event that waits for all its triggers is not run here."),
            msg("Put it into the flow, or draw a parallel gateway with an event on each branch."),
        )
    kinds = [event.kind for event in node.events]
    possible = _CAUGHT if waits_for_all(node) or _begins_process(node) else _POSSIBLE[node.kind]
    if not possible.issuperset(kinds) or sum(kind in ENDING for kind in kinds) > 1:
        return rule.error(
            node,
            msg("These triggers cannot stand together in one event: %(kinds)s.", kinds=", ".join(kinds)),
            msg("Draw one event for each."),
        )
    if not all(_complete(event, node) for event in node.events):
        return rule.error(
            node,
            msg("One of the triggers of this event does not say what it is."),
            msg(
                "Name the message or signal, and write the time or the condition; or draw one event for each."
            ),
        )
    if waits_for_all(node):
        return rule.repaired(node, msg("It waits for all of its %(count)s triggers.", count=len(node.events)))
    return rule.repaired(
        node, msg("It has %(count)s triggers; it is run as one event for each.", count=len(node.events))
    )


def _begins_process(node: Node) -> bool:
    return node.kind == "startEvent" and node.scope.owner is None


def _behind_gateway(node: Node) -> bool:
    return any(node.scope.nodes[flow.source].kind == "eventBasedGateway" for flow in node.incoming)


def _complete(event: EventDefinition, node: Node) -> bool:
    if event.kind == "timer":
        return timers.fault(event.timer, event.text) is None
    if event.kind == "conditional":
        return bool(read_expression(event.text).feel)
    if event.kind in ("error", "escalation") and node.kind in ("boundaryEvent", "startEvent"):
        return event.ref is None or event.target is not None
    return event.kind in ("terminate", "cancel", "compensation") or event.target is not None


rule = Rule("multiple-event", _check)
