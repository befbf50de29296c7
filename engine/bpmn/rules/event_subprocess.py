"""An event subprocess is run as a boundary event on a subprocess around the steps of its scope."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

TRIGGERS = frozenset({"timer", "message", "signal", "error", "escalation", "conditional"})


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.is_event_subprocess:
            yield _finding(node)


def _finding(node: Node) -> Finding:
    starts = node.inner.starts() if node.inner is not None else []
    if node.incoming or node.outgoing or node.boundaries:
        return rule.error(
            node,
            msg("An event subprocess has no flows and nothing on its border."),
            msg("Connect an ordinary subprocess, or begin this one by its event alone."),
        )
    if len(starts) != 1 or starts[0].event_kind not in TRIGGERS:
        return rule.error(
            node,
            msg("An event subprocess begins with one event that says what triggers it."),
            msg("Give it one start event: a timer, message, signal, error, escalation or condition."),
        )
    return rule.repaired(node, msg("It is run as an event on the border of the steps around it."))


rule = Rule("event-subprocess", _check)
