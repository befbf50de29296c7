"""Which column each node stands in: loops cut open, then the longest way from the start, then tightened."""

from collections.abc import Iterable
from typing import NamedTuple

from engine.bpmn.layout.loops import ends, mark_back
from engine.bpmn.layout.model import Edge, Node, Plane


class Arc(NamedTuple):
    """``after`` stands at least ``length`` columns behind ``before``."""

    before: Node
    after: Node
    length: int
    weight: int


Links = dict[Node, list[Arc]]


def assign_columns(plane: Plane) -> None:
    """Set ``column`` of every flow node and ``back`` of every edge that closes a loop."""
    nodes = [node for node in plane.nodes if not node.is_artifact]
    edges = [edge for edge in plane.edges if edge.kind != "association" and _is_arc(edge)]
    mark_back(nodes, edges)
    arcs = [_arc(edge) for edge in edges if not edge.back]
    out: Links = {node: [] for node in nodes}
    into: Links = {node: [] for node in nodes}
    for arc in arcs:
        out[arc.before].append(arc)
        into[arc.after].append(arc)
    order = _topological(nodes, out, into)
    for node in order:
        node.column = max((arc.before.column + arc.length for arc in into[node]), default=0)
    _tighten(order, out, into)
    _spread_singles([node for node in nodes if not out[node] and not into[node]], nodes)
    lowest = min((node.column for node in nodes), default=0)
    for node in nodes:
        node.column -= lowest
    plane.columns = max((node.last + 1 for node in nodes), default=1)


def _is_arc(edge: Edge) -> bool:
    ends = edge.source.node, edge.target.node
    return isinstance(ends[0], Node) and isinstance(ends[1], Node) and ends[0] is not ends[1]


def _arc(edge: Edge) -> Arc:
    before, after = ends(edge)
    if edge.kind == "message":
        return Arc(before, after, 0, 1)
    return Arc(before, after, 1 if edge.source.guest else before.span, 2)


def _topological(nodes: Iterable[Node], out: Links, into: Links) -> list[Node]:
    waiting = {node: len(into[node]) for node in nodes}
    order = [node for node in nodes if not waiting[node]]
    for node in order:
        for arc in out[node]:
            waiting[arc.after] -= 1
            if not waiting[arc.after]:
                order.append(arc.after)
    return order


def _tighten(order: list[Node], out: Links, into: Links) -> None:
    """Move nodes whose way in is longer than their way out towards what follows them."""
    for _ in range(4):
        for node in reversed(order):
            if not out[node]:
                continue
            room = min(arc.after.column - arc.length for arc in out[node])
            pull = sum(arc.weight for arc in out[node]) - sum(arc.weight for arc in into[node])
            if pull > 0 and room > node.column:
                node.column = room


def _spread_singles(singles: list[Node], nodes: list[Node]) -> None:
    """Unconnected nodes share the width instead of piling up in the first column."""
    joined = [node.last + 1 for node in nodes if node not in set(singles)]
    width = max([*joined, round(len(singles) ** 0.5) * 2 if not joined else 1])
    column = 0
    for node in singles:
        node.column = min(column, max(0, width - node.span))
        column = column + node.span if column + node.span < width else 0
