"""What an element says beyond BPMN, read in the vocabulary of Camunda 8 (zeebe:) and Camunda 7 (camunda:).

Camunda 8 is canonical: where both are present it wins. Camunda 7 expressions (``${…}``) are returned as FEEL
where they translate, else as written.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from engine import feel
from engine.bpmn import names, owners, translate

_FORM_PREFIX = re.compile(r"^(camunda-forms|camunda|embedded|form):.*[/:]")


@dataclass(frozen=True)
class Mapping:
    """``source`` (FEEL with its leading "=", or a text) goes to the variable ``target``."""

    source: str
    target: str
    line: int = 0


@dataclass(frozen=True)
class Loop:
    """A multi-instance marker: the collection, the name of its element, what is collected from the rounds."""

    sequential: bool
    collection: str | None
    element: str | None
    output_collection: str | None
    output_element: str | None
    cardinality: str | None
    completion: str | None


@dataclass(frozen=True)
class Assignment:
    """Who may do a user task; ``candidates`` is a FEEL text or a list of role keys."""

    candidates: str | tuple[str, ...] | None = None
    assignee: str | None = None
    due_date: str | None = None
    follow_up: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class Called:
    """A called process: its id, and whether all variables go in and come out."""

    process: str | None
    all_in: bool = True
    all_out: bool = True
    inputs: tuple[Mapping, ...] = field(default=())
    outputs: tuple[Mapping, ...] = field(default=())


def _extensions(xml: etree._Element) -> etree._Element | None:
    found = xml.find(names.bpmn("extensionElements"))
    return found if found is not None else None


def zeebe(xml: etree._Element, name: str) -> etree._Element | None:
    """The first zeebe: extension of that name."""
    box = _extensions(xml)
    return None if box is None else box.find(names.zeebe(name))


def camunda(xml: etree._Element, name: str) -> list[etree._Element]:
    """All extensions of that name in the Camunda 7 family."""
    box = _extensions(xml)
    if box is None:
        return []
    return [child for uri in names.CAMUNDA for child in box.findall(f"{{{uri}}}{name}")]


def expression(text: str | None) -> str | None:
    """An attribute's text: a Camunda 7 expression as FEEL where it translates, everything else as written."""
    if text is None or not text.strip():
        return None
    text = text.strip()
    if translate.is_juel(text):
        return translate.juel(text) or text
    return text


def properties(xml: etree._Element) -> dict[str, str]:
    """The extension properties of an element (zeebe:properties and camunda:properties)."""
    found: dict[str, str] = {}
    boxes = camunda(xml, "properties")
    own = zeebe(xml, "properties")
    if own is not None:
        boxes.append(own)
    for box in boxes:
        for item in box:
            name = item.get("name") if isinstance(item.tag, str) else None
            if name:
                found[name] = item.get("value", "")
    return found


def io(xml: etree._Element) -> tuple[tuple[Mapping, ...], tuple[Mapping, ...]]:
    """Input and output mappings."""
    inputs: list[Mapping] = []
    outputs: list[Mapping] = []
    box = zeebe(xml, "ioMapping")
    for item in box if box is not None else ():
        kept = inputs if names.local(item) == "input" else outputs
        if item.get("target"):
            kept.append(Mapping(item.get("source", ""), item.get("target", ""), names.line(item)))
    for box in camunda(xml, "inputOutput"):
        for item in box:
            kept = inputs if names.local(item) == "inputParameter" else outputs
            if isinstance(item.tag, str) and item.get("name"):
                kept.append(Mapping(parameter(item), item.get("name", ""), names.line(item)))
    return tuple(inputs), tuple(outputs)


def parameter(item: etree._Element) -> str:
    """A Camunda 7 parameter: an expression or text, a list or map of them as FEEL, a script as it stands."""
    inner = next((child for child in item if isinstance(child.tag, str)), None)
    kind = names.local(inner) if inner is not None else ""
    if inner is not None and kind == "script":
        return f"${{{inner.get('scriptFormat') or '?'} script}}"
    if inner is not None and kind in ("list", "map"):
        parts = [child for child in inner if isinstance(child.tag, str)]
        values = [_value(child) for child in parts]
        if any(value is None for value in values):
            return "${…}"
        if kind == "list":
            return f"= [{', '.join(map(str, values))}]"
        keys = [feel.literal(child.get("key") or "") for child in parts]
        return f"= {{{', '.join(f'{key}: {value}' for key, value in zip(keys, values, strict=True))}}}"
    return expression(item.text) or ""


def _value(item: etree._Element) -> str | None:
    """One value inside a list or map as FEEL; None for what does not translate."""
    text = expression(item.text) or ""
    if text.startswith("="):
        return text.lstrip("= ")
    return None if len(item) or "${" in text else feel.literal(text)


def form(xml: etree._Element) -> str | None:
    """The key of the form of a user task or start event."""
    definition = zeebe(xml, "formDefinition")
    if definition is not None:
        for attribute in ("formId", "formKey", "externalReference"):
            if definition.get(attribute):
                return _form_key(definition.get(attribute, ""))
    written = names.camunda_attribute(xml, "formRef") or names.camunda_attribute(xml, "formKey")
    return _form_key(written) if written else None


def _form_key(written: str) -> str:
    key = _FORM_PREFIX.sub("", written.strip())
    for suffix in (".form", ".json", ".html"):
        key = key.removesuffix(suffix)
    return key or written


