"""A process or subprocess without a start event begins at every step that nothing leads to."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.graph import is_entry
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        for scope in process.scope.scopes():
            if not scope.nodes or scope.starts() or (scope.owner and _begins_otherwise(scope.owner)):
                continue
            at = scope.owner or process
            entries = [node for node in scope.nodes.values() if is_entry(node) and not node.incoming]
            if not entries:
                yield rule.error(
                    at,
                    msg("There is no start event, and every step has one before it."),
                    msg("Draw a start event and connect it to the first step."),
                )
                continue
            steps = ", ".join(node.name or node.id for node in entries[:5])
            yield rule.repaired(at, msg("There is no start event; it starts at: %(steps)s.", steps=steps))


def _begins_otherwise(owner: Node) -> bool:
    return owner.kind == "adHocSubProcess" or owner.is_event_subprocess


rule = Rule("missing-start", _check)
