"""Cutting loops open: which edges lead back, so that the rest can run from left to right.

The way into a loop is where it is first reached from the start; edges from inside it to there lead back.
Loops inside a loop are cut the same way, so that a rework of one step is not taken for its main line.
"""

from collections.abc import Iterable, Iterator

from engine.bpmn.layout.model import Edge, Node

Graph = dict[Node, list[Node]]


def ends(edge: Edge) -> tuple[Node, Node]:
    """The two nodes of an edge that has nodes at both ends."""
    source, target = edge.source.node, edge.target.node
    assert isinstance(source, Node) and isinstance(target, Node)
    return source, target


def mark_back(nodes: list[Node], edges: list[Edge]) -> None:
    """Set ``back`` of every edge that closes a loop; message flows give way to sequence flows."""
    flows = [edge for edge in edges if edge.kind == "flow"]
    rank = _ranks(nodes, flows)
    waiting = list(_knots(nodes, flows))
    while waiting:
        knot = waiting.pop()
        inside = [edge for edge in flows if not edge.back and knot.issuperset(ends(edge))]
        entered = {ends(edge)[1] for edge in flows if ends(edge)[1] in knot and ends(edge)[0] not in knot}
        entry = min(entered or knot, key=rank.__getitem__)
        for edge in inside:
            edge.back = ends(edge)[1] is entry
        ordered = sorted(knot, key=rank.__getitem__)
        waiting += _knots(ordered, [edge for edge in inside if not edge.back])
    forward = [edge for edge in edges if not edge.back]
    for knot in _knots(nodes, forward):
        for edge in forward:
            if edge.kind == "message" and knot.issuperset(ends(edge)):
                edge.back = True


def _ranks(nodes: list[Node], flows: list[Edge]) -> dict[Node, tuple[int, int]]:
    """Steps from the nearest start, then the order in the file."""
    after = _graph(nodes, flows)
    entered = {ends(edge)[1] for edge in flows}
    starts = [node for node in nodes if node.kind == "startEvent"]
    starts = starts or [node for node in nodes if node not in entered]
    steps: dict[Node, int] = {}
    for root in [*starts, *nodes]:
        front = [] if root in steps else [root]
        if root in starts:
            front = [node for node in starts if node not in steps]
        steps.update(dict.fromkeys(front, 0))
        while front:
            following = dict.fromkeys(far for near in front for far in after[near] if far not in steps)
            for node in following:
                steps[node] = steps[front[0]] + 1
            front = list(following)
    return {node: (steps[node], number) for number, node in enumerate(nodes)}


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
