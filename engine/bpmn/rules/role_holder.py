"""A role that a user task or its escalation goes to must be held by somebody, else nobody ever sees it.

Who holds which role is known to the register of people alone, so this is looked at when a version is put up
for review.
"""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import element
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    held = subject.package.held
    if held is None:
        return
    for node in subject.nodes():
        if node.kind not in names.PERSON_TASKS:
            continue
        doing = _doing(node)
        if doing and not any(role in held for role in doing):
            yield rule.warning(
                node, msg("Nobody holds the role %(role)s that does this task.", role=", ".join(doing)), _HINT
            )
        for above in element(node).told_late:
            if above in held:
                continue
            yield rule.warning(
                node, msg("Nobody holds the role %(role)s that is told when it is late.", role=above), _HINT
            )


_HINT = msg("Give the role to somebody, or name a role that somebody holds.")


def _doing(node: Node) -> tuple[str, ...]:
    """The roles of a task as far as they are written out; an assignee or an expression leaves them open."""
    task = element(node)
    if task.assignee or isinstance(task.candidates, str):
        return ()
    return task.candidates or ((task.role,) if task.role else ())


rule = Rule("role-holder", _check, sop=True)
