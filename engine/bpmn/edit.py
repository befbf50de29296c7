"""Small changes to a diagram's XML, made where BPMN wants them and without disturbing the drawing."""

import re

from lxml import etree

from engine.bpmn import names
from engine.bpmn.expressions import feel_fault, read_expression
from engine.errors import Message, msg

# Attributes that say what a task of one kind does, and vendor attributes that survive a change of kind.
_OF_ONE_KIND = frozenset({"messageRef", "calledElement", "operationRef", "implementation", "scriptFormat"})
_OF_PEOPLE = frozenset({"formKey", "formRef", "candidateGroups", "candidateUsers", "assignee"})
_WORK = {names.zeebe(name) for name in ("taskDefinition", "calledDecision", "calledElement", "script")}
LONGEST_NAME = 60
_ID_CHARACTERS = re.compile(r"[^A-Za-z0-9_.-]+")


def find(root: etree._Element, element_id: str) -> etree._Element | None:
    """The BPMN element of that id; None when there is none."""
    for xml in root.iter():
        if names.is_bpmn(xml) and xml.get("id") == element_id:
            return xml
    return None


def extension(xml: etree._Element, name: str, **attributes: str) -> etree._Element:
    """Set the zeebe: extension ``name`` of an element, in the place of an earlier one."""
    box = xml.find(names.bpmn("extensionElements"))
    if box is None:
        box = etree.Element(names.bpmn("extensionElements"), nsmap={"bpmn": names.BPMN, "zeebe": names.ZEEBE})
        documentation = xml.find(names.bpmn("documentation"))
        xml.insert(0 if documentation is None else xml.index(documentation) + 1, box)
    for old in box.findall(names.zeebe(name)):
        box.remove(old)
    made = etree.SubElement(box, names.zeebe(name), nsmap={"zeebe": names.ZEEBE})
    for key, value in attributes.items():
        made.set(key, value)
    return made


def become(xml: etree._Element, kind: str) -> None:
    """Turn a task into another kind, dropping what only the old kind has."""
    for attribute in map(str, list(xml.attrib)):
        local = attribute.rpartition("}")[2]
        if local in _OF_ONE_KIND or (attribute.startswith("{") and local not in _OF_PEOPLE):
            del xml.attrib[attribute]
    box = xml.find(names.bpmn("extensionElements"))
    for old in list(box) if box is not None else ():
        if old.tag in _WORK:
            next(old.iterancestors()).remove(old)
    for child in list(xml):
        if names.local(child) in ("script", *names.EVENT_DEFINITIONS):
            xml.remove(child)
    xml.tag = names.bpmn(kind)


def for_person(xml: etree._Element) -> None:
    """A step that a person does: a user task that keeps its place, name and flows."""
    for child in list(xml):
        if names.is_bpmn(child) and names.local(child) in {*names.NODES, "sequenceFlow", "laneSet"}:
            xml.remove(child)
    become(xml, "userTask")
    extension(xml, "userTask")


def set_condition(flow: etree._Element, feel: str) -> None:
    """Give a sequence flow a condition, in the place of an earlier one."""
    box = flow.find(names.bpmn("conditionExpression"))
    if box is None:
        box = etree.SubElement(flow, names.bpmn("conditionExpression"))
    box.attrib.pop("language", "")
    prefix = flow.prefix or ""
    box.set(f"{{{names.XSI}}}type", f"{prefix}:tFormalExpression" if prefix else "tFormalExpression")
    box.text = feel


def reference(root: etree._Element, kind: str, name: str) -> str:
    """The id of the message, signal, error or escalation called ``name``; made when there is none."""
    code = {"error": "errorCode", "escalation": "escalationCode"}.get(kind)
    for xml in root.findall(names.bpmn(kind)):
        if name in (xml.get("id"), xml.get("name"), xml.get(code) if code else None):
            return str(xml.get("id"))
    used = {xml.get("id") for xml in root.iter() if isinstance(xml.tag, str)}
    made_id = f"{kind.capitalize()}_{_ID_CHARACTERS.sub('_', name).strip('_') or 'alur'}"
    while made_id in used:
        made_id += "_"
    made = etree.Element(names.bpmn(kind))
    made.set("id", made_id)
    made.set("name", name)
    if code:
        made.set(code, name)
    first = next(xml for xml in root if names.local(xml) in ("collaboration", "process"))
    root.insert(root.index(first), made)
    return made_id


def as_feel(value: str) -> tuple[str, Message | None]:
    """An answer as FEEL with its "="; a message when it cannot be read as an expression."""
    reading = read_expression(value)
    if reading.feel:
        return reading.feel, None
    text = value.strip()
    fault = feel_fault(text)
    if fault is None:
        return (text if text.startswith("=") else f"= {text}"), None
    return "", msg("The answer is not a FEEL expression: %(reason)s", reason=fault)


def slug(text: str) -> str:
    """A name made of a label, for a variable, a message or a topic: ``Disetujui?`` → ``disetujui``.

    Empty when nothing of the label can be a name.
    """
    name = re.sub(r"\W+", "_", text.strip().lower())[:LONGEST_NAME].strip("_")
    if name[:1].isdigit():
        name = f"n_{name}"
    return f"{name}_" if name and feel_fault(f"{name} = 1") is not None else name
