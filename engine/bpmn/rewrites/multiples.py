"""Events with several triggers, drawn out as events with one trigger each.

A catching event becomes a gateway with its id: event-based when any trigger will do, parallel when all are
wanted. A boundary event is joined by others on the same border. A throwing event is preceded by others; what
ends the scope (an error, a termination) stays with the drawn event, which comes last. The event that starts
an event subprocess stays as it is: the engine waits for each of its triggers.
"""

from collections.abc import Sequence
from copy import deepcopy

from lxml import etree

from engine.bpmn import names
from engine.bpmn.model import Flow, Node, Scope
from engine.bpmn.rewrites.flows import add_flow, add_node, scopes
from engine.bpmn.rewrites.identifiers import added

ENDING = ("error", "terminate", "cancel")


def waits_for_all(node: Node) -> bool:
    """Whether a catching event wants all its triggers."""
    return node.xml.get("parallelMultiple", "false") in ("true", "1")


def multiples(root: etree._Element) -> None:
    """Draw out every event with several triggers."""
    for scope in scopes(root):
        for node in [node for node in scope.nodes.values() if len(node.events) > 1]:
            if node.kind == "intermediateCatchEvent":
                _catch(scope, node)
            elif node.kind == "boundaryEvent" and not waits_for_all(node):
                _boundary(scope, node)
            elif node.kind == "startEvent" and scope.owner is None and waits_for_all(node):
                _start(scope, node)
            elif node.kind in ("intermediateThrowEvent", "endEvent"):
                _throw(scope, node)


def _catch(scope: Scope, node: Node) -> None:
    every = waits_for_all(node)
    after = _after(scope, node, "parallelGateway" if every else "intermediateThrowEvent")
    gates = [flow for flow in node.incoming if scope.nodes[flow.source].kind == "eventBasedGateway"]
    direct = len(gates) == len(node.incoming) and bool(gates)
    for number, event in enumerate(node.events, 1):
        catch = _twin(scope, node, "intermediateCatchEvent", f"catch{number}", event.xml)
        add_flow(scope, added(f"caught{number}", node.id), catch, after)
        for source in [flow.source for flow in gates] or [node.id]:
            add_flow(scope, added(f"await{number}{source}", node.id), source, catch)
    for flow in gates:
        scope.xml.remove(flow.xml)
    if direct:
        scope.xml.remove(node.xml)
        return
    for child in list(node.xml):
        node.xml.remove(child)
    node.xml.attrib.pop("parallelMultiple", "")
    node.xml.tag = names.bpmn("parallelGateway" if every else "eventBasedGateway")


def _start(scope: Scope, node: Node) -> None:
    """A process that wants all its triggers begins, and waits for them there."""
    begin = added("begin", node.id)
    add_node(scope, "startEvent", begin)
    add_flow(scope, added("await", node.id), begin, node.id)
    node.xml.tag = names.bpmn("intermediateCatchEvent")
    _catch(scope, node)


def _boundary(scope: Scope, node: Node) -> None:
    after = _after(scope, node, "intermediateThrowEvent")
    add_flow(scope, added("struck", node.id), node.id, after)
    for number, event in enumerate(node.events[1:], 2):
        twin = _twin(scope, node, "boundaryEvent", f"also{number}", event.xml)
        add_flow(scope, added(f"struck{number}", node.id), twin, after)


def _throw(scope: Scope, node: Node) -> None:
    own = next((event for event in node.events if event.kind in ENDING), node.events[-1])
    others = [event for event in node.events if event is not own]
    first = ""
    for number, event in reversed(list(enumerate(others, 1))):
        throw = _twin(scope, node, "intermediateThrowEvent", f"throw{number}", event.xml)
        add_flow(scope, added(f"then{number}", node.id), throw, first or node.id)
        first = throw
    _lead(node.incoming, first)


def _lead(flows: Sequence[Flow], target: str) -> None:
    for flow in flows:
        flow.xml.set("targetRef", target)


def _after(scope: Scope, node: Node, kind: str) -> str:
    """An added node from which the event's flows go on."""
    after = added("after", node.id)
    add_node(scope, kind, after)
    for flow in node.outgoing:
        flow.xml.set("sourceRef", after)
    return after


def _twin(scope: Scope, node: Node, kind: str, what: str, event: etree._Element) -> str:
    """An added event with one of the triggers, and whatever else the drawn one says."""
    twin = add_node(scope, kind, added(what, node.id))
    for name in ("attachedToRef", "cancelActivity"):
        if node.xml.get(name) is not None:
            twin.set(name, node.xml.get(name, ""))
    extension = node.xml.find(names.bpmn("extensionElements"))
    if extension is not None:
        twin.append(deepcopy(extension))
    twin.append(event)
    return twin.get("id", "")
