"""Events and tasks in the form that the engine runs right."""

from lxml import etree

from engine.bpmn import names, vocabulary
from engine.bpmn.model import Node
from engine.bpmn.rewrites.flows import scopes


def tasks(root: etree._Element) -> None:
    """Plain and manual tasks wait for a person; send and receive tasks are messages, or topics."""
    for scope in scopes(root):
        for node in scope.nodes.values():
            if node.kind in ("task", "manualTask"):
                node.xml.tag = names.bpmn("userTask")
            elif node.kind in ("sendTask", "receiveTask"):
                _message_task(node)
            elif node.kind in ("intermediateThrowEvent", "endEvent") and _is_topic(node):
                _drop_events(node)
                node.xml.tag = names.bpmn("serviceTask")
            elif node.kind in ("businessRuleTask", "scriptTask") and _is_work(node):
                node.xml.tag = names.bpmn("serviceTask")


def _is_topic(node: Node) -> bool:
    """A message that names no message but a topic: a worker sends it."""
    event = node.event
    unnamed = event is not None and event.kind == "message" and event.target is None
    return unnamed and vocabulary.topic(node.xml)[0] is not None


def _is_work(node: Node) -> bool:
    """A decision or script task that names a topic and nothing that Alur itself could compute."""
    if vocabulary.topic(node.xml)[0] is None:
        return False
    return vocabulary.decision(node.xml)[0] is None and vocabulary.script(node.xml)[0] is None


def _message_task(node: Node) -> None:
    if node.kind == "sendTask" and _is_topic(node):
        node.xml.attrib.pop("messageRef", "")
        node.xml.tag = names.bpmn("serviceTask")
        return
    if node.boundaries or node.loop is not None:
        return
    reference = node.xml.attrib.pop("messageRef", "")
    kind = "intermediateThrowEvent" if node.kind == "sendTask" else "intermediateCatchEvent"
    node.xml.tag = names.bpmn(kind)
    definition = etree.SubElement(node.xml, names.bpmn("messageEventDefinition"))
    if reference:
        definition.set("messageRef", str(reference))


def _drop_events(node: Node) -> None:
    for event in node.events:
        node.xml.remove(event.xml)
