"""A business rule task needs a decision, and the decision must be there."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, vocabulary
from engine.bpmn.expressions import is_feel
from engine.bpmn.finding import Finding, Option
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.service_topic import PERSON
from engine.errors import Message, msg


def _check(subject: Subject) -> Iterator[Finding]:
    known = subject.package.decisions
    for node in subject.nodes():
        if node.kind != "businessRuleTask" or vocabulary.topic(node.xml)[0] is not None:
            continue
        decision, _ = vocabulary.decision(node.xml)
        if decision is not None and (is_feel(decision) or decision in known):
            continue
        if decision is None:
            message = msg("Which decision does “%(name)s” ask?", name=node.name or node.id)
        else:
            message = msg("The decision %(id)s is not in the upload.", id=decision)
        options = [Option(key, msg("Decision %(name)s", name=name or key)) for key, name in known.items()]
        options.append(Option(PERSON, msg("A person decides (user task)")))
        hint = msg("Upload the DMN file together with the diagram, or choose who decides.")
        yield rule.question(node, message, hint, options)


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    task = edit.find(root, element_id)
    if task is None or names.local(task) != "businessRuleTask":
        return msg("There is no decision task %(id)s.", id=element_id)
    if value.strip() == PERSON:
        edit.for_person(task)
        return None
    _, result = vocabulary.decision(task)
    variable = result or edit.slug(task.get("name") or "") or "hasil"
    edit.extension(task, "calledDecision", decisionId=value.strip(), resultVariable=variable)
    return None


rule = Rule("decision", _check, answer=_answer)
