"""Scripts are code, and no upload may bring code: only FEEL can be run, and an empty one is asked about."""

from collections.abc import Iterator

from engine.bpmn import names, vocabulary
from engine.bpmn.expressions import MEND, feel_fault
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules import service_topic
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind != "scriptTask":
            continue
        script, result = vocabulary.script(node.xml)
        language = (node.xml.get("scriptFormat") or "").strip()
        if script is None and vocabulary.topic(node.xml)[0] is None and not _code(node):
            yield rule.question(
                node,
                msg("The script of “%(name)s” is empty. Who or what does it?", name=node.name or node.id),
                msg("Answer “person”, or name the topic that a worker fetches."),
                service_topic.options(node.name),
            )
        elif script is None and vocabulary.topic(node.xml)[0] is None:
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
            yield rule.error(node, message, MEND)
        elif script is not None and not result:
            yield rule.error(
                node,
                msg("The FEEL expression has no result variable."),
                msg("Name the variable that takes the result."),
            )


def _code(node: Node) -> str:
    """What stands in the script element, or which file it names."""
    inner = node.xml.find(names.bpmn("script"))
    text = (inner.text or "").strip() if inner is not None else ""
    return text or names.camunda_attribute(node.xml, "resource") or ""


rule = Rule("script", _check, answer=service_topic.write)
