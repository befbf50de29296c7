"""Which row of its band each node stands in: straight main lines, short steps, few crossings."""

from itertools import pairwise

from engine.bpmn.layout.model import Edge, Node, Plane

_SWEEPS, _REACH, _CHAIN, _MANY = 10, 6, 24, 600
_EFFORT = 1_500_000  # comparisons of two edges after which the search ends


def assign_rows(plane: Plane) -> None:
    """Set ``row`` of every node and ``rows`` of every band; artifacts are seated beside their partner."""
    search = _Search(plane)
    search.seat()
    for _ in range(_SWEEPS if len(search.nodes) <= _MANY else 0):
        if not search.sweep():
            break
    search.close_gaps()
    _seat_artifacts(plane, search.cells)


Cell = tuple[int, int, int]


class _Search:
    """A greedy search over seats; the price counts bends, distance, blocked lines and crossings."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.nodes = sorted((n for n in plane.nodes if not n.is_artifact), key=lambda n: n.column)
        self.cells: dict[Cell, Node] = {}
        self.edges: list[tuple[Edge, Node, Node]] = []
        self.incident: dict[Node, list[int]] = {node: [] for node in self.nodes}
        for edge in plane.edges:
            source, target = edge.source.node, edge.target.node
            if edge.kind == "association" or not isinstance(source, Node) or not isinstance(target, Node):
                continue
            if source is not target and not source.is_artifact and not target.is_artifact:
                self.incident[source].append(len(self.edges))
                self.incident[target].append(len(self.edges))
                self.edges.append((edge, source, target))
        self.base: list[int] = []
        self.at: dict[Node, int] = {}
        self.effort = 0
        self.gaps: dict[int, list[tuple[Node, Node, bool]]] = {}
        for edge, source, target in self.edges:
            if not edge.back:
                for gap in range(source.last, target.column):
                    self.gaps.setdefault(gap, []).append((source, target, gap == source.last))

    def seat(self) -> None:
        """The first seats, column by column, near what comes before."""
        for band in self.plane.bands:
            band.rows = 1
        for node in self.nodes:
            wish = self._wish(node)
            seats = range(self.plane.bands[node.band].rows + 1)
            row = min((r for r in seats if self._free(node, r)), key=lambda r: abs(r - wish))
            self._put(node, row)
            band = self.plane.bands[node.band]
            band.rows = max(band.rows, row + 1)
        self.base = [0]
        for band in self.plane.bands:
            self.base.append(self.base[-1] + band.rows)
        self.at = {node: self.base[node.band] + node.row for node in self.nodes}

    def _wish(self, node: Node) -> float:
        rows = [
            source.row if source.band == node.band else (0 if source.band < node.band else 1)
            for edge, source, target in (self.edges[i] for i in self.incident[node])
            if target is node and not edge.back and source.column < node.column
        ]
        return sorted(rows)[len(rows) // 2] if rows else 0

    def _span(self, node: Node) -> range:
        return range(node.column, node.last + 1)

    def _free(self, node: Node, row: int) -> bool:
        return all(self.cells.get((node.band, row, c)) in (None, node) for c in self._span(node))

    def _put(self, node: Node, row: int) -> None:
        for column in self._span(node):
            if self.cells.get((node.band, node.row, column)) is node:
                del self.cells[node.band, node.row, column]
        node.row = row
        for column in self._span(node):
            self.cells[node.band, row, column] = node

    def sweep(self) -> bool:
        """One round over all nodes and chains; true when something moved."""
        moved = False
        for node in self.nodes:
            for row in range(self.plane.bands[node.band].rows):
                if row != node.row:
                    moved = self._try(self._movers(node, row), row) or moved
            chain = self._chain(node)
            if len(chain) > 1:
                for row in range(self.plane.bands[node.band].rows):
                    if row != node.row:
                        moved = self._try([(n, row) for n in chain], row) or moved
        return moved

    def _movers(self, node: Node, row: int) -> list[tuple[Node, int]]:
        """The node, and whoever sits in its new seat, who takes the old one."""
        there = {self.cells.get((node.band, row, c)) for c in self._span(node)} - {None, node}
        moves = [(node, row)]
        for other in sorted((n for n in there if n), key=lambda n: n.column):
            if other.column < node.column or other.last > node.last:
                return []
            moves.append((other, node.row))
        return moves

    def _chain(self, node: Node) -> list[Node]:
        """The straight run that this node heads: same band, same row, one way from each to the next."""
        chain = [node]
        while len(chain) < _CHAIN:
            here = chain[-1]
            following = [
                target
                for edge, source, target in (self.edges[i] for i in self.incident[here])
                if source is here and not edge.back and target.band == here.band and target.row == here.row
            ]
            if len(following) != 1 or following[0] in chain:
                break
            chain.append(following[0])
        return chain

    def _try(self, moves: list[tuple[Node, int]], row: int) -> bool:
        if not moves or self.effort > _EFFORT:
            return False
        moving = {node for node, _ in moves}
        for node, new in moves:
            for column in self._span(node):
                if self.cells.get((node.band, new, column)) not in (None, *moving):
                    return False
        before = self._price(moving)
        old = [(node, node.row) for node, _ in moves]
        self._reseat(moves)
        if self._price(moving) < before - 1e-9:
            return True
        self._reseat(old)
        return False

    def _reseat(self, moves: list[tuple[Node, int]]) -> None:
        for node, _ in moves:
            for column in self._span(node):
                self.cells.pop((node.band, node.row, column), None)
        for node, row in moves:
            node.row = row
            self.at[node] = self.base[node.band] + row
            for column in self._span(node):
                self.cells[node.band, row, column] = node

    def _price(self, nodes: set[Node]) -> float:
        touched = sorted({index for node in nodes for index in self.incident[node]})
        return sum(map(self._edge_price, touched)) + sum(map(self._in_the_way, nodes))

    def _edge_price(self, index: int) -> float:
        edge, source, target = self.edges[index]
        up, down = self.at[source], self.at[target]
        distance = abs(up - down)
        if edge.back:
            return 0.3 * distance
        if edge.kind == "message":
            return 0.2 * distance
        price = 0.4 * distance
        if distance or edge.source.guest:
            price += 1.5
        elif any((source.band, source.row, c) in self.cells for c in range(source.last + 1, target.column)):
            price += 3.0
        plain = len(self.incident[source]) <= 2 and len(self.incident[target]) <= 2
        return price * (1.6 if plain else 1.0) + self._crossings(index)

    def _crossings(self, index: int) -> float:
        """Edges that this one crosses, when each turns to its target's row right behind its source."""
        _, source, target = self.edges[index]
        count, at = 0, self.at
        up, down = at[source], at[target]
        for gap in range(source.last, min(target.column, source.last + _REACH)):
            others = self.gaps.get(gap, ())
            self.effort += len(others)
            for before, after, begins in others:
                left, right = at[before if begins else after], at[after]
                if (up - left) * (down - right) < 0 and before is not source and after is not target:
                    count += 1
            up = down
        return 0.8 * count

    def _in_the_way(self, node: Node) -> float:
        """A node on the straight line of an edge that passes its column."""
        price = 0.0
        for source, target, begins in self.gaps.get(node.column, ()):
            if not begins and source.band == target.band == node.band:
                price += 3.0 if source.row == target.row == node.row else 0.0
        return price

    def close_gaps(self) -> None:
        """Drop rows without nodes."""
        for band, strip in enumerate(self.plane.bands):
            used = sorted({node.row for node in self.nodes if node.band == band})
            new = {row: index for index, row in enumerate(used)}
            strip.rows = max(1, len(used))
            for node in self.nodes:
                if node.band == band:
                    node.row = new[node.row]
        self.cells = {(n.band, n.row, c): n for n in self.nodes for c in self._span(n)}


