"""The routing grid: columns and rows of cells, with channels for edges between them.

Odd vertical lines run through the middles of columns, even ones through the channels beside them. Horizontal
lines come in the order channel, row, channel, … for every band, with one more channel between pools.
"""

from dataclasses import dataclass, field

from engine.bpmn.layout.model import Node, Plane, Pool

CHANNEL, ROW, BETWEEN, CLOSED = range(4)


@dataclass
class Grid:
    """Line kinds and which crossings of lines are covered: 1 by a shape, 2 by a pool without content."""

    plane: Plane
    width: int = 0
    kinds: list[int] = field(default_factory=list)
    band_of: list[int] = field(default_factory=list)
    row_line: dict[tuple[int, int], int] = field(default_factory=dict)
    pool_lines: list[tuple[int, int]] = field(default_factory=list)
    blocked: bytearray = field(default_factory=bytearray)

    @property
    def height(self) -> int:
        return len(self.kinds)

    def line(self, node: Node) -> int:
        """The horizontal line that a node stands on."""
        return self.row_line[node.band, node.row]

    def pool_of(self, node: Node | Pool) -> int:
        """The index of the pool of a node, or of the pool itself."""
        if isinstance(node, Pool):
            return self.plane.pools.index(node)
        return self.plane.bands[node.band].pool


def build(plane: Plane) -> Grid:
    """The grid of a plane whose nodes have their columns and rows."""
    grid = Grid(plane, width=2 * plane.columns + 1)
    for number, pool in enumerate(plane.pools):
        if number:
            _add(grid, BETWEEN, -1)
        first = grid.height
        for band in range(pool.first, pool.last + 1):
            _add(grid, CHANNEL, band)
            for row in range(plane.bands[band].rows):
                grid.row_line[band, row] = _add(grid, CLOSED if pool.closed else ROW, band)
                _add(grid, CHANNEL, band)
        grid.pool_lines.append((first, grid.height - 1))
    grid.blocked = bytearray(grid.width * grid.height)
    for node in plane.nodes:
        for x in range(2 * node.column + 1, 2 * node.last + 2):
            grid.blocked[grid.line(node) * grid.width + x] = 1
    for pool, (first, last) in zip(plane.pools, grid.pool_lines, strict=True):
        if pool.closed:
            grid.blocked[first * grid.width : (last + 1) * grid.width] = b"\2" * (
                (last - first + 1) * grid.width
            )
    return grid


def _add(grid: Grid, kind: int, band: int) -> int:
    grid.kinds.append(kind)
    grid.band_of.append(band)
    return grid.height - 1
