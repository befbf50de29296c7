"""A caught message without a correlation key goes to the case it is sent to."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CATCHING = ("intermediateCatchEvent", "boundaryEvent", "receiveTask")


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        event = node.event
        if node.kind not in _CATCHING or event is None or event.kind != "message" or event.ref is None:
            continue
        message = subject.diagram.messages.get(event.ref)
        if message is not None and message.correlation is None:
            yield rule.warning(
                node,
                msg("The message %(name)s has no correlation key.", name=message.key),
                msg("Set its subscription correlation key, in an SOP = nomor_laporan."),
            )


rule = Rule("correlation", _check, sop=True)
