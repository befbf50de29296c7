"""From grid to pixels: columns and rows as large as what stands in them, channels as their tracks."""

from itertools import pairwise
from math import ceil

from engine.bpmn.layout import apart, columns, grid, labels, router, rows, text, tracks
from engine.bpmn.layout.grid import BETWEEN, CHANNEL, CLOSED, ROW, Grid
from engine.bpmn.layout.model import Box, Edge, End, Guest, Node, Plane, Point, Pool

HEADER = 30.0
_GAP = 36.0
_ROW_GAP = 22.0
_BETWEEN_POOLS = 50.0
_LANE = 100.0
_INNER = (20.0, 36.0, 20.0, 26.0)  # left, top, right, bottom of an expanded subprocess
_PITCH = 165.0


def arrange(plane: Plane) -> None:
    """Lay a plane out, the insides of its subprocesses first; every box is relative to the plane."""
    for node in plane.nodes:
        if node.inner is not None:
            arrange(node.inner)
            left, top, right, bottom = _INNER
            name = text.measure(node.name) + 2 * left
            node.width = _even(max(140.0, node.inner.width + left + right, min(name, 400.0)))
            node.height = _even(max(100.0, node.inner.height + top + bottom))
            node.span = max(1, round((node.width + 40) / _PITCH))
        _seat_guests(node)
    columns.assign_columns(plane)
    rows.assign_rows(plane)
    net = grid.build(plane)
    for node in plane.nodes:
        _guest_columns(node)
    router.route(net)
    lines = tracks.assign_tracks(net)
    _Placer(net, lines).place()
    labels.place_labels(plane)


def _even(size: float) -> float:
    """The next even number of pixels, so that middles are whole."""
    return float(2 * ceil(size / 2))


def _seat_guests(node: Node) -> None:
    """Spread boundary events along the bottom edge, with room for their words to the right of each."""
    if not node.guests or node.span > 1:
        return
    at = 24.0
    for guest in node.guests:
        guest.dx = at
        at += 22.0 + (guest.label.width + 8 if guest.label else 24.0) + 18.0
    last = node.guests[-1].dx + 24
    node.width = _even(max(node.width, last))
    for guest in node.guests:
        guest.dx -= node.width / 2


def _guest_columns(node: Node) -> None:
    for number, guest in enumerate(node.guests):
        guest.column = min(node.column + number, node.last) if node.span > 1 else node.column


