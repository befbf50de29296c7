"""An error or escalation that is thrown and that nothing around it catches."""

from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node, Process, Scope
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_THROWN = ("error", "escalation")
_THROWING = ("endEvent", "intermediateThrowEvent")


def _check(subject: Subject) -> Iterator[Finding]:
    callers = _callers(subject)
    for process in subject.processes:
        for node in process.scope.walk():
            if node.kind in _THROWING and node.event_kind in _THROWN and not _is_caught(node, callers):
                yield _finding(node)


def _finding(node: Node) -> Finding:
    if node.event_kind == "error":
        return rule.warning(
            node,
            msg("Nothing catches this error: the case stops here and an operator must look at it."),
            msg("Catch it on the border of the subprocess around it, or use a plain end event."),
        )
    return rule.warning(
        node,
        msg("Nothing catches this escalation: nobody is told."),
        msg("Catch it on the border of the subprocess around it, or with an event subprocess."),
    )


def _callers(subject: Subject) -> dict[str, list[Node]]:
    """The call activities of the package by the process they call."""
    found: dict[str, list[Node]] = {}
    for process in subject.package.processes.values():
        for node in process.scope.walk():
            called = vocabulary.called(node.xml).process if node.kind == "callActivity" else None
            if called:
                found.setdefault(called, []).append(node)
    return found


def _is_caught(node: Node, callers: dict[str, list[Node]]) -> bool:
    """Whether the scopes around a throw, or every process that calls them, catch what it throws."""
    process = node.scope.process
    return _within(node, node.scope) or _by_callers(node, process, callers)


def _within(thrown: Node, scope: Scope) -> bool:
    """Whether a border or event subprocess around ``scope`` catches; none catches what it throws itself."""
    at, inside = scope, None
    while True:
        handlers = (node for node in at.nodes.values() if node.is_event_subprocess and node is not inside)
        starts = (start for node in handlers if node.inner is not None for start in node.inner.starts())
        if any(_matches(start, thrown) for start in starts):
            return True
        inside = at.owner
        if inside is None:
            return False
        if any(_matches(border, thrown) for border in inside.boundaries):
            return True
        at = inside.scope


def _by_callers(thrown: Node, process: Process, callers: dict[str, list[Node]]) -> bool:
    """Whether every call of the process, or of what calls it, stands where the throw is caught."""
    todo, seen = [process.id], {process.id}
    while todo:
        calls = callers.get(todo.pop(), [])
        if not calls:
            return False
        for call in calls:
            caught = any(_matches(border, thrown) for border in call.boundaries) or _within(
                thrown, call.scope
            )
            if not caught and call.scope.process.id not in seen:
                seen.add(call.scope.process.id)
                todo.append(call.scope.process.id)
    return True


def _matches(catch: Node, thrown: Node) -> bool:
    if catch.event is None or thrown.event is None or catch.event.kind != thrown.event.kind:
        return False
    return catch.event.target is None or catch.event.target == thrown.event.target


rule = Rule("uncaught", _check)
