"""An event-based gateway leads to events that catch."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CAUGHT = ("message", "timer", "signal", "conditional")


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind != "eventBasedGateway":
            continue
        targets = [node.scope.nodes[flow.target] for flow in node.outgoing]
        wrong = [target for target in targets if not _catches(target)]
        for target in wrong:
            yield rule.error(
                node,
                msg("The gateway waits for events, but leads to “%(name)s”.", name=target.name or target.id),
                msg("Let it lead to catching events or receive tasks, or use an exclusive gateway."),
            )
            break
        if not targets:
            yield rule.error(
                node,
                msg("The gateway waits for events, but none follows."),
                msg("Let it lead to catching events or receive tasks, or use an exclusive gateway."),
            )
        elif not wrong and node.xml.get("eventGatewayType") == "Parallel":
            yield rule.repaired(node, msg("It waits for all its events; it is run as a parallel gateway."))


def _catches(target: Node) -> bool:
    if target.kind == "receiveTask":
        return not target.boundaries
    # A catch without a definition is asked about by its own rule.
    return target.kind == "intermediateCatchEvent" and (not target.events or target.event_kind in _CAUGHT)


rule = Rule("event-gateway", _check)
