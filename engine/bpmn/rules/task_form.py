"""Every user task shows a form."""

from collections.abc import Iterator

from engine.bpmn import names, vocabulary
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind in names.PERSON_TASKS and vocabulary.form(node.xml) is None:
            yield rule.warning(
                node,
                msg("The user task has no form: it can only be ticked off."),
                msg("Choose a form for it."),
            )


rule = Rule("task-form", _check, sop=True)
