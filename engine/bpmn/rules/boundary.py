"""A boundary event stands on a step and says what it waits for."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CAUGHT = frozenset(
    {"timer", "message", "signal", "error", "escalation", "conditional", "compensation", "cancel"}
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind != "boundaryEvent":
            continue
        if node.host is None:
            yield rule.error(
                node,
                msg("The boundary event does not stand on any step."),
                msg("Attach it to a task, a call activity or a subprocess."),
            )
        elif node.host.kind not in names.ACTIVITIES:
            yield rule.error(
                node,
                msg("A boundary event cannot stand on “%(name)s”.", name=node.host.name or node.host.id),
                msg("Attach it to a task, a call activity or a subprocess."),
            )
        if not node.events or node.event_kind not in _CAUGHT:
            yield rule.error(
                node,
                msg("The boundary event does not say what it waits for."),
                msg("Make it a timer, message, signal, error or escalation event."),
            )


rule = Rule("boundary", _check)
