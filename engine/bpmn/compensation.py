"""What undoes what: compensation handlers, tied by associations to the events on their activities."""

from engine.bpmn import names
from engine.bpmn.model import Node, Process


def handlers(process: Process) -> dict[str, list[Node]]:
    """For each compensation event on an activity's border the steps that it is associated with."""
    nodes = {node.id: node for node in process.scope.walk()}
    found: dict[str, list[Node]] = {
        node.id: [] for node in nodes.values() if node.kind == "boundaryEvent" and node.is_compensation
    }
    root = process.xml.getroottree().getroot()
    for association in root.iter(names.bpmn("association")) if found else ():
        ends = [
            names.local_name_of_reference(association.get(end)) or "" for end in ("sourceRef", "targetRef")
        ]
        for event, other in (ends, ends[::-1]):
            if event in found and other in nodes:
                found[event].append(nodes[other])
    return found


def undone_by_event(node: Node) -> Node | None:
    """The compensation event subprocess inside a subprocess."""
    for inner in node.inner.nodes.values() if node.inner is not None else ():
        starts = inner.inner.starts() if inner.is_event_subprocess and inner.inner is not None else []
        if any(start.event_kind == "compensation" for start in starts):
            return inner
    return None


def can_be_undone(node: Node) -> bool:
    """Whether something is tied to the activity, or to an activity inside it, that undoes it."""
    if any(boundary.is_compensation for boundary in node.boundaries):
        return True
    if node.inner is None:
        return False
    return undone_by_event(node) is not None or any(can_be_undone(each) for each in node.inner.nodes.values())
