"""Compensation: every event has its handler, every handler its event, and every throw something to undo."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.compensation import can_be_undone, handlers
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node, Process, Scope
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        tied = handlers(process)
        called = {handler.id for found in tied.values() for handler in found}
        for node in process.scope.walk():
            if node.id in tied:
                yield from _event(node, tied[node.id])
            elif node.is_compensation:
                untied = any(not tied[other.id] for other in node.scope.nodes.values() if other.id in tied)
                yield from _handler(node, node.id in called or untied)
            elif node.event_kind == "compensation":
                yield from _throw(process, node) if node.kind != "startEvent" else _start(node)


def _event(node: Node, found: list[Node]) -> Iterator[Finding]:
    marked = [handler for handler in found if handler.is_compensation and handler.scope is node.scope]
    if len(marked) != 1 or len(found) != 1:
        yield rule.error(
            node,
            msg("The compensation event is not tied to one step that undoes “%(name)s”.", name=_host(node)),
            msg("Draw an association from it to one activity with the compensation marker, beside it."),
        )
    if node.outgoing:
        yield rule.error(
            node,
            msg("A flow leaves the compensation event."),
            msg("Connect it with an association; the steps that undo follow no flow."),
        )
    twins = [other for other in (node.host.boundaries if node.host else ()) if other.is_compensation]
    if len(twins) > 1 and node is not twins[0]:
        yield rule.error(
            node,
            msg("“%(name)s” has several compensation events.", name=_host(node)),
            msg("Keep one; its handler may be a subprocess with several steps."),
        )


def _host(node: Node) -> str:
    return (node.host.name or node.host.id) if node.host is not None else node.id


def _handler(node: Node, called: bool) -> Iterator[Finding]:
    if node.incoming or node.outgoing:
        yield rule.error(
            node,
            msg("A step with the compensation marker has flows."),
            msg("Remove the flows, or the marker; put several steps that undo into one subprocess."),
        )
    elif not called:
        yield rule.error(
            node,
            msg("Nothing calls this step, which has the compensation marker."),
            msg("Draw a compensation event on the activity that it undoes, and an association between them."),
        )


def _start(node: Node) -> Iterator[Finding]:
    """The start of a compensation event subprocess."""
    handler = node.scope.owner
    owner = handler.scope.owner if handler is not None and handler.is_event_subprocess else None
    if owner is None:
        yield rule.error(
            node,
            msg("Only inside a subprocess can compensation start an event subprocess."),
            msg("A process as a whole is not undone once it has ended; use an error or a message."),
        )


def _throw(process: Process, node: Node) -> Iterator[Finding]:
    reference = names.local_name_of_reference(node.events[0].xml.get("activityRef"))
    near = [activity for scope in _reach(node.scope) for activity in scope.nodes.values()]
    if reference is None:
        if not any(can_be_undone(activity) for activity in near):
            yield rule.error(
                node,
                msg("There is nothing here that could be undone."),
                msg("Draw compensation events on the steps to undo, in the same scope."),
            )
        return
    aimed = next((activity for activity in near if activity.id == reference), None)
    if aimed is None or not can_be_undone(aimed):
        yield rule.error(
            node,
            msg(
                "What is to be undone, %(id)s, has no compensation event or is not in this scope.",
                id=reference,
            ),
            msg("Name an activity of the same scope on which a compensation event stands."),
        )


def _reach(scope: Scope) -> Iterator[Scope]:
    """The scope, and the one around it when this is an event subprocess's."""
    yield scope
    if scope.owner is not None and scope.owner.is_event_subprocess:
        yield from _reach(scope.owner.scope)


rule = Rule("compensation", _check)
