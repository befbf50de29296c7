"""A subprocess in which nothing is drawn: who does what it stands for?"""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names
from engine.bpmn.finding import Finding, Option
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.service_topic import PERSON
from engine.errors import Message, msg

SKIP = "skip"


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.inner is None or node.inner.nodes or node.is_event_subprocess or node.is_compensation:
            continue
        yield rule.question(
            node,
            msg("Nothing is drawn in the subprocess “%(name)s”.", name=node.name or node.id),
            msg("Draw its steps, or say who does it."),
            [
                Option(PERSON, msg("A person does it (user task)")),
                Option(SKIP, msg("Nothing happens there for now")),
            ],
        )


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    if node is None or names.local(node) not in names.SUBPROCESSES:
        return msg("There is no subprocess %(id)s.", id=element_id)
    if value.strip() == PERSON:
        node.attrib.pop("triggeredByEvent", "")
        edit.for_person(node)
        return None
    if value.strip() != SKIP:
        return msg("Answer “person” or “skip”.")
    if names.local(node) == "adHocSubProcess":
        node.tag = names.bpmn("subProcess")
    start = etree.SubElement(node, names.bpmn("startEvent"))
    start.set("id", f"{element_id}_start")
    end = etree.SubElement(node, names.bpmn("endEvent"))
    end.set("id", f"{element_id}_end")
    flow = etree.SubElement(node, names.bpmn("sequenceFlow"))
    flow.set("id", f"{element_id}_flow")
    flow.set("sourceRef", f"{element_id}_start")
    flow.set("targetRef", f"{element_id}_end")
    return None


rule = Rule("empty-subprocess", _check, answer=_answer)
