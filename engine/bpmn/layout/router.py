"""Ways of edges over the grid: the cheapest path by length, bends, crossings and choice of side (A*)."""

from collections.abc import Collection
from itertools import pairwise

from engine.bpmn.layout import ports
from engine.bpmn.layout.grid import CHANNEL, ROW, Grid
from engine.bpmn.layout.model import Edge, End, Node, Pool
from engine.bpmn.layout.ports import DOWN, LEFT, RIGHT, UP, Port, Vertex
from engine.bpmn.layout.search import Still, Tree

_STEP = ((1, 0), (0, 1), (-1, 0), (0, -1))
_BEND, _CROSS, _SHARED_LINE, _TAKEN, _NEAR = 55.0, 70.0, 900.0, 700.0, 12.0
_THROUGH = 60.0
# How many states all searches may visit before the second, improving round ends; above so many edges the
# searches aim straight for their goal and take a good way for the best one.
_EFFORT, _MANY, _HASTE = 40_000, 130, 1.15
# After so many states what is left is drawn plainly; no diagram that a person can read comes near it.
_LIMIT = 400_000
_NONE: set[int] = set()


def route(grid: Grid) -> None:
    """Set ``route`` of every edge: the corners of its way, in grid lines."""
    edges = [
        edge for edge in grid.plane.edges if edge.source.node is not edge.target.node or edge.source.guest
    ]
    _Router(grid).run(edges)
    for edge in grid.plane.edges:
        if edge.source.node is edge.target.node and not edge.route:
            _loop(grid, edge)


def _loop(grid: Grid, edge: Edge) -> None:
    """A flow from a shape to itself: out at the right, in at the top."""
    node = edge.source.node
    if isinstance(node, Node):
        y, x = grid.line(node), 2 * node.last + 1
        edge.route = [(x, y), (x + 1, y), (x + 1, y - 1), (x, y - 1), (x, y)]


