"""The text twin of a drawing: its steps in reading order."""

from typing import NamedTuple

from engine.bpmn.layout import columns, source
from engine.bpmn.layout.model import Guest, Node, Plane


class Step(NamedTuple):
    """An element of the flow; ``parent``: the subprocess that holds it, ``host``: what an event sits on."""

    id: str
    name: str
    kind: str
    lane: str
    parent: str = ""
    host: str = ""


def element_list(xml: bytes) -> list[Step]:
    """All flow elements: along the flow from the start, what lies side by side from the top down.

    A subprocess is followed by what it holds, a host by its boundary events.
    Raises lxml.etree.XMLSyntaxError.
    """
    steps: list[Step] = []
    for plane in source.planes(source.parse(xml).getroot()):
        _list(plane, "", "", steps)
    return steps


def _list(plane: Plane, parent: str, lane: str, steps: list[Step]) -> None:
    columns.assign_columns(plane)
    nodes = [node for node in plane.nodes if not node.is_artifact]
    for node in sorted(nodes, key=lambda n: (plane.bands[n.band].pool, n.column, n.band)):
        own = plane.bands[node.band].name or lane
        steps.append(Step(node.id, node.name, node.kind, own, parent))
        if node.inner is not None:
            _list(node.inner, node.id, own, steps)
        steps += [_boundary(guest, node, own, parent) for guest in node.guests]


def _boundary(guest: Guest, host: Node, lane: str, parent: str) -> Step:
    return Step(guest.id, guest.name, "boundaryEvent", lane, parent, host.id)