class _Placer:
    def __init__(self, net: Grid, lines: tracks.Tracks) -> None:
        self.grid, self.tracks, self.plane = net, lines, net.plane
        self.left: list[float] = [20.0] * self.plane.columns
        self.right: list[float] = [20.0] * self.plane.columns
        self.up: list[float] = [20.0] * net.height
        self.down: list[float] = [20.0] * net.height
        self.x: list[float] = []
        self.y: list[float] = []
        self.tops: list[float] = []

    def place(self) -> None:
        self._extents()
        self._lines_across()
        self._lines_down()
        for node in self.plane.nodes:
            self._box(node)
        self._frames()
        for edge in self.plane.edges:
            edge.points = self._points(edge)
        apart.move_apart(self.plane)

    def _extents(self) -> None:
        for node in self.plane.nodes:
            line = self.grid.line(node)
            above, below, aside = _reach(node, self._busy_sides(node))
            self.up[line] = max(self.up[line], above)
            self.down[line] = max(self.down[line], below)
            if node.span == 1:
                # Words may reach into the channel before them, in the first column less, for the lane's own.
                spare = _GAP - 6 if node.column else 12.0
                words = node.label.width / 2 - spare if node.label else 0.0
                self.left[node.column] = max(self.left[node.column], node.width / 2, words)
                self.right[node.column] = max(self.right[node.column], node.width / 2, aside)

    def _busy_sides(self, node: Node) -> set[int]:
        """Where edges meet a gateway: -1 at its top, 1 at its bottom."""
        sides: set[int] = set()
        if node.is_gateway and node.label:
            for edge in self.plane.edges:
                for end, route in ((edge.source, edge.route), (edge.target, edge.route[::-1])):
                    if end.node is node and len(route) > 1 and route[0][0] == route[1][0]:
                        sides.add(1 if route[1][1] > route[0][1] else -1)
        return sides

    def _channel(self, line: int) -> float:
        channel = self.tracks.upright.get(line)
        inner = 0 < line < self.grid.width - 1
        least = _GAP if inner else 20.0
        return ceil(max(least, channel.breadth + 14.0)) if channel else least

    def _lines_across(self) -> None:
        """The left edge of each channel and the middle of each column."""
        widths = [self._channel(2 * c) for c in range(self.plane.columns + 1)]
        self._stretch(widths)
        self.left, self.right = list(map(ceil, self.left)), list(map(ceil, self.right))
        head = max((pool.depth for pool in self.plane.pools), default=0)
        at = HEADER * head + (HEADER if any(pool.id for pool in self.plane.pools) else 0)
        for column in range(self.plane.columns):
            self.x.append(at)
            at += widths[column]
            self.x.append(at + self.left[column])
            at += self.left[column] + self.right[column]
        self.x.append(at)
        self.plane.width = at + widths[-1]

    def _stretch(self, widths: list[float]) -> None:
        """Columns under a wide subprocess grow until it fits."""
        for node in self.plane.nodes:
            if node.span > 1:
                span = range(node.column, node.last + 1)
                room = sum(self.left[c] + self.right[c] for c in span) + sum(widths[c] for c in span[1:])
                for column in span:
                    self.left[column] += max(0.0, node.width - room) / node.span / 2
                    self.right[column] += max(0.0, node.width - room) / node.span / 2

    def _lines_down(self) -> None:
        """The middle of each row, the first track's edge of each channel, and where each line begins."""
        at = 0.0
        self.up, self.down = list(map(ceil, self.up)), list(map(ceil, self.down))
        extra = self._lane_extra()
        for line, kind in enumerate(self.grid.kinds):
            self.tops.append(at)
            if kind in (ROW, CLOSED):
                self.y.append(at + self.up[line])
                at += self.up[line] + self.down[line]
                continue
            above, below = extra.get(line, (0.0, 0.0))
            self.y.append(at + above)
            at += above + self._level(line) + below
        self.tops.append(at)
        self.plane.height = at

    def _level(self, line: int) -> float:
        channel = self.tracks.level.get(line)
        least = _BETWEEN_POOLS if self.grid.kinds[line] == BETWEEN else _ROW_GAP
        return ceil(max(least, channel.breadth)) if channel else least

    def _lane_extra(self) -> dict[int, tuple[float, float]]:
        """What the outer channels of a band need, above and below, so that its name fits beside it."""
        extra: dict[int, tuple[float, float]] = {}
        for number, band in enumerate(self.plane.bands):
            own = [line for line, owner in enumerate(self.grid.band_of) if owner == number]
            rows_high = sum(self.up[n] + self.down[n] for n in own if self.grid.kinds[n] != CHANNEL)
            height = rows_high + sum(self._level(n) for n in own if self.grid.kinds[n] == CHANNEL)
            wanted = max(_LANE, text.measure(band.name) * 0.6 + 8) if band.name else 0.0
            missing = ceil(max(0.0, wanted - height) / 2)
            extra[own[0]], extra[own[-1]] = (missing, 0.0), (0.0, missing)
        return extra

    def _box(self, node: Node) -> None:
        line = self.grid.line(node)
        middle = (self.x[2 * node.column + 1], self.y[line])
        x = middle[0] - node.width / 2
        if node.span > 1:
            x = self.x[2 * node.column + 1] - self.left[node.column]
            node.width = self.x[2 * node.last + 1] + self.right[node.last] - x
        node.box = Box(x, middle[1] - node.height / 2, node.width, node.height)
        for guest in node.guests:
            centre = self.x[2 * guest.column + 1] if node.span > 1 else middle[0] + guest.dx
            guest.box = Box(centre - 18, node.box.bottom - 18, 36, 36)

    def _frames(self) -> None:
        titled = any(pool.id for pool in self.plane.pools)
        for pool, (first, last) in zip(self.plane.pools, self.grid.pool_lines, strict=True):
            top = self.tops[first]
            pool.box = Box(0, top, self.plane.width, self.tops[last + 1] - top)
            for lane in pool.lanes:
                lines = [n for n, band in enumerate(self.grid.band_of) if lane.first <= band <= lane.last]
                x = HEADER * lane.depth + (HEADER if titled else 0)
                upper, lower = self.tops[lines[0]], self.tops[lines[-1] + 1]
                lane.box = Box(x, upper, self.plane.width - x, lower - upper)

    # -- waypoints --------------------------------------------------------------------------------------

    def _points(self, edge: Edge) -> list[Point]:
        if len(edge.route) < 2:
            return []
        last = len(edge.route) - 2
        xs: dict[int, float] = {}
        ys: dict[int, float] = {}
        for number, ((x0, y0), (x1, _)) in enumerate(pairwise(edge.route)):
            run = self.tracks.runs.get((edge, number))
            offset = run.offset if run else 0.0
            if x0 == x1:
                xs[number] = self.x[x0] + offset
                if edge.source.guest and number == 0:
                    xs[number] = edge.source.guest.box.middle[0]
            else:
                ys[number] = self.y[y0] + offset
        points = []
        for number in range(len(edge.route)):
            before, here = max(0, number - 1), min(number, last)
            x = xs.get(here, xs.get(before))
            y = ys.get(here, ys.get(before))
            if number == 0:
                x, y = _dock(edge.source, edge.route[0], edge.route[1], x, y)
            elif number > last:
                x, y = _dock(edge.target, edge.route[-1], edge.route[-2], x, y)
            assert x is not None and y is not None
            points.append((x, y))
        return points


