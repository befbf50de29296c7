"""An event with a trigger that BPMN does not know at its place."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_THROWN = frozenset({"message", "signal", "escalation", "link", "compensation"})
_POSSIBLE = {
    "endEvent": frozenset(
        {"message", "signal", "escalation", "error", "terminate", "cancel", "compensation"}
    ),
    "intermediateThrowEvent": _THROWN,
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "startEvent": frozenset({"message", "timer", "signal", "conditional"}),
}


# A catching or boundary event with none that is known is asked about, or refused, by its own rule.
_SILENT_OTHERWISE = frozenset({"startEvent", "intermediateThrowEvent", "endEvent"})


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind in _SILENT_OTHERWISE and (unknown := _unknown(node)):
            yield rule.error(
                node,
                msg("BPMN knows no event of the kind %(kind)s.", kind=unknown),
                msg("Choose a message, a timer, a signal or another trigger of BPMN."),
            )
            continue
        possible = _possible(node)
        if possible is not None and node.events and node.event_kind not in possible:
            yield rule.error(
                node,
                msg("An event of the kind %(kind)s cannot stand here.", kind=node.event_kind),
                msg("Choose a trigger that this event can have."),
            )


def _unknown(node: Node) -> str | None:
    """A trigger that another tool added to BPMN."""
    for child in node.xml:
        kind = names.local(child)
        if kind.endswith("EventDefinition") and kind not in names.EVENT_DEFINITIONS:
            return kind.removesuffix("EventDefinition")
    return None


def _possible(node: Node) -> frozenset[str] | None:
    """None where another rule looks: boundary events, and the starts of event subprocesses."""
    owner = node.scope.owner
    if node.kind == "startEvent" and owner is not None:
        return None if owner.is_event_subprocess else frozenset()
    return _POSSIBLE.get(node.kind)


rule = Rule("event-kind", _check)
