"""A ring of steps that nothing leads out of: whoever comes in never finishes."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.graph import leading_to
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        for scope in process.scope.scopes():
            nodes = list(scope.nodes.values())
            finishing = leading_to([node for node in nodes if _finishes(node)], nodes)
            trapped = [node for node in nodes if node.id not in finishing]
            if trapped:
                names = ", ".join(node.name or node.id for node in trapped[:5])
                yield rule.error(
                    trapped[0],
                    msg("From here no path leads to an end: %(steps)s.", steps=names),
                    msg("Add an exit from the loop."),
                )


def _finishes(node: Node) -> bool:
    link = node.kind == "intermediateThrowEvent" and node.event_kind == "link"
    return not node.outgoing and not link


rule = Rule("no-path-to-end", _check)
