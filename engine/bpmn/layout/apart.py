"""Strangers that lie on one another are moved apart where one of them meets the side of a task.

Two edges that change places between two rows in one channel cannot be untangled by tracks alone; one of them
leaves or reaches its task a little above or below the middle.
"""

from collections.abc import Iterator
from typing import NamedTuple

from engine.bpmn.layout.model import Edge, End, Node, Plane

_STEP = 12.0
_LOW = 60.0


class _Piece(NamedTuple):
    edge: Edge
    number: int
    low: float
    high: float


def move_apart(plane: Plane) -> None:
    """Change waypoints so that edges without a common end share no level piece, where that can be done."""
    for _ in range(2):
        rows: dict[float, list[_Piece]] = {}
        for edge in plane.edges:
            for piece in _level(edge):
                rows.setdefault(edge.points[piece.number][1], []).append(piece)
        for pieces in rows.values():
            for one, other in _neighbours(pieces):
                if _meet(one, other) and not _kin(one.edge, other.edge):
                    _part(one, other)


def _neighbours(pieces: list[_Piece]) -> Iterator[tuple[_Piece, _Piece]]:
    """Pairs that share some way; from left to right."""
    pieces = sorted(pieces, key=lambda piece: piece.low)
    for number, one in enumerate(pieces):
        for other in pieces[number + 1 :]:
            if other.low >= one.high:
                break
            yield one, other


def _level(edge: Edge) -> Iterator[_Piece]:
    points = edge.points
    for number in range(len(points) - 1):
        if points[number][1] == points[number + 1][1]:
            low, high = sorted((points[number][0], points[number + 1][0]))
            yield _Piece(edge, number, low, high)


def _meet(one: _Piece, other: _Piece) -> bool:
    """Whether they still lie on one line: a piece may have been moved since it was listed."""
    return one.edge.points[one.number][1] == other.edge.points[other.number][1]


def _kin(one: Edge, other: Edge) -> bool:
    return one.source.key == other.source.key or one.target.key == other.target.key


def _part(one: _Piece, other: _Piece) -> None:
    for piece in (other, one):
        edge, number = piece.edge, piece.number
        last = len(edge.points) - 2
        end = edge.source if number == 0 else edge.target if number == last else None
        if end is None or last == 0 or not _has_side(end):
            continue
        beyond = edge.points[2 if number == 0 else last - 1][1]
        y = edge.points[number][1]
        y += _STEP if beyond > y else -_STEP
        for index in (number, number + 1):
            edge.points[index] = (edge.points[index][0], y)
        return


def _has_side(end: End) -> bool:
    """Tasks have straight sides; at diamonds and circles only the middle will do."""
    node = end.node
    return (
        isinstance(node, Node)
        and not end.guest
        and not node.is_event
        and not node.is_gateway
        and node.height > _LOW
    )
