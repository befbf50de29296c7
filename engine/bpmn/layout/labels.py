"""Where words stand: beside their shape or line, on no other shape or words, on as few lines as can be."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from engine.bpmn.layout.model import Box, Edge, Node, Plane, Point
from engine.bpmn.layout.text import Size
from engine.bpmn.layout.tracks import label_piece

_ON_SHAPE, _ON_WORDS, _ON_LINE = 60.0, 50.0, 4.0
_CELL = 120.0
_MARK = 16.0  # the stroke of a default flow, or the diamond of a conditional one


class _Taken:
    """Boxes by coarse squares, so that a question looks at neighbours only."""

    def __init__(self) -> None:
        self.squares: dict[tuple[int, int], list[tuple[Box, float]]] = {}

    def add(self, box: Box, weight: float) -> None:
        for square in _squares(box):
            self.squares.setdefault(square, []).append((box, weight))

    def price(self, box: Box) -> float:
        """How much of this box is taken, weighed by what takes it."""
        price = 0.0
        for square in _squares(box):
            for other, weight in self.squares.get(square, ()):
                area = box.overlap(other)
                if area:
                    price += weight * (1 + area / 100)
        return price


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.x // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.y // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row


def place_labels(plane: Plane) -> None:
    """Set the label boxes of nodes, boundary events and edges of a placed plane."""
    taken = _obstacles(plane)
    for node in plane.nodes:
        for guest in node.guests:
            if guest.label:
                guest.label_box = _best(taken, _beside(guest.box, guest.label, node.box.bottom))
        if node.label:
            node.label_box = _best(taken, _around(node))
    for edge in sorted(plane.edges, key=lambda e: len(e.points)):
        if edge.label and len(edge.points) > 1:
            edge.label_box = _best(taken, _along(edge, edge.label))


def _obstacles(plane: Plane) -> _Taken:
    """Shapes, frames and lines."""
    taken = _Taken()
    for node in plane.nodes:
        taken.add(node.box, _ON_SHAPE)
        for guest in node.guests:
            taken.add(guest.box, _ON_SHAPE)
    for pool in plane.pools:
        for frame in (pool.box, *(lane.box for lane in pool.lanes)) if pool.id or pool.lanes else ():
            taken.add(Box(frame.x, frame.y - 1, frame.width, 2), _ON_LINE / 2)
            taken.add(Box(frame.x, frame.bottom - 1, frame.width, 2), _ON_LINE / 2)
    for edge in plane.edges:
        for (x0, y0), (x1, y1) in pairwise(edge.points):
            taken.add(Box(min(x0, x1) - 1, min(y0, y1) - 1, abs(x1 - x0) + 2, abs(y1 - y0) + 2), _ON_LINE)
    return taken


def _best(taken: _Taken, choices: Iterable[tuple[float, Box]]) -> Box:
    """The first choice is the best liked; prices of the others say by how much less."""
    _, _, box = min((taken.price(box) + price, number, box) for number, (price, box) in enumerate(choices))
    taken.add(box, _ON_WORDS)
    return box


def _around(node: Node) -> Iterator[tuple[float, Box]]:
    assert node.label is not None
    width, height = node.label
    x, top, bottom = node.box.middle[0], node.box.y - height - 3, node.box.bottom + 3
    above = [(0.0, Box(x - width / 2, top, width, height))]
    above += [(1.0, Box(x - width - 4, top + 8, width, height)), (1.0, Box(x + 6, top + 8, width, height))]
    below = [(0.0, Box(x - width / 2, bottom, width, height))]
    below += [
        (1.0, Box(x + 4, bottom - 6, width, height)),
        (1.0, Box(x - width - 4, bottom - 6, width, height)),
    ]
    first, second = (above, below) if node.is_gateway else (below, above)
    yield from first
    yield from ((price + 1.5, box) for price, box in second)


def _beside(event: Box, size: Size, edge: float) -> Iterator[tuple[float, Box]]:
    """Words of a boundary event: outside its host, right of the event, else left of it."""
    top = edge + 5
    for gap in (2.0, 8.0):
        yield gap / 10, Box(event.right + gap, top, size.width, size.height)
    yield 1.0, Box(event.x - 2 - size.width, top, size.width, size.height)
    yield 2.0, Box(event.middle[0] + 4, event.bottom + 2, size.width, size.height)


def _along(edge: Edge, size: Size) -> Iterator[tuple[float, Box]]:
    """Words of a flow: at the beginning of the piece behind the stem, above it; then anywhere along."""
    first = label_piece_of(edge.points)
    order = [first, *(n for n in range(len(edge.points) - 1) if n != first)] if first >= 0 else []
    for rank, number in enumerate(order or range(len(edge.points) - 1)):
        (x0, y0), (x1, y1) = edge.points[number], edge.points[number + 1]
        price = 3.0 * min(rank, 3)
        least = 4.0 if number else _MARK
        if y0 == y1:
            yield from ((price + extra, box) for extra, box in _level((x0, y0), (x1, y1), size, least))
        else:
            yield from ((price + 1 + extra, box) for extra, box in _upright((x0, y0), (x1, y1), size))


def label_piece_of(points: list[Point]) -> int:
    """The piece that carries the words, among final waypoints."""
    pieces = [n for n, ((_, y0), (_, y1)) in enumerate(pairwise(points)) if y0 == y1]
    if not pieces:
        return -1
    return pieces[1] if pieces[0] == 0 and len(pieces) > 1 else pieces[0]


def _level(start: Point, end: Point, size: Size, least: float) -> Iterator[tuple[float, Box]]:
    length, y = abs(end[0] - start[0]), start[1]
    right = end[0] > start[0]
    for shift in (least, 12.0, 30.0, length / 2 - size.width / 2, length - size.width - 14):
        if shift < least or (shift > least and shift + size.width > length):
            continue
        x = start[0] + shift if right else start[0] - shift - size.width
        over = 2.0 if size.width + shift > length else 0.0
        yield over + shift / 100, Box(x, y - size.height - 1, size.width, size.height)
        yield over + shift / 100 + 0.8, Box(x, y + 2, size.width, size.height)


def _upright(start: Point, end: Point, size: Size) -> Iterator[tuple[float, Box]]:
    length, x = abs(end[1] - start[1]), start[0]
    down = end[1] > start[1]
    for shift in (6.0, 20.0, length / 2 - size.height / 2):
        if shift >= 0 and shift + size.height <= length:
            y = start[1] + shift if down else start[1] - shift - size.height
            yield shift / 100, Box(x + 4, y, size.width, size.height)
            yield shift / 100 + 0.5, Box(x - 4 - size.width, y, size.width, size.height)


__all__ = ["label_piece", "place_labels"]
