"""A cancel event ends a transaction, and an event on the transaction's border catches it."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.event_kind == "cancel":
            yield from _end(node) if node.kind == "endEvent" else _border(node)


def _end(node: Node) -> Iterator[Finding]:
    owner = node.scope.owner
    if owner is None or owner.kind != "transaction":
        yield rule.error(
            node,
            msg("Only a transaction can be cancelled."),
            msg("Put the end event directly into a transaction, or use an error event."),
        )
    elif not any(event.event_kind == "cancel" for event in owner.boundaries):
        yield rule.error(
            node,
            msg("Nothing catches the cancellation of “%(name)s”.", name=owner.name or owner.id),
            msg("Draw a cancel event on the border of the transaction."),
        )


def _border(node: Node) -> Iterator[Finding]:
    if node.kind == "boundaryEvent" and node.host is not None and node.host.kind != "transaction":
        yield rule.error(
            node,
            msg("A cancel event can stand on a transaction only."),
            msg("Make the subprocess a transaction, or use an error event."),
        )


rule = Rule("cancel-event", _check)
