"""A flow into a start or boundary event, or out of an end event: BPMN knows no such flow."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind in ("startEvent", "boundaryEvent") and node.incoming:
            yield rule.error(
                node,
                msg("A flow leads into this event, which can only begin something."),
                msg("Let the flow lead to the step after it."),
            )
        if node.kind == "endEvent" and node.outgoing:
            yield rule.error(
                node,
                msg("A flow leads out of this end event."),
                msg("Draw a throw event instead if the process goes on here."),
            )


rule = Rule("wrong-direction", _check)
