"""A message, signal, error or escalation event needs to say which one."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, vocabulary
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import Diagram, EventDefinition, Node, Reference
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.service_topic import PERSON
from engine.errors import Message, msg

_KINDS = ("message", "signal", "error", "escalation")
_TASKS = ("sendTask", "receiveTask")
_CAUGHT = {
    "message": msg("Which message does “%(name)s” wait for?"),
    "signal": msg("Which signal does “%(name)s” wait for?"),
    "error": msg("Which error does “%(name)s” catch?"),
    "escalation": msg("Which escalation does “%(name)s” catch?"),
}
_THROWN = {
    "message": msg("Which message does “%(name)s” send?"),
    "signal": msg("Which signal does “%(name)s” send?"),
    "error": msg("Which error does “%(name)s” throw?"),
    "escalation": msg("Which escalation does “%(name)s” throw?"),
}
_THROWING = ("endEvent", "intermediateThrowEvent", "sendTask")


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        for event in node.events:
            if event.kind not in _KINDS or _catches_all(node, event):
                continue
            if event.target is None or _is_foreign(event.target):
                yield _question(subject.diagram, node, event)


def _is_foreign(name: str) -> bool:
    """A name with an expression of another engine in it, which would be taken for its letters."""
    return "${" in name or "#{" in name


def _catches_all(node: Node, event: EventDefinition) -> bool:
    """A caught error or escalation without a reference catches every one; a topic needs no message."""
    if event.kind in ("error", "escalation"):
        return node.kind in ("boundaryEvent", "startEvent") and event.ref is None
    return event.target is None and event.kind == "message" and vocabulary.topic(node.xml)[0] is not None


def _question(diagram: Diagram, node: Node, event: EventDefinition) -> Finding:
    known: dict[str, Reference] = getattr(diagram, f"{event.kind}s")
    options = [
        Option(item.key, msg("%(name)s", name=item.key))
        for item in known.values()
        if not _is_foreign(item.key)
    ]
    if event.target is None and event.ref is not None:
        options.insert(0, Option(event.ref, msg("A new one, %(name)s", name=event.ref)))
    carried = _carried(node) if event.kind == "message" else ""
    for made in (carried, edit.slug(node.name)):
        if made and all(option.value != made for option in options):
            options.append(Option(made, msg("A new one, %(name)s", name=made)))
    options.sort(key=lambda option: option.value != carried)
    if node.kind in _TASKS:
        options.append(Option(PERSON, msg("A person does it (user task)")))
    asked = (_THROWN if node.kind in _THROWING else _CAUGHT)[event.kind]
    message = Message(asked.template, {"name": node.name or node.id})
    if event.target is not None:
        message = msg("The name “%(text)s” is an expression, which is not understood.", text=event.target)
    elif event.ref is not None:
        message = msg("%(id)s is not defined in the diagram.", id=event.ref)
    return rule.question(node, message, msg("Answer with its name; a new one is made."), options)


def _carried(node: Node) -> str:
    """The message that a drawn message flow carries to or from the event: both its ends are offered the same.

    Its label, else the message of the other end, else the name of the step that sends it.
    """
    root = node.xml.getroottree().getroot()
    for flow in root.iter(names.bpmn("messageFlow")):
        ends = [names.local_name_of_reference(flow.get(end)) or "" for end in ("sourceRef", "targetRef")]
        if node.id not in ends:
            continue
        if flow.get("name", "").strip():
            return edit.slug(flow.get("name", ""))
        other = edit.find(root, ends[0] if ends[1] == node.id else ends[1])
        if other is None or names.local(other) not in names.NODES:
            continue
        known = _message(root, other)
        sender = node.xml if ends[0] == node.id else other
        return known or edit.slug(sender.get("name", ""))
    return ""


def _message(root: etree._Element, step: etree._Element) -> str:
    """The name of the message that a step already sends or waits for."""
    definition = step.find(names.bpmn("messageEventDefinition"))
    reference = (definition if definition is not None else step).get("messageRef")
    found = edit.find(root, names.local_name_of_reference(reference) or "")
    return (found.get("name") or "") if found is not None else ""


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    value = value.strip()
    if node is None or not value:
        return msg("There is no event %(id)s.", id=element_id)
    if names.local(node) in _TASKS:
        if value == PERSON:
            edit.for_person(node)
        else:
            node.set("messageRef", edit.reference(root, "message", value))
        return None
    for child in node:
        kind = names.EVENT_DEFINITIONS.get(names.local(child), "") if names.is_bpmn(child) else ""
        if kind in _KINDS:
            child.set(f"{kind}Ref", edit.reference(root, kind, value))
    return None


rule = Rule("event-reference", _check, answer=_answer)
