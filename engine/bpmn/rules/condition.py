"""A condition that is no FEEL and that cannot be translated: what does it mean?"""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names
from engine.bpmn.expressions import is_word, read_expression
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import Flow, Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

# The engine takes every exit of these, whatever a condition says; a note is enough.
_UNCONDITIONAL = ("parallelGateway", "eventBasedGateway")


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        for flow in node.outgoing:
            if flow.condition is None:
                continue
            if node.kind in _UNCONDITIONAL:
                yield rule.warning(
                    flow, msg("The condition is not asked: all exits of this gateway are taken.")
                )
            else:
                yield from _condition(node, flow)


def _condition(node: Node, flow: Flow) -> Iterator[Finding]:
    text = flow.condition or ""
    reading = read_expression(text)
    if reading.feel:
        return
    if reading.fault is not None:
        message = msg("The condition %(text)s is not valid: %(reason)s", text=text, reason=reading.fault)
    else:
        message = msg("The condition “%(text)s” is not understood.", text=text)
    yield rule.question(
        flow, message, msg("Answer with a FEEL condition such as: amount > 10."), _options(node, flow, text)
    )


def _options(node: Node, flow: Flow, text: str) -> list[Option]:
    options = []
    if is_word(text):
        options.append(Option(f"= {text}", msg("When the variable %(name)s is true", name=text)))
    label = (flow.name or (text if is_word(text) else "")).replace('"', "'")
    variable = edit.slug(node.name)
    if label and variable and not variable[:1].isdigit():
        options.append(
            Option(
                f'= {variable} = "{label}"',
                msg("When %(variable)s is “%(label)s”", variable=variable, label=label),
            )
        )
    return options


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    flow = edit.find(root, element_id)
    if flow is None or names.local(flow) != "sequenceFlow":
        return msg("There is no flow %(id)s.", id=element_id)
    feel, fault = edit.as_feel(value)
    if fault is None:
        edit.set_condition(flow, feel)
    return fault


rule = Rule("condition", _check, answer=_answer)
