"""A user task that is late is told to somebody else than those who are late with it."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import Element, element
from engine.bpmn.finding import Finding
from engine.bpmn.graph import reachable
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.task_deadline import has_deadline
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        task = element(node)
        if node.kind not in names.PERSON_TASKS or not has_deadline(node) or _leads_on(node, task):
            continue
        if not task.escalate_to:
            yield rule.warning(
                node,
                msg("Nobody is told when this task is late."),
                msg("Set the property alur:escalateTo to a role."),
            )
        elif task.escalate_to in _own(task):
            yield rule.warning(
                node,
                msg(
                    "A late task is escalated to the role that is late with it, %(role)s.",
                    role=task.escalate_to,
                ),
                msg("Set the property alur:escalateTo to another role."),
            )


def _leads_on(node: Node, task: Element) -> bool:
    """Whether a timer drawn on the task leads to somebody else, or throws what others catch."""
    timers = [boundary for boundary in node.boundaries if boundary.event_kind == "timer"]
    reached = reachable(timers, avoiding=frozenset({node.id}))
    return any(_is_somebody_else(node.scope.nodes[found], task) for found in reached)


def _is_somebody_else(node: Node, task: Element) -> bool:
    if node.kind in names.PERSON_TASKS:
        return not _own(element(node)) & _own(task)
    throws = node.event_kind in ("message", "signal", "escalation", "error")
    return node.kind in _ACTING or (throws and node.kind in ("intermediateThrowEvent", "endEvent"))


_ACTING = ("serviceTask", "sendTask", "callActivity", *names.SUBPROCESSES)


def _own(task: Element) -> set[str | None]:
    own = task.candidates if task.candidates is not None else task.role
    return set(own) if isinstance(own, tuple) else {own}


rule = Rule("task-escalation", _check, sop=True)
