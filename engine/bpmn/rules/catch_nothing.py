"""A catching event without a definition: what does it wait for?"""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, timers
from engine.bpmn.finding import Finding, Option
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules import timer
from engine.errors import Message, msg

NOTHING = "pass"


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind != "intermediateCatchEvent" or node.events:
            continue
        options = [Option(NOTHING, msg("Nothing: it only marks the place"))]
        made = edit.slug(node.name)
        if made:
            options.append(Option(made, msg("A message, %(name)s", name=made)))
        options.append(Option("P3WD", msg("Three working days (3 HK)")))
        yield rule.question(
            node,
            msg("What does “%(name)s” wait for?", name=node.name or node.id),
            msg("Answer with a time (P3WD), the name of a message, or “pass”."),
            options,
        )


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    value = value.strip()
    if node is None or not value or names.local(node) != "intermediateCatchEvent":
        return msg("There is no event %(id)s.", id=element_id)
    if value == NOTHING:
        node.tag = names.bpmn("intermediateThrowEvent")
        return None
    kind = timers.kind_of(value)
    if timers.fault(kind, value) is None:
        timer.write(etree.SubElement(node, names.bpmn("timerEventDefinition")), kind, value)
        return None
    definition = etree.SubElement(node, names.bpmn("messageEventDefinition"))
    definition.set("messageRef", edit.reference(root, "message", value))
    return None


rule = Rule("catch-nothing", _check, answer=_answer)
