"""Every user task has a deadline."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import element
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind in names.PERSON_TASKS and not has_deadline(node):
            yield rule.warning(
                node,
                msg("The user task has no deadline."),
                msg("Set the property alur:serviceLevel, such as 3 HK."),
            )


def has_deadline(node: Node) -> bool:
    """A service level, a due date, or a timer drawn on the task."""
    task = element(node)
    drawn = any(boundary.event_kind == "timer" for boundary in node.boundaries)
    return bool(task.service_level or task.due_date) or drawn


rule = Rule("task-deadline", _check, sop=True)
