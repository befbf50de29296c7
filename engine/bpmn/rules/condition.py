"""A condition that is no FEEL, or that asks nothing: what does it mean?"""

from collections.abc import Iterator

from lxml import etree

from engine import feel
from engine.bpmn import edit, names
from engine.bpmn.expressions import is_word, read_expression
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import Flow, Node
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.gateway_condition import by_label, label
from engine.errors import Message, msg
from engine.feel.tree import Literal

KEEP = "keep"
_DECIDED = names.alur("condition")

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
        yield from _constant(node, flow, reading.feel)
        return
    if reading.fault is not None:
        message = msg("The condition %(text)s is not valid: %(reason)s", text=text, reason=reading.fault)
    else:
        message = msg("The condition “%(text)s” is not understood.", text=text)
    yield rule.question(
        flow, message, msg("Answer with a FEEL condition such as: amount > 10."), _options(node, flow, text)
    )


def _constant(node: Node, flow: Flow, text: str) -> Iterator[Finding]:
    """A condition that asks nothing, as tools write it where the designer has yet to decide."""
    value = _value(text)
    if value is None or flow.xml.get(_DECIDED) == KEEP:
        return
    if value:
        others = node.outgoing[node.outgoing.index(flow) + 1 :]
        hidden = [other for other in node.outgoing if other in others or other.id == node.default]
        if node.kind != "exclusiveGateway" or not hidden:
            return
        message = msg(
            "The exit “%(label)s” is always taken, and “%(other)s” never.",
            label=label(node, flow),
            other=label(node, hidden[0]),
        )
    else:
        message = msg(
            "The exit “%(label)s” is never taken: its condition is always false.", label=label(node, flow)
        )
    options = [by_label(node, flow), Option(KEEP, msg("It is meant so"))]
    yield rule.question(flow, message, msg("Say when it applies, such as: amount > 10."), options)


def _value(text: str) -> bool | None:
    """The truth that an expression spells out; None for one that asks something."""
    tree = feel.parse(text).tree
    return tree.value if isinstance(tree, Literal) and isinstance(tree.value, bool) else None


def _options(node: Node, flow: Flow, text: str) -> list[Option]:
    options = []
    if is_word(text):
        options.append(Option(f"= {text}", msg("When the variable %(name)s is true", name=text)))
    called = (flow.name or (text if is_word(text) else "")).replace('"', "'")
    variable = edit.slug(node.name)
    if called and variable:
        options.append(
            Option(
                f'= {variable} = "{called}"',
                msg("When %(variable)s is “%(label)s”", variable=variable, label=called),
            )
        )
    return options


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    flow = edit.find(root, element_id)
    if flow is None or names.local(flow) != "sequenceFlow":
        return msg("There is no flow %(id)s.", id=element_id)
    if value.strip() == KEEP:
        flow.set(_DECIDED, KEEP)
        return None
    text, fault = edit.as_feel(value)
    if fault is None:
        edit.set_condition(flow, text)
        if _value(text) is not None:
            flow.set(_DECIDED, KEEP)
    return fault


rule = Rule("condition", _check, answer=_answer)
