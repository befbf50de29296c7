"""A complex gateway says when it opens, and of each exit whether it is taken then or at the reset."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names
from engine.bpmn.expressions import read_expression
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import Flow, Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

_ONCE = Option("= waitingForStart", msg("Once, when it opens"))
_REST = Option("= not(waitingForStart)", msg("When the rest has come"))
_ALWAYS = Option("= true", msg("Each time"))


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind != "complexGateway":
            continue
        joins = len(node.incoming) > 1
        if joins:
            yield from _opens(node)
        for flow in node.outgoing if joins or len(node.outgoing) > 1 else ():
            if flow.condition is None and flow.id != node.default:
                yield _exit(node, flow, joins)


def _opens(node: Node) -> Iterator[Finding]:
    condition = node.xml.find(names.bpmn("activationCondition"))
    text = (condition.text or "").strip() if condition is not None else ""
    if text and read_expression(text).feel:
        return
    ways = len(node.incoming)
    options = [
        Option(
            f"= activationCount >= {count}", msg("When %(count)s of %(all)s have come", count=count, all=ways)
        )
        for count in range(1, min(ways, 10) + 1)
    ]
    yield rule.question(
        node,
        msg("When does the complex gateway “%(name)s” go on?", name=node.name or node.id),
        msg(
            "Answer with a FEEL condition on activationCount, the number of flows on which a token has come."
        ),
        options,
    )


def _exit(node: Node, flow: Flow, joins: bool) -> Finding:
    target = node.scope.nodes[flow.target]
    return rule.question(
        flow,
        msg(
            "When is the exit “%(label)s” of the complex gateway “%(name)s” taken?",
            label=flow.name or target.name or target.id,
            name=node.name or node.id,
        ),
        msg("Answer with a FEEL condition; waitingForStart is true when the gateway opens."),
        [_ONCE, _REST, _ALWAYS] if joins else [_ALWAYS],
    )


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    found = edit.find(root, element_id)
    if found is None or names.local(found) not in ("complexGateway", "sequenceFlow"):
        return msg("There is no gateway %(id)s.", id=element_id)
    feel, fault = edit.as_feel(value)
    if fault is not None:
        return fault
    if names.local(found) == "sequenceFlow":
        edit.set_condition(found, feel)
        return None
    for old in found.findall(names.bpmn("activationCondition")):
        found.remove(old)
    etree.SubElement(found, names.bpmn("activationCondition")).text = feel
    return None


rule = Rule("complex-gateway", _check, answer=_answer)
