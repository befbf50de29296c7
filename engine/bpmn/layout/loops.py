"""Cutting loops open: which edges lead back, so that the rest can run from left to right.

The way into a loop is where it is first reached from the start; edges from inside it to there lead back.
Loops inside a loop are cut the same way, so that a rework of one step is not taken for its main line.
"""

from collections.abc import Iterable, Iterator

from engine.bpmn.layout.model import Edge, Node

Graph = dict[Node, list[Node]]
# Loops nested less deep than this, of at most so many edges, are tried with each of their first entries.
_TRIALS, _MANY, _ENTRIES = 3, 120, 4
# Below so many loops inside one another only the order in the file decides.
_DEEP = 40


def ends(edge: Edge) -> tuple[Node, Node]:
    """The two nodes of an edge that has nodes at both ends."""
    source, target = edge.source.node, edge.target.node
    assert isinstance(source, Node) and isinstance(target, Node)
    return source, target


def mark_back(nodes: list[Node], edges: list[Edge]) -> None:
    """Set ``back`` of every edge that closes a loop; message flows give way to sequence flows."""
    flows = [edge for edge in edges if edge.kind == "flow"]
    for edge in _cut(_in_reading_order(nodes, flows), flows, flows, 0):
        edge.back = True
    forward = [edge for edge in edges if not edge.back]
    for knot in _knots(nodes, forward):
        for edge in forward:
            if edge.kind == "message" and knot.issuperset(ends(edge)):
                edge.back = True


def _cut(nodes: list[Node], flows: list[Edge], left: list[Edge], depth: int) -> list[Edge]:
    """The edges among ``left`` that lead back; of several ways into a loop the one that makes the fewest."""
    back: list[Edge] = []
    for knot in _knots(nodes, left):
        members = [node for node in nodes if node in knot]
        inside = [edge for edge in left if knot.issuperset(ends(edge))]
        if depth >= _DEEP:
            place = {node: number for number, node in enumerate(members)}
            back += [edge for edge in inside if place[ends(edge)[1]] < place[ends(edge)[0]]]
            continue
        entered = {after for before, after in map(ends, flows) if after in knot and before not in knot}
        entries = [node for node in members if node in entered] or members[:1]
        if depth >= _TRIALS or len(inside) > _MANY:
            entries = [_quietest(entries, inside)]
        cuts = []
        for entry in entries[:_ENTRIES]:
            rest = [edge for edge in inside if ends(edge)[1] is not entry]
            closing = [edge for edge in inside if ends(edge)[1] is entry]
            cuts.append(closing + _cut(members, flows, rest, depth + 1))
        fewest: list[Edge] = min(cuts, key=len)
        back += fewest
    return back


def _quietest(entries: list[Node], inside: list[Edge]) -> Node:
    """The entry where the fewest edges come back to."""
    arrivals = [ends(edge)[1] for edge in inside]
    return min(entries, key=arrivals.count)


def _in_reading_order(nodes: list[Node], flows: list[Edge]) -> list[Node]:
    """Starts first, then the order in the file, in which people draw and list their steps."""
    entered = {ends(edge)[1] for edge in flows}
    return sorted(nodes, key=lambda node: (node.kind != "startEvent", node in entered))


def _graph(nodes: Iterable[Node], edges: Iterable[Edge]) -> Graph:
    graph: Graph = {node: [] for node in nodes}
    for edge in edges:
        before, after = ends(edge)
        if before in graph and after in graph:
            graph[before].append(after)
    return graph


def _knots(nodes: list[Node], edges: Iterable[Edge]) -> Iterator[set[Node]]:
    """Sets of several nodes that all reach one another (Tarjan's algorithm, without recursion)."""
    graph = _graph(nodes, edges)
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    pile: list[Node] = []
    piled: set[Node] = set()
    for root in nodes:
        path = [] if root in number else [(root, iter(graph[root]))]
        while path:
            node, rest = path[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                pile.append(node)
                piled.add(node)
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    knot = set(_unpile(pile, piled, node))
                    if len(knot) > 1:
                        yield knot
            elif following not in number:
                path.append((following, iter(graph[following])))
            elif following in piled:
                low[node] = min(low[node], number[following])


def _unpile(pile: list[Node], piled: set[Node], last: Node) -> Iterator[Node]:
    while True:
        node = pile.pop()
        piled.discard(node)
        yield node
        if node is last:
            return