class _Router:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.right = [set[int]() for _ in range(grid.width * grid.height)]
        self.below = [set[int]() for _ in range(grid.width * grid.height)]
        self.edges: list[Edge] = []
        self.kin: list[set[int]] = []
        self.effort = 0
        self.haste = 1.0
        self.ports: dict[tuple[str, Vertex, int], list[tuple[int, bool]]] = {}
        self.across = self._across()
        self.down = [14.0 if CHANNEL in pair and ROW not in pair else 45.0 for pair in pairwise(grid.kinds)]
        self.left_sum = _sums(self.across)
        self.top_sum = _sums(self.down)

    def _across(self) -> list[float]:
        half = [18.0] * self.grid.plane.columns
        for node in self.grid.plane.nodes:
            if node.span == 1:
                half[node.column] = max(half[node.column], node.width / 2)
        return [half[x // 2] + 22 for x in range(self.grid.width - 1)]

    def run(self, edges: list[Edge]) -> None:
        self.edges = sorted(edges, key=self._rank)
        self.kin = self._kin()
        self.haste = _HASTE if len(edges) > _MANY else 1.0
        for index in range(len(self.edges)):
            if self.effort <= _LIMIT:
                self._lay(index)
        for index in range(len(self.edges)):
            if self.effort > _EFFORT:
                break
            self._lift(index)
            self._lay(index)

    def _kin(self) -> list[set[int]]:
        """For each edge those from the same source or to the same target: they may run together."""
        groups: dict[tuple[str, str], set[int]] = {}
        for index, edge in enumerate(self.edges):
            groups.setdefault(("from", edge.source.key), set()).add(index)
            groups.setdefault(("to", edge.target.key), set()).add(index)
        return [groups["from", edge.source.key] | groups["to", edge.target.key] for edge in self.edges]

    def _rank(self, edge: Edge) -> tuple[int, int, int]:
        order = {"flow": 0, "association": 2, "message": 3}[edge.kind] + (1 if edge.back else 0)
        one, other = edge.source.node, edge.target.node
        if isinstance(one, Pool) or isinstance(other, Pool):
            return 5, 0, 0
        rows = abs(self.grid.line(one) - self.grid.line(other))
        return order, 1 if rows or edge.source.guest else 0, abs(other.column - one.column) * 2 + rows

    def _units(self, index: int) -> list[tuple[set[int], bool]]:
        units = []
        for (x0, y0), (x1, y1) in pairwise(self.edges[index].route):
            for x in range(min(x0, x1), max(x0, x1)):
                units.append((self.right[y0 * self.grid.width + x], True))
            for y in range(min(y0, y1), max(y0, y1)):
                units.append((self.below[y * self.grid.width + x0], False))
        return units

    def _lift(self, index: int) -> None:
        for users, _ in self._units(index):
            users.discard(index)
        edge = self.edges[index]
        if len(edge.route) > 1:
            self._port_users(edge.source, edge.route[0], edge.route[1]).remove((index, True))
            self._port_users(edge.target, edge.route[-1], edge.route[-2]).remove((index, False))

    def _lay(self, index: int) -> None:
        edge = self.edges[index]
        edge.route = self._search(index) or edge.route
        for users, _ in self._units(index):
            users.add(index)
        if len(edge.route) > 1:
            self._port_users(edge.source, edge.route[0], edge.route[1]).append((index, True))
            self._port_users(edge.target, edge.route[-1], edge.route[-2]).append((index, False))

    def _port_users(self, end: End, cell: Vertex, beyond: Vertex) -> list[tuple[int, bool]]:
        return self.ports.setdefault((end.key, cell, ports.heading(cell, beyond)), [])

    def _sides(self, index: int, end: End, leaving: bool) -> list[Port]:
        """The ports of an end; those that edges use the other way round are dear."""
        return [
            port._replace(price=port.price + self._taken(index, end.key, port, leaving))
            for port in ports.ports(self.grid, self.edges[index], end, leaving)
        ]

    def _taken(self, index: int, key: str, port: Port, leaving: bool) -> float:
        users = self.ports.get((key, port.cell, port.heading), ())
        return _TAKEN if any(user != index and out != leaving for user, out in users) else 0.0

    def _search(self, index: int) -> list[Vertex]:
        edge, width = self.edges[index], self.grid.width
        low, high = self._bounds(edge)
        goals: dict[int, list[Port]] = {}
        for port in self._sides(index, edge.target, False):
            goals.setdefault(port.beyond[1] * width + port.beyond[0], []).append(port)
        if not goals:
            return []
        tree = Tree(self._still(goals), width)
        for port in self._sides(index, edge.source, True):
            if low <= port.beyond[1] <= high:
                tree.start(port)
        for cost, state in tree.states():
            self.effort += 1
            for port in goals.get(state >> 2, ()):
                final = (port.heading + 2) % 4
                if port.heading != state & 3:
                    bend = self._knot(index, state >> 2, state & 3, final != state & 3)
                    tree.arrive(state, cost + port.price + bend, port)
            for after, price in self._steps(index, state, low, high):
                tree.reach(after, cost + price, state)
        return corners(tree.path)

    def _still(self, goals: Collection[int]) -> Still:
        """The way that is left to the nearest goal, at least."""
        width = self.grid.width
        xs, ys = [goal % width for goal in goals], [goal // width for goal in goals]
        left, top = self.left_sum, self.top_sum
        return Still(left, left[min(xs)], left[max(xs)], top, top[min(ys)], top[max(ys)], self.haste)

    def _bounds(self, edge: Edge) -> tuple[int, int]:
        """The horizontal lines that an edge may use: flows stay in their pool."""
        if edge.kind == "message":
            return 0, self.grid.height - 1
        pools = {self.grid.pool_of(edge.source.node), self.grid.pool_of(edge.target.node)}
        lines = [self.grid.pool_lines[pool] for pool in pools]
        return min(line[0] for line in lines), max(line[1] for line in lines)

    def _steps(self, index: int, state: int, low: int, high: int) -> list[tuple[int, float]]:
        grid, heading = self.grid, state & 3
        vertex = state >> 2
        y, x = divmod(vertex, grid.width)
        steps = []
        for turn in (0, 1, 3):
            way = (heading + turn) & 3
            dx, dy = _STEP[way]
            nx, ny = x + dx, y + dy
            if not (0 <= nx < grid.width and low <= ny <= high):
                continue
            after = ny * grid.width + nx
            if grid.blocked[after] and (grid.blocked[after] == 1 or way not in (UP, DOWN)):
                continue
            price = _THROUGH if grid.blocked[after] else 0.0
            price += self._unit(index, x, y, way, nx, ny) + self._knot(index, vertex, heading, turn != 0)
            steps.append((after * 4 + way, price))
        return steps

    def _unit(self, index: int, x: int, y: int, way: int, nx: int, ny: int) -> float:
        """The price of one step along a line."""
        width = self.grid.width
        if way in (RIGHT, LEFT):
            at = min(x, nx)
            price, users = self.across[at], self.right[y * width + at]
            single = self.grid.kinds[y] == ROW
        else:
            at = min(y, ny)
            price, users = self.down[at], self.below[at * width + x]
            single = x % 2 == 1
            if single and self.grid.kinds[ny] == ROW:
                price += 8
        if users and not users <= self.kin[index]:
            price += _SHARED_LINE if single else 3.0
        return price

    def _knot(self, index: int, vertex: int, heading: int, turning: bool) -> float:
        """The price of bending here, or of crossing what already passes."""
        width = self.grid.width
        if turning:
            return _BEND + _NEAR if self.right[vertex] or self.below[vertex] else _BEND
        if heading in (RIGHT, LEFT):
            here, before = self.below[vertex], self.below[vertex - width] if vertex >= width else _NONE
        else:
            here, before = self.right[vertex], self.right[vertex - 1] if vertex else _NONE
        return _CROSS * len((here & before) - self.kin[index]) if here and before else 0.0


def _sums(steps: list[float]) -> list[float]:
    sums = [0.0]
    for step in steps:
        sums.append(sums[-1] + step)
    return sums


def corners(path: list[Vertex]) -> list[Vertex]:
    """A path without the points where it goes straight on."""
    kept = path[:1]
    for (x0, y0), (x1, y1), (x2, y2) in zip(path, path[1:], path[2:], strict=False):
        if not ((x0 == x1 == x2) or (y0 == y1 == y2)):
            kept.append((x1, y1))
    return [*kept, path[-1]]
