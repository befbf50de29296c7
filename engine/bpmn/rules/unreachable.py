"""Steps that no token can ever come to: the engine would drop them silently."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.graph import is_entry, reachable
from engine.bpmn.model import Node, Scope
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        for scope in process.scope.scopes():
            yield from _scope(scope)


def _scope(scope: Scope) -> Iterator[Finding]:
    entries = scope.starts() or [n for n in scope.nodes.values() if is_entry(n) and not n.incoming]
    special = [node for node in scope.nodes.values() if node.is_event_subprocess or node.is_compensation]
    reached = reachable([*entries, *special])
    lost = [node for node in scope.nodes.values() if node.id not in reached and entries]
    told: set[str] = set()
    # First what has nothing before it, then one of each ring; what only follows from those is not repeated.
    for node in sorted(lost, key=lambda node: bool(node.incoming)):
        if node.id in told or node.kind == "boundaryEvent":
            continue
        told |= reachable([node])
        yield _lost(node)


def _lost(node: Node) -> Finding:
    if not node.incoming and not node.outgoing:
        message = msg("This step is not connected to anything.")
    else:
        message = msg("No path leads from a start event to this step.")
    return rule.error(node, message, msg("Connect it, or delete it."))


rule = Rule("unreachable", _check)
