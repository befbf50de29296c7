"""Every user task stands in a lane, or says itself who may do it."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import element
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind not in names.PERSON_TASKS:
            continue
        task = element(node)
        if not (task.role or task.candidates or task.assignee):
            yield rule.warning(
                node,
                msg("Nobody is named who does this task."),
                msg("Draw it in a lane with a role, or set its candidate groups."),
            )


rule = Rule("task-role", _check, sop=True)
