"""Walking the flows of one scope: what is reached, what reaches an end, and the cycles."""

from collections.abc import Iterable, Iterator

from engine.bpmn.model import Node, Scope


def is_entry(node: Node) -> bool:
    """Whether a node may stand without an incoming flow and yet begin something when no start is drawn."""
    if node.kind == "boundaryEvent" or node.is_compensation or node.is_event_subprocess:
        return False
    return not (node.kind == "intermediateCatchEvent" and node.event_kind == "link")


def successors(node: Node) -> Iterator[Node]:
    """Where a token can go from a node: along its flows, out of its boundary events, through a link."""
    for flow in node.outgoing:
        yield node.scope.nodes[flow.target]
    yield from node.boundaries
    if node.kind == "intermediateThrowEvent" and node.event_kind == "link":
        yield from link_targets(node)


def link_targets(node: Node) -> list[Node]:
    """The link catches that a link throw of this scope leads to."""
    return link_events(node.scope).get(("intermediateCatchEvent", link_key(node)), [])


def link_events(scope: Scope) -> dict[tuple[str, str], list[Node]]:
    """The link events of a scope by kind and name, looked for once."""
    if scope.links is None:
        scope.links = {}
        for node in scope.nodes.values():
            if node.event_kind == "link":
                scope.links.setdefault((node.kind, link_key(node)), []).append(node)
    found: dict[tuple[str, str], list[Node]] = scope.links
    return found


def link_key(node: Node) -> str:
    """What a link throw and its catch have in common: the link's name, else the event's."""
    return (node.event.text if node.event else "") or node.name


def reachable(starts: Iterable[Node], avoiding: frozenset[str] = frozenset()) -> set[str]:
    """The ids of all nodes that a token starting at ``starts`` can come to without passing ``avoiding``."""
    stack = [node for node in starts if node.id not in avoiding]
    found = {node.id for node in stack}
    while stack:
        for other in successors(stack.pop()):
            if other.id not in found and other.id not in avoiding:
                found.add(other.id)
                stack.append(other)
    return found


def leading_to(targets: Iterable[Node], nodes: Iterable[Node]) -> set[str]:
    """The ids of all ``nodes`` from which one of ``targets`` can be reached."""
    before: dict[str, list[Node]] = {}
    for node in nodes:
        for other in successors(node):
            before.setdefault(other.id, []).append(node)
    stack = list(targets)
    found = {node.id for node in stack}
    while stack:
        for other in before.get(stack.pop().id, ()):
            if other.id not in found:
                found.add(other.id)
                stack.append(other)
    return found


def cycles(nodes: Iterable[Node]) -> list[list[Node]]:
    """The strongly connected groups of more than one node, or of one with a flow to itself.

    Only flows between the given nodes count. Iterative (Tarjan), so a long chain cannot exhaust the stack.
    """
    members = {node.id: node for node in nodes}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[Node] = []
    on_path: set[str] = set()
    found: list[list[Node]] = []
    for root in members.values():
        if root.id in order:
            continue
        work: list[tuple[Node, Iterator[Node]]] = []
        _enter(root, order, low, path, on_path, work)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other.id not in members:
                    continue
                if other.id not in order:
                    _enter(other, order, low, path, on_path, work)
                    break
                if other.id in on_path:
                    low[node.id] = min(low[node.id], order[other.id])
            else:
                work.pop()
                _leave(node, order, low, path, on_path, work, found)
    return found


def _enter(
    node: Node,
    order: dict[str, int],
    low: dict[str, int],
    path: list[Node],
    on_path: set[str],
    work: list[tuple[Node, Iterator[Node]]],
) -> None:
    order[node.id] = low[node.id] = len(order)
    path.append(node)
    on_path.add(node.id)
    work.append((node, successors(node)))


def _leave(
    node: Node,
    order: dict[str, int],
    low: dict[str, int],
    path: list[Node],
    on_path: set[str],
    work: list[tuple[Node, Iterator[Node]]],
    found: list[list[Node]],
) -> None:
    if work:
        parent = work[-1][0]
        low[parent.id] = min(low[parent.id], low[node.id])
    if low[node.id] != order[node.id]:
        return
    group: list[Node] = []
    while not group or group[-1] is not node:
        member = path.pop()
        on_path.discard(member.id)
        group.append(member)
    if len(group) > 1 or any(other is node for other in successors(node)):
        found.append(list(reversed(group)))
