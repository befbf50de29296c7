"""A path that just stops gets an end event when it runs."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if _stops(node):
            yield rule.repaired(node, msg("Nothing follows this step; the path ends here."))


def _stops(node: Node) -> bool:
    if node.outgoing or node.kind in ("endEvent", "eventBasedGateway"):
        return False
    if node.is_event_subprocess or node.is_compensation or node.event_kind == "link":
        return False
    if node.scope.owner is not None and node.scope.owner.kind == "adHocSubProcess":
        return False
    # An unconnected node is reported as unreachable, not also as an end.
    return bool(node.incoming) or node.kind in ("startEvent", "boundaryEvent") or not node.scope.starts()


rule = Rule("missing-end", _check)