def assignment(xml: etree._Element) -> Assignment:
    """Candidates, assignee, dates and priority of a user task."""
    box, dates = zeebe(xml, "assignmentDefinition"), zeebe(xml, "taskSchedule")
    priority = zeebe(xml, "priorityDefinition")
    groups = box.get("candidateGroups") if box is not None else None
    person = box.get("assignee") if box is not None else None
    groups = groups or names.camunda_attribute(xml, "candidateGroups") or owners.candidate_groups(xml)
    return Assignment(
        candidates=_candidates(groups),
        assignee=expression(person or names.camunda_attribute(xml, "assignee") or owners.performer(xml)),
        due_date=expression(
            (dates.get("dueDate") if dates is not None else None) or names.camunda_attribute(xml, "dueDate")
        ),
        follow_up=expression(
            (dates.get("followUpDate") if dates is not None else None)
            or names.camunda_attribute(xml, "followUpDate")
        ),
        priority=expression(
            (priority.get("priority") if priority is not None else None)
            or names.camunda_attribute(xml, "priority")
        ),
    )


def _candidates(written: str | None) -> str | tuple[str, ...] | None:
    text = expression(written)
    if text is None or text.startswith("="):
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def topic(xml: etree._Element) -> tuple[str | None, str | None]:
    """The topic of a service task and its number of retries as written."""
    box = zeebe(xml, "taskDefinition")
    if box is not None and (box.get("type") or "").strip():
        return box.get("type", "").strip(), box.get("retries")
    return names.camunda_attribute(xml, "topic"), None


def decision(xml: etree._Element) -> tuple[str | None, str | None]:
    """The decision of a business rule task and the variable that takes its result."""
    box = zeebe(xml, "calledDecision")
    if box is not None and (box.get("decisionId") or "").strip():
        return box.get("decisionId", "").strip(), box.get("resultVariable")
    return (
        expression(names.camunda_attribute(xml, "decisionRef")),
        names.camunda_attribute(xml, "resultVariable"),
    )


def script(xml: etree._Element) -> tuple[str | None, str | None]:
    """The FEEL expression of a script task and its result variable; None when it has no FEEL."""
    box = zeebe(xml, "script")
    if box is not None:
        return box.get("expression"), box.get("resultVariable")
    format_ = (xml.get("scriptFormat") or "").strip().lower()
    inner = xml.find(names.bpmn("script"))
    if "feel" in format_ and inner is not None and (inner.text or "").strip():
        return inner.text, names.camunda_attribute(xml, "resultVariable")
    return None, None


def called(xml: etree._Element) -> Called:
    """What a call activity calls and hands over."""
    box = zeebe(xml, "calledElement")
    if box is not None and (box.get("processId") or "").strip():
        return Called(
            box.get("processId", "").strip(),
            box.get("propagateAllParentVariables", "true") != "false",
            box.get("propagateAllChildVariables", "true") != "false",
        )
    reference = expression(xml.get("calledElement"))
    process = reference if reference and reference.startswith("=") else _plain(reference)
    ins, all_in = _camunda_call(xml, "in")
    outs, all_out = _camunda_call(xml, "out")
    return Called(process, all_in, all_out, ins, outs)


def _plain(reference: str | None) -> str | None:
    return names.local_name_of_reference(reference)


def _camunda_call(xml: etree._Element, name: str) -> tuple[tuple[Mapping, ...], bool]:
    found: list[Mapping] = []
    everything = False
    for item in camunda(xml, name):
        if item.get("variables") == "all":
            everything = True
        elif item.get("target"):
            source = expression(item.get("sourceExpression")) or f"= {item.get('source', 'null')}"
            found.append(Mapping(source, item.get("target", ""), names.line(item)))
    return tuple(found), everything


def loop(marker: etree._Element) -> Loop:
    """A multi-instance marker, read in either vocabulary or plain BPMN."""
    box = zeebe(marker, "loopCharacteristics")
    own = {str(key): str(value) for key, value in box.attrib.items()} if box is not None else {}
    drawn = _camunda_collection(marker) or _data(marker, "loopDataInputRef")
    return Loop(
        sequential=marker.get("isSequential", "false") in ("true", "1"),
        collection=own.get("inputCollection") or drawn,
        element=own.get("inputElement")
        or names.camunda_attribute(marker, "elementVariable")
        or _item(marker, "inputDataItem"),
        output_collection=own.get("outputCollection") or (_plain(_text(marker, "loopDataOutputRef"))),
        output_element=own.get("outputElement"),
        cardinality=expression(_text(marker, "loopCardinality")),
        completion=_text(marker, "completionCondition"),
    )


def _camunda_collection(marker: etree._Element) -> str | None:
    written = names.camunda_attribute(marker, "collection")
    if written is None:
        return None
    return expression(written) if translate.is_juel(written) or written[0] == "=" else f"= {written}"


def _data(marker: etree._Element, name: str) -> str | None:
    reference = _plain(_text(marker, name))
    return f"= {reference}" if reference else None


def _item(marker: etree._Element, name: str) -> str | None:
    item = marker.find(names.bpmn(name))
    return None if item is None else (item.get("name") or item.get("id"))


def _text(xml: etree._Element, name: str) -> str | None:
    found = xml.find(names.bpmn(name))
    text = (found.text or "").strip() if found is not None else ""
    return text or None
