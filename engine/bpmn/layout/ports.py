"""The sides of shapes where edges may leave or enter, and what each costs."""

from typing import NamedTuple

from engine.bpmn.layout.grid import Grid
from engine.bpmn.layout.model import Edge, End, Node, Pool

RIGHT, DOWN, LEFT, UP = range(4)
Vertex = tuple[int, int]


class Port(NamedTuple):
    """From ``cell``, inside the shape, to ``beyond``, the first crossing of lines outside."""

    cell: Vertex
    beyond: Vertex
    heading: int
    price: float


def ports(grid: Grid, edge: Edge, end: End, leaving: bool) -> list[Port]:
    """All ports of one end of an edge."""
    if isinstance(end.node, Pool):
        return _pool_ports(grid, end.node)
    node, y = end.node, grid.line(end.node)
    first, last = 2 * node.column + 1, 2 * node.last + 1
    if end.guest:
        column = 2 * end.guest.column + 1
        return [Port((column, y), (column, y + 1), DOWN, 0.0)]
    prices = _prices(node, edge, leaving)
    found = [
        Port((last, y), (last + 1, y), RIGHT, prices[RIGHT]),
        Port((first, y), (first - 1, y), LEFT, prices[LEFT]),
    ]
    middle = (first + last) // 2
    for x in [middle] if middle % 2 else [middle - 1, middle + 1]:
        found.append(Port((x, y), (x, y - 1), UP, prices[UP]))
        if not node.guests:
            found.append(Port((x, y), (x, y + 1), DOWN, prices[DOWN]))
    return found


def _pool_ports(grid: Grid, pool: Pool) -> list[Port]:
    first, last = grid.pool_lines[grid.plane.pools.index(pool)]
    found: list[Port] = []
    for x in range(1, grid.width, 2):
        if first:
            found.append(Port((x, first), (x, first - 1), UP, 0.0))
        if last + 1 < grid.height:
            found.append(Port((x, last), (x, last + 1), DOWN, 0.0))
    return found


def heading(cell: Vertex, beyond: Vertex) -> int:
    """The direction from one crossing towards another on the same line."""
    dx, dy = beyond[0] - cell[0], beyond[1] - cell[1]
    if dx:
        return RIGHT if dx > 0 else LEFT
    return DOWN if dy > 0 else UP


def _prices(node: Node, edge: Edge, leaving: bool) -> tuple[float, float, float, float]:
    """What the sides right, bottom, left, top cost; words of events stand below, of gateways above."""
    if edge.kind != "flow":
        return 60.0, 0.0, 60.0, 0.0
    sides = [0.0, 70.0, 260.0, 70.0] if leaving else [260.0, 80.0, 0.0, 80.0]
    if node.is_gateway:
        sides[DOWN] = sides[UP] = 15.0 if leaving else 25.0
        sides[UP] += 70.0 if node.label else 0.0
    elif node.is_event:
        sides[DOWN] += 120.0 if node.label else 0.0
    if edge.back:
        sides[UP] = max(0.0, sides[UP] - 60.0)
        sides[DOWN] = max(0.0, sides[DOWN] - 40.0)
    return sides[0], sides[1], sides[2], sides[3]
