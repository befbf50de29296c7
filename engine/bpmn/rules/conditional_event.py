"""A conditional event needs a condition that can be asked."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names
from engine.bpmn.expressions import read_expression
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        event = node.event
        if event is None or event.kind != "conditional":
            continue
        if not event.text:
            message = msg("For which condition does “%(name)s” wait?", name=node.name or node.id)
        elif not read_expression(event.text).feel:
            message = msg("The condition “%(text)s” is not understood.", text=event.text)
        else:
            continue
        yield rule.question(node, message, msg("Answer with a FEEL condition such as: amount > 10."))


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    definition = node.find(names.bpmn("conditionalEventDefinition")) if node is not None else None
    if definition is None:
        return msg("There is no event %(id)s.", id=element_id)
    feel, fault = edit.as_feel(value)
    if fault is None:
        for old in definition.findall(names.bpmn("condition")):
            definition.remove(old)
        etree.SubElement(definition, names.bpmn("condition")).text = feel
    return fault


rule = Rule("conditional-event", _check, answer=_answer)
