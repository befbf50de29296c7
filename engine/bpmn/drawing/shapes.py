"""Drawing one shape: frame, icon, words."""

from engine.bpmn.drawing import glyphs, pen
from engine.bpmn.drawing.pen import INK, circle, path, rect
from engine.bpmn.drawing.scene import Shape
from engine.bpmn.layout import text
from engine.bpmn.layout.source import SUBPROCESSES

_HEADER = 30.0
_CLOSED_POOL = 90.0
_ICON, _MARKER = 20.0, 18.0  # what icons at the top and markers at the bottom keep from the words


def draw(shape: Shape) -> str:
    """The SVG of a shape without its group."""
    kind = shape.kind
    if kind == "participant":
        return _pool(shape)
    if kind == "lane":
        return _lane(shape)
    if kind.endswith("Event"):
        return _event(shape) + _outside(shape)
    if kind.endswith("Gateway"):
        return _gateway(shape) + _outside(shape)
    if kind == "textAnnotation":
        return _note(shape)
    if kind in ("dataObjectReference", "dataObject", "dataInput", "dataOutput"):
        return _page(shape) + _outside(shape)
    if kind == "dataStoreReference":
        return _store(shape) + _outside(shape)
    if kind == "group":
        x, y, width, height = shape.box
        return rect(x, y, width, height, radius=10, stroke_dasharray="8 4 2 4", class_="bpmn-group")
    return _activity(shape)


def _turned(content: str, x: float, y: float, room: float) -> str:
    """Words that run upwards, centred on a point."""
    written = pen.words(content, 0, 0, room, middle=True, most=2)
    return (
        pen.tag("g", written, transform=f"translate({pen.number(x)} {pen.number(y)}) rotate(-90)")
        if written
        else ""
    )


def _pool(shape: Shape) -> str:
    x, y, width, height = shape.box
    frame = rect(x, y, width, height, stroke_width=1.5, class_="bpmn-frame")
    if not shape.element.get("processRef") or (shape.horizontal and height < _CLOSED_POOL):
        return frame + pen.words(shape.name, x + width / 2, y + height / 2, width - 10, middle=True)
    if not shape.horizontal:
        band = path(f"M{pen.number(x)} {pen.number(y + _HEADER)}h{pen.number(width)}", stroke_width=1.5)
        return (
            frame
            + band
            + pen.words(shape.name, x + width / 2, y + _HEADER / 2, width - 10, middle=True, most=2)
        )
    band = path(f"M{pen.number(x + _HEADER)} {pen.number(y)}v{pen.number(height)}", stroke_width=1.5)
    return frame + band + _turned(shape.name, x + _HEADER / 2, y + height / 2, height - 10)


def _lane(shape: Shape) -> str:
    x, y, width, height = shape.box
    frame = rect(x, y, width, height, stroke_width=1, class_="bpmn-frame")
    if not shape.horizontal:
        return frame + pen.words(shape.name, x + width / 2, y + _HEADER / 2, width - 10, middle=True, most=2)
    return frame + _turned(shape.name, x + _HEADER / 2, y + height / 2, height - 8)


def _activity(shape: Shape) -> str:
    x, y, width, height = shape.box
    called = shape.kind == "callActivity"
    event_scope = shape.element.get("triggeredByEvent") in ("true", "1")
    drawn = rect(
        x,
        y,
        width,
        height,
        radius=10,
        stroke_width=4 if called else 1.5,
        stroke_dasharray="2 4" if event_scope else None,
        class_="bpmn-shape",
    )
    if shape.kind == "transaction":
        drawn += rect(x + 3, y + 3, width - 6, height - 6, radius=8, stroke_width=1.5)
    icon = glyphs.task(shape.kind, x + 5, y + 4)
    drawn += icon
    collapsed = called or (shape.kind in SUBPROCESSES and not shape.expanded)
    marks = glyphs.markers(shape.element, collapsed, x + width / 2, y + height - 11)
    drawn += marks
    if shape.expanded:
        return drawn + pen.words(shape.name, x + width / 2, y + 8, width - 20, most=2)
    step = text.BODY * text.LINE
    top, bottom = (_ICON if icon else 4), (_MARKER if marks else 2)
    most = max(1, int((height - top - bottom + 4) / step))
    lines = min(most, len(text.wrap(shape.name, width - 12)))
    start = min(max((height - lines * step) / 2, top), max(2.0, height - bottom - lines * step))
    return drawn + pen.words(shape.name, x + width / 2, y + start, width - 12, most=most)


def _event(shape: Shape) -> str:
    x, y = shape.box.middle
    radius = min(shape.box.width, shape.box.height) / 2
    loose = shape.element.get("cancelActivity") in ("false", "0") or shape.element.get("isInterrupting") in (
        "false",
        "0",
    )
    dashes = "4 3" if loose else None
    end = shape.kind == "endEvent"
    drawn = circle(
        x,
        y,
        radius,
        stroke_width=4 if end else 1.5,
        stroke_dasharray=dashes,
        class_="bpmn-shape",
        fill="Canvas" if shape.kind == "boundaryEvent" else "none",
    )
    if shape.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        drawn += circle(x, y, max(1, radius - 4), stroke_width=1.5, stroke_dasharray=dashes)
    return drawn + glyphs.event(shape.element, x, y, end or shape.kind == "intermediateThrowEvent")


def _gateway(shape: Shape) -> str:
    x, y = shape.box.middle
    wide, high = shape.box.width / 2, shape.box.height / 2
    sides = f"l{wide:.1f} {high:.1f} {-wide:.1f} {high:.1f} {-wide:.1f} {-high:.1f}z"
    d = f"M{pen.number(x)} {pen.number(y - high)}{sides}"
    return path(d, stroke_width=1.5, class_="bpmn-shape") + glyphs.gateway(shape.kind, x, y)


def _note(shape: Shape) -> str:
    x, y, width, height = shape.box
    bracket = path(f"M{pen.number(x + 10)} {pen.number(y)}h-10v{pen.number(height)}h10", stroke_width=1.5)
    most = max(1, int(height / (text.BODY * text.LINE)))
    return bracket + pen.words(
        shape.name, x + width / 2 + 3, y + height / 2, width - 10, most=most, middle=True
    )


def _page(shape: Shape) -> str:
    x, y, width, height = shape.box
    d = f"M{pen.number(x)} {pen.number(y)}h{width - 10:.1f}l10 10v{height - 10:.1f}h{-width:.1f}z"
    return path(d + f"m{width - 10:.1f} 0v10h10", stroke_width=1.5, class_="bpmn-shape")


def _store(shape: Shape) -> str:
    x, y, width, height = shape.box
    side, arc = height - 12, f"{width / 2:.1f} 6 0 0"
    d = f"M{pen.number(x)} {pen.number(y + 6)}a{arc} 1 {width:.1f} 0v{side:.1f}a{arc} 1 {-width:.1f} 0z"
    return path(d + f"a{arc} 0 {width:.1f} 0", stroke_width=1.5, class_="bpmn-shape")


def _outside(shape: Shape) -> str:
    """Words beside a shape: in their own bounds, else below it."""
    if shape.label is not None:
        return pen.words(
            shape.name, shape.label.middle[0], shape.label.y, max(90.0, shape.label.width), size=text.SMALL
        )
    return pen.words(shape.name, shape.box.middle[0], shape.box.bottom + 4, 90.0, size=text.SMALL)


__all__ = ["INK", "draw"]
