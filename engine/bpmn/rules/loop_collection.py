"""A repeated step needs to know over what, or how long."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, vocabulary
from engine.bpmn.expressions import feel_fault, read_expression
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

ONCE = "once"
_ONCE = Option(ONCE, msg("Once only (no repetition)"))
_MULTIPLE = "multiInstanceLoopCharacteristics"
_MARKERS = (_MULTIPLE, "standardLoopCharacteristics")


def _repair(root: etree._Element) -> Iterator[Finding]:
    """A collection that a data association hands in is read where it comes from: data inputs hold nothing."""
    for marker in root.iter(names.bpmn(_MULTIPLE)):
        node = marker.getparent()
        box = marker.find(names.bpmn("loopDataInputRef"))
        if node is None or box is None or vocabulary.zeebe(marker, "loopCharacteristics") is not None:
            continue
        source = _handed_in(node, names.local_name_of_reference(box.text))
        if source and feel_fault(source) is None:
            item = vocabulary.loop(marker).element or "item"
            edit.extension(marker, "loopCharacteristics", inputCollection=f"= {source}", inputElement=item)
            yield rule.mended(node, names.line(node), msg("It is repeated over %(name)s.", name=source))


def _handed_in(node: etree._Element, data_input: str | None) -> str | None:
    """From where the activity's data input is filled."""
    for drawn in node.findall(names.bpmn("dataInputAssociation")):
        ends = (drawn.findtext(names.bpmn(name)) for name in ("sourceRef", "targetRef"))
        source, target = map(names.local_name_of_reference, ends)
        if data_input and target == data_input:
            return source
    return None


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        marker = node.loop
        if marker is None:
            continue
        yield from _multiple(node, marker) if names.local(marker) == _MULTIPLE else _repeated(node, marker)


def _multiple(node: Node, marker: etree._Element) -> Iterator[Finding]:
    loop = vocabulary.loop(marker)
    if loop.completion is not None and not read_expression(loop.completion).feel:
        yield rule.error(
            node,
            msg("The completion condition %(text)s is not understood.", text=loop.completion),
            msg("Write it as a FEEL expression after “=”."),
        )
    over = loop.collection or loop.cardinality
    if over is None:
        yield rule.question(
            node,
            msg("Over which list is “%(name)s” repeated?", name=node.name or node.id),
            msg("Answer with a FEEL expression that gives a list."),
            [_ONCE],
        )
    elif fault := feel_fault(over):
        message = msg("The collection %(text)s is not valid: %(reason)s", text=over, reason=fault)
        yield rule.question(node, message, None, [_ONCE])


def _repeated(node: Node, marker: etree._Element) -> Iterator[Finding]:
    box = marker.find(names.bpmn("loopCondition"))
    text = (box.text or "").strip() if box is not None else ""
    counted = not text and (marker.get("loopMaximum") or "").isdigit()
    if not counted and not read_expression(text).feel:
        yield rule.question(
            node,
            msg("How long is “%(name)s” repeated?", name=node.name or node.id),
            msg("Answer with a FEEL condition; it is repeated while the condition holds."),
            [_ONCE],
        )


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    if node is None:
        return msg("There is no step %(id)s.", id=element_id)
    if value.strip() == ONCE:
        for tag in _MARKERS:
            for every in node.findall(names.bpmn(tag)):
                node.remove(every)
        return None
    for tag in _MARKERS:
        marker = node.find(names.bpmn(tag))
        if marker is None:
            continue
        feel, fault = edit.as_feel(value)
        if fault is None and tag == _MULTIPLE:
            edit.extension(marker, "loopCharacteristics", inputCollection=feel, inputElement="item")
        elif fault is None:
            for old in marker.findall(names.bpmn("loopCondition")):
                marker.remove(old)
            etree.SubElement(marker, names.bpmn("loopCondition")).text = feel
        return fault
    return msg("The step %(id)s is not repeated.", id=element_id)


rule = Rule("loop-collection", _check, _repair, _answer)
