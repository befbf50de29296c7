"""Flows that BPMN leaves implicit, drawn out: splits without a gateway, missing ends and starts, links.

Outgoing flows keep the order of the document, which is the order in which the engine tries them.
"""

from lxml import etree

from engine.bpmn import names
from engine.bpmn.ad_hoc import active_elements
from engine.bpmn.build import build
from engine.bpmn.graph import is_entry, link_key
from engine.bpmn.model import Node, Scope
from engine.bpmn.read import Document
from engine.bpmn.rewrites.identifiers import added, drawn_id


def scopes(root: etree._Element) -> list[Scope]:
    """The scopes of the one process in a tree, as it is now, outer ones first."""
    process = build(Document("", root)).processes[0]
    return list(process.scope.scopes())


def add_node(scope: Scope, kind: str, node_id: str) -> etree._Element:
    """A node that Alur adds to a scope."""
    made = etree.SubElement(scope.xml, names.bpmn(kind))
    made.set("id", node_id)
    return made


def add_flow(scope: Scope, flow_id: str, source: str, target: str, condition: str = "") -> etree._Element:
    """A flow that Alur adds to a scope."""
    made = etree.SubElement(scope.xml, names.bpmn("sequenceFlow"))
    made.set("id", flow_id)
    made.set("sourceRef", source)
    made.set("targetRef", target)
    if condition:
        set_condition(made, condition)
    return made


def set_condition(flow: etree._Element, condition: str) -> None:
    """Give a flow a condition, in the place of an earlier one."""
    box = flow.find(names.bpmn("conditionExpression"))
    if box is None:
        box = etree.SubElement(flow, names.bpmn("conditionExpression"))
    box.set(f"{{{names.XSI}}}type", "bpmn:tFormalExpression")
    box.text = condition


def links(root: etree._Element) -> None:
    """A link throw becomes a plain event with a flow to the catch of its name; ids stay."""
    for scope in scopes(root):
        catches = {
            link_key(node): node
            for node in scope.nodes.values()
            if node.kind == "intermediateCatchEvent" and node.event_kind == "link"
        }
        for node in scope.nodes.values():
            if node.event_kind != "link":
                continue
            target = catches.get(link_key(node))
            if node.kind == "intermediateThrowEvent" and target is not None:
                add_flow(scope, added("link", node.id), node.id, target.id)
            for event in node.events:
                node.xml.remove(event.xml)
            node.xml.tag = names.bpmn("intermediateThrowEvent")


def starts(root: etree._Element) -> None:
    """A scope without a start event begins at every node that nothing leads to; several starts are one."""
    for scope in scopes(root):
        if scope.owner is not None and scope.owner.is_event_subprocess:
            continue
        drawn = scope.starts()
        if len(drawn) == 1 or (drawn and scope.owner is None):
            continue
        entries = [node.id for node in drawn] or [
            node.id for node in scope.nodes.values() if not node.incoming and is_entry(node)
        ]
        if not entries:
            continue
        owner = scope.owner.id if scope.owner is not None else scope.process.id
        start = added("start", owner)
        begin = add_node(scope, "startEvent", start)
        for node in drawn:
            node.xml.tag = names.bpmn("intermediateThrowEvent")
        chosen = active_elements(scope.owner.xml) if scope.owner is not None else None
        for entry in entries:
            condition = f'= list contains({chosen}, "{drawn_id(entry)}")' if chosen else ""
            add_flow(scope, added("from", entry), start, entry, condition)
        if chosen:
            _none_chosen(scope, begin, owner)


def _none_chosen(scope: Scope, start: etree._Element, owner: str) -> None:
    """An ad-hoc subprocess in which no activity was chosen ends at once."""
    nothing, skip = added("nothing", owner), added("skip", owner)
    add_node(scope, "endEvent", nothing)
    add_flow(scope, skip, start.get("id", ""), nothing)
    start.set("default", skip)


def ends(root: etree._Element) -> None:
    """A node that nothing follows and that is no end gets an end event."""
    for scope in scopes(root):
        for node in scope.nodes.values():
            if node.outgoing or node.kind == "endEvent" or node.is_event_subprocess or node.is_compensation:
                continue
            end = added("end", node.id)
            add_node(scope, "endEvent", end)
            add_flow(scope, added("to", node.id), node.id, end)


def splits(root: etree._Element) -> None:
    """Several exits, or an exit with a condition, of what is no gateway: a gateway after it makes the choice.

    Exits without conditions are all taken (parallel). With conditions it is an inclusive choice, as BPMN
    says: plain exits always, the default only when no condition holds.
    """
    for scope in scopes(root):
        for node in scope.nodes.values():
            if node.kind not in names.GATEWAYS and _needs_split(node):
                _split(scope, node)


def _needs_split(node: Node) -> bool:
    return len(node.outgoing) > 1 or any(flow.condition for flow in node.outgoing)


def _split(scope: Scope, node: Node) -> None:
    conditional = any(flow.condition for flow in node.outgoing)
    kind = "parallelGateway"
    if conditional:
        kind = "inclusiveGateway" if len(node.outgoing) > 1 else "exclusiveGateway"
    gateway = add_node(scope, kind, added("split", node.id))
    default = node.default
    if default is not None:
        del node.xml.attrib["default"]
        if conditional:
            gateway.set("default", default)
    for flow in node.outgoing:
        flow.xml.set("sourceRef", gateway.get("id", ""))
        if conditional and not flow.condition and flow.id != default:
            set_condition(flow.xml, "= true")
    add_flow(scope, added("into", node.id), node.id, gateway.get("id", ""))
