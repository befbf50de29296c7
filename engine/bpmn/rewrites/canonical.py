"""Everything beyond plain BPMN in one vocabulary: what Camunda 7 files say is written as Camunda 8 says it.

After this pass an element's extensions are those of ``zeebe:`` and no others: taskDefinition, calledDecision,
calledElement, ioMapping, script, loopCharacteristics, properties. Conditions and timers are written out: FEEL
starts with "=", a literal does not.
"""

from lxml import etree

from engine.bpmn import names, vocabulary
from engine.bpmn.expressions import canonical_condition, canonical_timer
from engine.bpmn.vocabulary import Mapping

_REFERENCES = (
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "default",
    "activityRef",
)
_OWN_CHILDREN = ("properties", "userTask", "formDefinition", "assignmentDefinition", "subscription", "adHoc")


def canonical(root: etree._Element) -> None:
    """Write the extensions, conditions and timers of a stripped tree in the canonical vocabulary."""
    for xml in list(root.iter()):
        if not names.is_bpmn(xml):
            continue
        kind = names.local(xml)
        for attribute in _REFERENCES:
            if xml.get(attribute):
                xml.set(attribute, names.local_name_of_reference(xml.get(attribute)) or "")
        if kind in names.NODES:
            _node(xml, kind)
        elif kind == "multiInstanceLoopCharacteristics":
            _loop(xml)
        elif kind in (
            "conditionExpression",
            "condition",
            "completionCondition",
            "loopCondition",
            "activationCondition",
        ):
            xml.text = canonical_condition(xml.text or "")
        elif kind in ("timeDate", "timeDuration", "timeCycle"):
            xml.text = canonical_timer(xml.text or "")
        _drop_foreign_attributes(xml)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["bpmn", "zeebe", "xsi"])


def _drop_foreign_attributes(xml: etree._Element) -> None:
    for attribute in map(str, list(xml.attrib)):
        if attribute.startswith("{") and not attribute.startswith(f"{{{names.XSI}}}"):
            del xml.attrib[attribute]


def _node(xml: etree._Element, kind: str) -> None:
    box = etree.Element(names.bpmn("extensionElements"))
    for name in _OWN_CHILDREN:
        kept = vocabulary.zeebe(xml, name)
        if kept is not None:
            box.append(kept)
    inputs, outputs = vocabulary.io(xml)
    topic, retries = vocabulary.topic(xml)
    if topic:
        box.append(_element("taskDefinition", type=topic, retries=retries))
    if kind == "businessRuleTask":
        decision, result = vocabulary.decision(xml)
        if decision:
            box.append(_element("calledDecision", decisionId=decision, resultVariable=result))
    if kind == "scriptTask":
        script, result = vocabulary.script(xml)
        if script:
            box.append(_element("script", expression=script, resultVariable=result))
    if kind == "callActivity":
        called = vocabulary.called(xml)
        inputs, outputs = inputs + called.inputs, outputs + called.outputs
        if called.process:
            box.append(
                _element(
                    "calledElement",
                    processId=called.process,
                    propagateAllParentVariables=str(called.all_in).lower(),
                    propagateAllChildVariables=str(called.all_out).lower(),
                )
            )
    mapping = _mapping(inputs, outputs)
    if mapping is not None:
        box.append(mapping)
    _replace_extensions(xml, box)


def _mapping(inputs: tuple[Mapping, ...], outputs: tuple[Mapping, ...]) -> etree._Element | None:
    if not inputs and not outputs:
        return None
    box = _element("ioMapping")
    for kind, mappings in (("input", inputs), ("output", outputs)):
        for mapping in mappings:
            box.append(_element(kind, source=mapping.source, target=mapping.target))
    return box


def _loop(xml: etree._Element) -> None:
    read = vocabulary.loop(xml)
    collection = read.collection
    if collection is None and read.cardinality is not None:
        number = read.cardinality.lstrip("= ")
        collection = f"= if ({number}) < 1 then [] else for i in 1..({number}) return i"
    box = etree.Element(names.bpmn("extensionElements"))
    box.append(
        _element(
            "loopCharacteristics",
            inputCollection=collection,
            inputElement=read.element,
            outputCollection=read.output_collection,
            outputElement=read.output_element,
        )
    )
    for child in list(xml):
        if names.local(child) != "completionCondition":
            xml.remove(child)
    xml.insert(0, box)


def _replace_extensions(xml: etree._Element, box: etree._Element) -> None:
    old = xml.find(names.bpmn("extensionElements"))
    if old is not None:
        xml.remove(old)
    if len(box):
        xml.insert(0, box)


def _element(name: str, **attributes: str | None) -> etree._Element:
    made = etree.Element(names.zeebe(name))
    for key, value in attributes.items():
        if value is not None:
            made.set(key, value)
    return made
