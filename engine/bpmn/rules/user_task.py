"""Every user task has a form, a lane or candidates, a deadline, and somebody to tell when it is missed."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import Element, element
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind not in names.PERSON_TASKS:
            continue
        lacks = _lacks(node, element(node))
        if lacks:
            yield rule.warning(
                node,
                msg("The user task has no %(what)s.", what=", ".join(lacks)),
                msg("An SOP names for each task who does it, by when, and who is told when it is late."),
            )


def _lacks(node: Node, task: Element) -> list[str]:
    found = []
    if not task.form:
        found.append("form")
    if not (task.role or task.candidates or task.assignee):
        found.append("lane")
    if not task.service_level and not task.due_date:
        found.append("deadline")
    elif not _escalates(node, task):
        found.append("escalation")
    return found


def _escalates(node: Node, task: Element) -> bool:
    """To a role of its own, or by a timer drawn on the task."""
    if any(boundary.event_kind == "timer" for boundary in node.boundaries):
        return True
    own = task.candidates if task.candidates is not None else task.role
    mine = set(own) if isinstance(own, tuple) else {own}
    return bool(task.escalate_to) and task.escalate_to not in mine


rule = Rule("user-task", _check, sop=True)
