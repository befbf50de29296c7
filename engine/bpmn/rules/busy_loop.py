"""A loop in which nothing waits runs round and round without end."""

from collections.abc import Iterator

from engine.bpmn import names, vocabulary
from engine.bpmn.finding import Finding
from engine.bpmn.graph import cycles
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_WAITING = frozenset({*names.PERSON_TASKS, "serviceTask", "receiveTask", "callActivity", "adHocSubProcess"})


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        for scope in process.scope.scopes():
            for ring in cycles(node for node in scope.nodes.values() if not waits(node)):
                steps = ", ".join(node.name or node.id for node in ring[:5])
                yield rule.error(
                    ring[0],
                    msg("Nothing waits in this loop: %(steps)s.", steps=steps),
                    msg("Put a task, a message or a timer into the loop."),
                )


def waits(node: Node) -> bool:
    """Whether a token stops at a node until something happens outside."""
    if node.kind in _WAITING or vocabulary.topic(node.xml)[0] is not None:
        return True
    if node.kind == "intermediateCatchEvent":
        return node.event_kind != "link"
    if node.inner is not None:
        return any(waits(inner) for inner in node.inner.nodes.values())
    return False


rule = Rule("busy-loop", _check)
