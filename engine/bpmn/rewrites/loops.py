"""A task with the standard loop marker, drawn out as a loop of flows around an exclusive gateway."""

from lxml import etree

from engine.bpmn import names
from engine.bpmn.expressions import canonical_condition
from engine.bpmn.model import Node, Scope
from engine.bpmn.rewrites.flows import add_flow, add_node, scopes
from engine.bpmn.rewrites.identifiers import added


def standard_loops(root: etree._Element) -> None:
    """Repeat while the condition holds: asked before the task (testBefore) or after it."""
    for scope in scopes(root):
        for node in scope.nodes.values():
            marker = node.xml.find(names.bpmn("standardLoopCharacteristics"))
            if marker is not None:
                _draw(scope, node, marker)


def _draw(scope: Scope, node: Node, marker: etree._Element) -> None:
    before = marker.get("testBefore", "false") in ("true", "1")
    box = marker.find(names.bpmn("loopCondition"))
    condition = canonical_condition(box.text or "") if box is not None else ""
    node.xml.remove(marker)
    gateway = add_node(scope, "exclusiveGateway", added("loop", node.id))
    gateway_id = gateway.get("id", "")
    leave = added("leave", node.id)
    gateway.set("default", leave)
    add_flow(scope, added("again", node.id), gateway_id, node.id, condition)
    after = added("next", node.id)
    add_node(scope, "exclusiveGateway", after)
    add_flow(scope, leave, gateway_id, after)
    for flow in node.outgoing:
        flow.xml.set("sourceRef", after)
    add_flow(scope, added("ask", node.id), node.id, gateway_id)
    if before:
        for flow in node.incoming:
            flow.xml.set("targetRef", gateway_id)