def _dock(
    end: End, cell: tuple[int, int], beyond: tuple[int, int], x: float | None, y: float | None
) -> tuple[float | None, float | None]:
    """Where an edge meets the border of its end."""
    owner: Guest | Node | Pool = end.guest or end.node
    box = owner.box
    if beyond[0] != cell[0]:
        return (box.right if beyond[0] > cell[0] else box.x), y
    return x, (box.bottom if beyond[1] > cell[1] else box.y)


def _reach(node: Node, busy: set[int]) -> tuple[float, float, float]:
    """How far a node and its words reach above, below and to the right of its middle."""
    above = below = node.height / 2
    aside = 0.0
    if node.label and len(busy) == 2:
        return above, max(40.0, 24 + node.label.height), node.label.width + 10
    if node.label and node.is_gateway and busy == {-1}:
        below += node.label.height + 6
    elif node.label and node.is_gateway:
        above += node.label.height + 6
    elif node.label:
        below += node.label.height + 6
    for guest in node.guests:
        below = max(below, node.height / 2 + 22 + (guest.label.height if guest.label else 0))
        if guest.label and node.span == 1:
            aside = max(aside, guest.dx + 22 + guest.label.width)
    if node.label:
        aside = max(aside, node.label.width / 2)
    return above, below, aside


def shift(plane: Plane, dx: float, dy: float) -> None:
    """Move a plane and everything on it; insides of subprocesses follow their shape."""
    for node in plane.nodes:
        node.box, node.label_box = _moved(node.box, dx, dy), _maybe(node.label_box, dx, dy)
        for guest in node.guests:
            guest.box, guest.label_box = _moved(guest.box, dx, dy), _maybe(guest.label_box, dx, dy)
        if node.inner is not None:
            left, top, right, _ = _INNER
            spare = (node.width - node.inner.width - left - right) / 2
            shift(node.inner, node.box.x + left + spare, node.box.y + top)
    for pool in plane.pools:
        pool.box = _moved(pool.box, dx, dy)
        for lane in pool.lanes:
            lane.box = _moved(lane.box, dx, dy)
    for edge in plane.edges:
        edge.points = [(x + dx, y + dy) for x, y in edge.points]
        edge.label_box = _maybe(edge.label_box, dx, dy)


def _moved(box: Box, dx: float, dy: float) -> Box:
    return Box(box.x + dx, box.y + dy, box.width, box.height)


def _maybe(box: Box | None, dx: float, dy: float) -> Box | None:
    return _moved(box, dx, dy) if box else None
