"""One executable process per start event: the chosen start is plain, the others are gone.

The engine cannot start a process at a message, and with several starts it takes the plain one always. So a
process with more than one start event is written once per start, under ``<process>#<start id>``, and once
under its own id for the plain start (the first in the document when none is plain).
"""

from copy import deepcopy

from lxml import etree

from engine.bpmn import names
from engine.bpmn.graph import reachable
from engine.bpmn.model import Node
from engine.bpmn.rewrites.flows import scopes
from engine.bpmn.rewrites.identifiers import drawn_id

SEPARATOR = "#"


def variants(root: etree._Element) -> dict[str, etree._Element]:
    """The executable trees of the process in ``root`` by their process id."""
    outer = scopes(root)[0]
    if not outer.nodes:
        return {}
    starts = outer.starts()
    process_id = outer.process.id
    if len(starts) <= 1:
        return {process_id: _starting_at(root, starts[0].id if starts else None, process_id)}
    plain = next((node for node in starts if not node.events), starts[0])
    found = {process_id: _starting_at(root, plain.id, process_id)}
    for node in starts:
        variant = f"{process_id}{SEPARATOR}{drawn_id(node.id)}"
        found[variant] = _starting_at(root, node.id, variant)
    return found


def _starting_at(root: etree._Element, start_id: str | None, process_id: str) -> etree._Element:
    tree = deepcopy(root)
    process = tree.find(names.bpmn("process"))
    assert process is not None
    process.set("id", process_id)
    process.set("isExecutable", "true")
    others = 0
    for start in process.findall(names.bpmn("startEvent")):
        if start.get("id") != start_id:
            process.remove(start)
            others += 1
            continue
        for child in list(start):
            if names.local(child) in names.EVENT_DEFINITIONS:
                start.remove(child)
    if others:
        _prune(tree, start_id)
    return tree


def follows_no_flow(node: Node) -> bool:
    """Whether a step begins by an event or a compensation, and not by a flow."""
    return node.is_event_subprocess or (node.is_compensation and node.kind != "boundaryEvent")


def _prune(tree: etree._Element, start_id: str | None) -> None:
    """Without the other starts, what only they led to must go, or a join would wait for it."""
    scope = scopes(tree)[0]
    start = scope.nodes.get(start_id or "")
    if start is None:
        return
    kept = reachable([start])
    kept |= {node.id for node in scope.nodes.values() if follows_no_flow(node)}
    for node in scope.nodes.values():
        if node.id not in kept:
            scope.xml.remove(node.xml)
    for flow in scope.flows:
        if flow.source not in kept or flow.target not in kept:
            scope.xml.remove(flow.xml)
