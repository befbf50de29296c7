"""Each exit of a deciding gateway needs a condition, or is its default."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import Flow, Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

DEFAULT = "default"
_OTHERWISE = re.compile(
    r"^\W*(selain itu|lainnya|yang lain|jika tidak|else|otherwise|default|others?|sonst|andernfalls)\b",
    re.IGNORECASE,
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1:
            for flow in node.outgoing:
                if flow.condition is None and flow.id != node.default:
                    yield _question(node, flow)


def label(node: Node, flow: Flow) -> str:
    """What an exit is called: its own label, else what stands behind it."""
    target = node.scope.nodes[flow.target]
    return flow.name or target.name or target.id


def by_label(node: Node, flow: Flow) -> Option:
    """The condition that an exit's label suggests: the question at the gateway was answered so."""
    variable = edit.slug(node.name) or edit.slug(node.id)
    answer = label(node, flow).replace('"', "'").replace("\\", "/")
    return Option(
        f'= {variable} = "{answer}"',
        msg("When %(variable)s is “%(label)s”", variable=variable, label=answer),
    )


def _question(node: Node, flow: Flow) -> Finding:
    options = [by_label(node, flow)]
    if node.default is None:
        otherwise = Option(DEFAULT, msg("Otherwise (the default exit)"))
        options.insert(0 if _OTHERWISE.match(flow.name) else 1, otherwise)
    return rule.question(
        flow,
        msg(
            "When does the exit “%(label)s” of “%(gateway)s” apply?",
            label=label(node, flow),
            gateway=node.name or node.id,
        ),
        msg("Answer with a FEEL condition, or make it the default exit."),
        options,
    )


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    flow = edit.find(root, element_id)
    if flow is None:
        return msg("There is no flow %(id)s.", id=element_id)
    if value.strip() == DEFAULT:
        source = edit.find(root, names.local_name_of_reference(flow.get("sourceRef")) or "")
        if source is None:
            return msg("The flow %(id)s begins nowhere.", id=element_id)
        if source.get("default") not in (None, "", element_id):
            return msg("The gateway already has a default exit.")
        source.set("default", element_id)
        return None
    feel, fault = edit.as_feel(value)
    if fault is None:
        edit.set_condition(flow, feel)
    return fault


rule = Rule("gateway-condition", _check, answer=_answer)