def _seat_artifacts(plane: Plane, cells: dict[Cell, Node]) -> None:
    """Data objects and notes: the nearest free cell beside their partner, else a new row above the band."""
    partners = _partners(plane)
    raised: set[int] = set()
    for node in plane.nodes:
        if not node.is_artifact:
            continue
        partner = partners.get(node)
        if partner:
            node.band = partner.band
        column, row = (partner.column, partner.row) if partner else (0, 0)
        seats = [
            (abs(c - column) * 1.4 + abs(r - row) + (1.2 if r < 0 else 0), abs(c - column), c, r)
            for r in range(-2, plane.bands[node.band].rows)
            for c in range(max(0, column - 2), max(plane.columns, column + 3))
            if (node.band, r, c) not in cells
        ]
        _, _, node.column, node.row = min(seats)
        cells[node.band, node.row, node.column] = node
        plane.columns = max(plane.columns, node.column + 1)
        if node.row < 0:
            raised.add(node.band)
    for band in sorted(raised):
        lift = -min(node.row for node in plane.nodes if node.band == band)
        plane.bands[band].rows += lift
        for node in plane.nodes:
            if node.band == band:
                node.row += lift


def _partners(plane: Plane) -> dict[Node, Node]:
    partners: dict[Node, Node] = {}
    for edge in plane.edges:
        for one, other in (pair for pair in pairwise((edge.source.node, edge.target.node, edge.source.node))):
            if (
                isinstance(one, Node)
                and isinstance(other, Node)
                and one.is_artifact
                and not other.is_artifact
            ):
                partners.setdefault(one, other)
    by_id = {node.id: node for node in plane.nodes if node.is_artifact}
    lines = {edge.id: edge.target.node for edge in plane.edges}
    for _, first, second in plane.loose:
        for note, line in ((by_id.get(first), lines.get(second)), (by_id.get(second), lines.get(first))):
            if note is not None and isinstance(line, Node):
                partners.setdefault(note, line)
    return partners
