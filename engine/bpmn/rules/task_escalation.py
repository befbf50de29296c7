"""A user task that is late is told to somebody else than those who are late with it."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import Element, element
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.task_deadline import has_deadline
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind not in names.PERSON_TASKS or not has_deadline(node) or _timed(node):
            continue
        task = element(node)
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


def _timed(node: Node) -> bool:
    return any(boundary.event_kind == "timer" for boundary in node.boundaries)


def _own(task: Element) -> set[str | None]:
    own = task.candidates if task.candidates is not None else task.role
    return set(own) if isinstance(own, tuple) else {own}


rule = Rule("task-escalation", _check, sop=True)
