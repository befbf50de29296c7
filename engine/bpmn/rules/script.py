"""Scripts are code, and no upload may bring code: only a FEEL expression can be run."""

from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.expressions import feel_fault
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind != "scriptTask":
            continue
        script, result = vocabulary.script(node.xml)
        language = (node.xml.get("scriptFormat") or "").strip()
        if script is None and vocabulary.topic(node.xml)[0] is None:
            yield rule.error(
                node,
                msg("A script (%(language)s) is not run.", language=language or "?"),
                msg(
                    "Use a FEEL expression with a result variable, output mappings on the step before, "
                    "or a service task whose topic a worker fetches."
                ),
            )
        elif script is not None and (fault := feel_fault(script)) is not None:
            message = msg("The FEEL expression is not valid: %(reason)s", reason=fault)
            yield rule.error(node, message)
        elif script is not None and not result:
            yield rule.error(
                node,
                msg("The FEEL expression has no result variable."),
                msg("Name the variable that takes the result."),
            )


rule = Rule("script", _check)
