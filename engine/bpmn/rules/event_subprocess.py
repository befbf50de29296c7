"""An event subprocess begins with one event that says what triggers it, and nothing leads to it."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

TRIGGERS = frozenset({"timer", "message", "signal", "error", "escalation", "conditional", "compensation"})


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.is_event_subprocess:
            yield from _findings(node)


def _findings(node: Node) -> Iterator[Finding]:
    starts = node.inner.starts() if node.inner is not None else []
    if node.incoming or node.outgoing or node.boundaries:
        yield rule.error(
            node,
            msg("An event subprocess has no flows and nothing on its border."),
            msg("Connect an ordinary subprocess, or begin this one by its event alone."),
        )
    elif len(starts) != 1 or starts[0].event_kind not in TRIGGERS:
        yield rule.error(
            node,
            msg("An event subprocess begins with one event that says what triggers it."),
            msg("Give it one start event: a timer, message, signal, error, escalation or condition."),
        )


rule = Rule("event-subprocess", _check)
