"""Several exits of what is no gateway: BPMN takes them all at once, or those whose condition holds."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind in names.GATEWAYS or node.kind == "endEvent":
            continue
        if any(flow.condition for flow in node.outgoing):
            yield rule.repaired(node, msg("Its exits have conditions; they are run as a gateway after it."))
        elif len(node.outgoing) > 1:
            message = msg("It has %(count)s exits; all are taken at once.", count=len(node.outgoing))
            yield rule.repaired(node, message)


rule = Rule("implicit-split", _check)
