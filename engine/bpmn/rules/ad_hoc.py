"""An ad-hoc subprocess offers all its activities at once; people do them in any order."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, vocabulary
from engine.bpmn.ad_hoc import active_elements
from engine.bpmn.expressions import MEND, feel_fault, read_expression
from engine.bpmn.finding import Finding, Option
from engine.bpmn.graph import is_entry
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

ALL = "all"


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind == "adHocSubProcess" and node.inner is not None and node.inner.nodes:
            yield from _drawn(node)
            yield from _ends(node)


def _drawn(node: Node) -> Iterator[Finding]:
    assert node.inner is not None
    if node.inner.starts():
        yield rule.error(
            node,
            msg("An ad-hoc subprocess has no start event."),
            msg("Remove it: every activity without a flow to it is offered. Or draw an ordinary subprocess."),
        )
    elif not any(is_entry(inner) and not inner.incoming for inner in node.inner.nodes.values()):
        yield rule.error(
            node,
            msg("In this ad-hoc subprocess every step has one before it: nothing can be offered."),
            msg("Leave at least one step without a flow to it."),
        )
    if vocabulary.topic(node.xml)[0] is not None:
        yield rule.error(
            node,
            msg("An ad-hoc subprocess whose activities a worker chooses is not run."),
            msg("Let activeElementsCollection name the activities, or offer all of them."),
        )
    for inner in node.inner.nodes.values() if node.xml.get("ordering") == "Sequential" else ():
        if inner.kind not in names.PERSON_TASKS or inner.loop is not None or inner.boundaries:
            yield rule.error(
                node,
                msg(
                    "In a sequential ad-hoc subprocess, “%(name)s” would run by itself.",
                    name=inner.name or inner.id,
                ),
                msg("Only tasks of people can be chosen one after the other. Make the ordering parallel."),
            )
            break


def _ends(node: Node) -> Iterator[Finding]:
    condition = node.xml.find(names.bpmn("completionCondition"))
    text = (condition.text or "").strip() if condition is not None else ""
    if text and not read_expression(text).feel:
        yield rule.question(
            node,
            msg(
                "When is “%(name)s” finished? %(text)s is not understood.",
                name=node.name or node.id,
                text=text,
            ),
            msg("Answer with a FEEL condition, which is asked after each activity."),
            [Option(ALL, msg("When all its activities are done"))],
        )
    chosen = active_elements(node.xml)
    fault = feel_fault(chosen) if chosen else None
    if fault is not None:
        yield rule.error(
            node, msg("The collection %(text)s is not valid: %(reason)s", text=chosen, reason=fault), MEND
        )


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    condition = node.find(names.bpmn("completionCondition")) if node is not None else None
    if node is None or condition is None:
        return msg("There is no subprocess %(id)s.", id=element_id)
    if value.strip() == ALL:
        node.remove(condition)
        return None
    feel, fault = edit.as_feel(value)
    if fault is None:
        condition.text = feel
    return fault


rule = Rule("ad-hoc", _check, answer=_answer)
