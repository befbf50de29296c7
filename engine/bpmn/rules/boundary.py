"""A boundary event stands on a step and says what it waits for."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CAUGHT = frozenset(
    {"timer", "message", "signal", "error", "escalation", "conditional", "compensation", "cancel"}
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind == "boundaryEvent":
            yield from _boundary(node)


def _boundary(node: Node) -> Iterator[Finding]:
    """One finding, whatever is missing: the host, what the event waits for, or both."""
    silent = not node.events or node.event_kind not in _CAUGHT
    if node.host is None and silent:
        yield rule.error(
            node,
            msg("The boundary event does not stand on any step, nor does it say what it waits for."),
            msg("Attach it to a task and make it a timer, message, signal, error or escalation event."),
        )
    elif node.host is None:
        yield rule.error(node, msg("The boundary event does not stand on any step."), _ATTACH)
    elif node.host.kind not in names.ACTIVITIES:
        message = msg("A boundary event cannot stand on “%(name)s”.", name=node.host.name or node.host.id)
        yield rule.error(node, message, _ATTACH)
    elif silent:
        yield rule.error(
            node,
            msg("The boundary event does not say what it waits for."),
            msg("Make it a timer, message, signal, error or escalation event."),
        )


_ATTACH = msg("Attach it to a task, a call activity or a subprocess.")

rule = Rule("boundary", _check)
