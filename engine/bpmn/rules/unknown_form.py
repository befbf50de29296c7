"""A form that is named but is not in the package, when the package brings forms at all."""

from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    if not subject.package.forms:
        return
    for node in subject.nodes():
        form = vocabulary.form(node.xml)
        if form is not None and form not in subject.package.forms:
            yield rule.error(
                node,
                msg("The form %(form)s is not in the package.", form=form),
                msg("Add the form, or choose one of the package."),
            )


rule = Rule("unknown-form", _check)
