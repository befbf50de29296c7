"""Steps that need or make several tokens, drawn out (BPMN's startQuantity and completionQuantity)."""

from lxml import etree

from engine.bpmn import names
from engine.bpmn.model import Node, Scope
from engine.bpmn.rewrites.flows import add_flow, add_node, scopes
from engine.bpmn.rewrites.identifiers import added

NEEDED, MADE = "startQuantity", "completionQuantity"
MOST_TOKENS = 100


def quantity(node: Node, name: str) -> int | None:
    """How many tokens the step needs or makes; None when that is no number that can be run."""
    text = node.xml.get(name, "1").strip()
    return int(text) if text.isdecimal() and 1 <= int(text[:9]) <= MOST_TOKENS else None


def quantities(root: etree._Element) -> None:
    """Before a step that needs several tokens a gateway waits for them; behind one that makes several, one
    gives them off."""
    for scope in scopes(root):
        for node in list(scope.nodes.values()):
            if (quantity(node, NEEDED) or 1) > 1:
                _wait(scope, node)
            if (quantity(node, MADE) or 1) > 1:
                _multiply(scope, node)


def _wait(scope: Scope, node: Node) -> None:
    before = added("needs", node.id)
    add_node(scope, "parallelGateway", before).set(NEEDED, node.xml.get(NEEDED, "1"))
    for flow in node.incoming:
        flow.xml.set("targetRef", before)
    add_flow(scope, added("enough", node.id), before, node.id)


def _multiply(scope: Scope, node: Node) -> None:
    """The step's own exits leave from an added event, to which so many flows lead."""
    fork, after = added("makes", node.id), added("each", node.id)
    add_node(scope, "parallelGateway", fork)
    made = add_node(scope, "intermediateThrowEvent", after)
    for flow in node.outgoing:
        flow.xml.set("sourceRef", after)
    if node.default is not None:
        made.set("default", node.default)
        del node.xml.attrib["default"]
    add_flow(scope, added("done", node.id), node.id, fork)
    for number in range(quantity(node, MADE) or 1):
        add_flow(scope, added(f"token{number}", node.id), fork, after)


def all_events(root: etree._Element) -> None:
    """An event-based gateway that waits for all its events is a parallel one in front of them."""
    for gateway in root.iter(names.bpmn("eventBasedGateway")):
        if gateway.get("eventGatewayType") == "Parallel":
            gateway.tag = names.bpmn("parallelGateway")
