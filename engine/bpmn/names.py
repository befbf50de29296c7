"""The words of BPMN as they stand in the file: namespaces and the kinds of elements."""

from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
# Marks of decisions that standard BPMN has no place for; other tools keep and ignore them.
ALUR = "https://alur.invalid/bpmn"
# Camunda 7 and the engines that share its vocabulary word for word.
CAMUNDA = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
)

ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    }
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
PERSON_TASKS = frozenset({"task", "userTask", "manualTask"})
GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"}
)
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
NODES = ACTIVITIES | GATEWAYS | EVENTS
EVENT_DEFINITIONS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "terminateEventDefinition": "terminate",
    "cancelEventDefinition": "cancel",
    "compensateEventDefinition": "compensation",
}
DATA = frozenset({"dataObjectReference", "dataStoreReference"})
DATA_ASSOCIATIONS = frozenset({"dataInputAssociation", "dataOutputAssociation"})


def bpmn(local: str) -> str:
    """The full name of a BPMN tag."""
    return f"{{{BPMN}}}{local}"


def zeebe(local: str) -> str:
    """The full name of a Camunda 8 tag."""
    return f"{{{ZEEBE}}}{local}"


def alur(local: str) -> str:
    """The full name of an attribute in Alur's own namespace."""
    return f"{{{ALUR}}}{local}"


def local(xml: etree._Element) -> str:
    """The name of an element's tag without its namespace; empty for comments and the like."""
    tag = xml.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def line(xml: etree._Element) -> int:
    """The line of the uploaded file on which the element stands; 0 for one that Alur added."""
    found: Any = xml.sourceline
    return int(found or 0)


def is_bpmn(xml: etree._Element) -> bool:
    """Whether the element belongs to the BPMN namespace."""
    return isinstance(xml.tag, str) and xml.tag.startswith(f"{{{BPMN}}}")


def local_name_of_reference(reference: str | None) -> str | None:
    """A QName reference such as ``tns:Message_1`` without its prefix; None when there is none."""
    if not reference or not reference.strip():
        return None
    return reference.strip().rpartition(":")[2]


def camunda_attribute(xml: etree._Element, name: str) -> str | None:
    """An attribute of the Camunda 7 vocabulary, whichever of its engines wrote it."""
    for namespace in CAMUNDA:
        value = xml.get(f"{{{namespace}}}{name}")
        if value is not None and value.strip():
            return str(value.strip())
    return None
