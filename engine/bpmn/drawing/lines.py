"""Drawing one line: rounded corners, arrowhead, and the small signs at its ends."""

import math

from engine.bpmn.drawing import pen
from engine.bpmn.drawing.pen import INK, circle, path
from engine.bpmn.drawing.scene import Line
from engine.bpmn.layout import labels, text
from engine.bpmn.layout.model import Point

_CORNER = 5.0
_DASHES = {"messageFlow": "10 6", "association": "1 4"}
_DATA = ("dataInputAssociation", "dataOutputAssociation")


def draw(line: Line, default: bool) -> str:
    """The SVG of a line without its group; ``default`` marks the flow taken when no condition holds."""
    dashes = _DASHES.get(line.kind, "1 4" if line.kind in _DATA else None)
    drawn = path(_way(line.points), stroke_width=1.5, stroke_dasharray=dashes, class_="bpmn-line")
    first, last = line.points[:2], line.points[-2:]
    if line.kind == "sequenceFlow":
        drawn += _arrow(last, filled=True) + _start(line, first, default)
    elif line.kind == "messageFlow":
        drawn += circle(*first[0], 3.5, fill="none", stroke_width=1.2) + _arrow(last, filled=False)
    elif line.kind in _DATA or line.element.get("associationDirection") in ("One", "Both"):
        drawn += _open_arrow(last)
        if line.element.get("associationDirection") == "Both":
            drawn += _open_arrow(first[::-1])
    return drawn + _words(line)


def _way(points: list[Point]) -> str:
    """The line with its corners rounded."""
    d = f"M{pen.number(points[0][0])} {pen.number(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        d += f"L{pen.number(near[0])} {pen.number(near[1])}"
        d += f"Q{pen.number(corner[0])} {pen.number(corner[1])} {pen.number(far[0])} {pen.number(far[1])}"
    return d + f"L{pen.number(points[-1][0])} {pen.number(points[-1][1])}"


def _towards(start: Point, end: Point) -> Point:
    length = math.dist(start, end)
    part = min(_CORNER, length / 2) / length if length else 0.0
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _frame(piece: list[Point]) -> tuple[float, float]:
    """The direction of a piece as a unit vector; a piece without length points right."""
    (x0, y0), (x1, y1) = piece
    length = math.dist(*piece)
    return ((x1 - x0) / length, (y1 - y0) / length) if length else (1.0, 0.0)


def _at(tip: Point, heading: tuple[float, float], back: float, side: float) -> str:
    x = tip[0] - heading[0] * back - heading[1] * side
    y = tip[1] - heading[1] * back + heading[0] * side
    return f"{x:.1f} {y:.1f}"


def _arrow(piece: list[Point], *, filled: bool) -> str:
    tip, heading = piece[1], _frame(piece)
    d = f"M{_at(tip, heading, 0, 0)}L{_at(tip, heading, 10, 4)}L{_at(tip, heading, 10, -4)}z"
    return path(d, fill=INK if filled else "none", stroke_width=1)


def _open_arrow(piece: list[Point]) -> str:
    tip, heading = piece[1], _frame(piece)
    return path(
        f"M{_at(tip, heading, 8, 5)}L{_at(tip, heading, 0, 0)}L{_at(tip, heading, 8, -5)}", stroke_width=1.5
    )


def _start(line: Line, piece: list[Point], default: bool) -> str:
    """The stroke of a default flow, or the diamond of a condition that leaves an activity."""
    start, heading = piece[0], _frame(piece)
    if default:
        return path(f"M{_at(start, heading, -7, 5)}L{_at(start, heading, -13, -5)}", stroke_width=1.5)
    conditional = any(str(child.tag).endswith("}conditionExpression") for child in line.element)
    if conditional and not line.tied.endswith("Gateway"):
        corners = [_at(start, heading, *at) for at in ((0, 0), (-8, 5), (-16, 0), (-8, -5))]
        return path("M" + "L".join(corners) + "z", fill="none", stroke_width=1.2)
    return ""


def _words(line: Line) -> str:
    if line.label is not None:
        x, y, width, _ = line.label
        return pen.words(line.name, x + width / 2, y, max(90.0, width), size=text.SMALL)
    number = max(0, labels.label_piece_of(line.points))
    (x0, y0), (x1, y1) = line.points[number], line.points[number + 1]
    return pen.words(line.name, (x0 + x1) / 2, (y0 + y1) / 2 - 16, 100.0, size=text.SMALL)
