"""Mappings, decision and process expressions, assignments and keys must be FEEL that parses."""

from collections.abc import Iterator

from lxml import etree

from engine import feel
from engine.bpmn import edit, names, translate, vocabulary
from engine.bpmn.elements import element
from engine.bpmn.expressions import MEND, feel_fault, is_feel
from engine.bpmn.finding import Finding, Option, Severity
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg
from engine.feel.tree import ContextOf

DROP = "drop"
_DROP = Option(DROP, msg("Leave out what is not understood"))


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        yield from _mappings(node)
        yield from _attributes(node)
    for reference in subject.diagram.messages.values():
        if is_feel(reference.correlation) and (fault := feel_fault(reference.correlation or "")):
            message = msg("The correlation key is not valid: %(reason)s", reason=fault)
            yield Finding(
                rule.name, Severity.ERROR, reference.id, message, reference.name, reference.line, MEND
            )


def _mappings(node: Node) -> Iterator[Finding]:
    inputs, outputs = vocabulary.io(node.xml)
    faults = {mapping.target: mapping_fault(mapping.source) for mapping in inputs + outputs}
    broken = {target: fault for target, fault in faults.items() if fault is not None}
    if not broken:
        return
    message = msg(
        "The mapping to %(target)s is not understood: %(reason)s",
        target=", ".join(broken),
        reason=next(iter(broken.values())),
    )
    hint = msg("Answer with a FEEL expression for %(target)s.", target=", ".join(broken))
    if len(broken) > 1:
        context = ", ".join(f"{feel.literal(target)}: …" for target in broken)
        hint = msg("Answer with a FEEL context that holds each: %(context)s", context=f"{{{context}}}")
    yield rule.question(node, message, hint, [_DROP])


def mapping_fault(source: str) -> Message | None:
    """Why the source of a mapping cannot be computed; a plain text is a value of its own."""
    if is_feel(source):
        return feel_fault(source)
    if translate.is_juel(source) or "${" in source:
        return msg("%(text)s is not understood.", text=source)
    return None


def _attributes(node: Node) -> Iterator[Finding]:
    """What is FEEL must parse; other engines' expressions that do not translate are left out, with a note."""
    known = element(node)
    candidates = known.candidates if isinstance(known.candidates, str) else None
    texts = (
        candidates,
        known.assignee,
        known.due_date,
        known.follow_up,
        known.priority,
        known.decision,
        known.called,
    )
    for text in texts:
        if text is None:
            continue
        if is_feel(text) and (fault := feel_fault(text)):
            message = msg("The expression %(text)s is not valid: %(reason)s", text=text, reason=fault)
            yield rule.error(node, message, MEND)
        elif "${" in text or "#{" in text:
            yield rule.warning(node, msg("%(text)s is not understood and is left out.", text=text))


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    if node is None:
        return msg("There is no step %(id)s.", id=element_id)
    text, fault = ("", None) if value.strip() == DROP else edit.as_feel(value)
    if fault is not None:
        return fault
    known = _entries(text)
    for item in _broken(node):
        target = item.get("target") or item.get("name") or ""
        if not text:
            next(item.iterancestors()).remove(item)
        elif target in known:
            _set_source(item, f"= get value({text.lstrip('= ')}, {feel.literal(target)})")
        else:
            _set_source(item, text)
    return None


def _entries(text: str) -> frozenset[str]:
    """The keys of an answer that is a context: one value for each mapping."""
    tree = feel.parse(text).tree if text else None
    return frozenset(key for key, _ in tree.entries) if isinstance(tree, ContextOf) else frozenset()


def _set_source(item: etree._Element, text: str) -> None:
    if item.tag.startswith(f"{{{names.ZEEBE}}}"):
        item.set("source", text)
        return
    for child in list(item):
        item.remove(child)
    item.text = text


def _broken(node: etree._Element) -> list[etree._Element]:
    box = vocabulary.zeebe(node, "ioMapping")
    items = list(box) if box is not None else []
    items += [item for box in vocabulary.camunda(node, "inputOutput") for item in box]
    return [
        item for item in items if mapping_fault(item.get("source") or vocabulary.parameter(item)) is not None
    ]


rule = Rule("mapping", _check, answer=_answer)
