"""Drawings on the server: a BPMN file as SVG for pages without JavaScript and for print, and its text twin.

The SVG is one element without script, style, link or id, so that a strict content security policy lets it
pass and several can stand on one page. Colours follow ``currentColor``; the page's style sheet may use the
classes ``bpmn``, ``bpmn-frame``, ``bpmn-shape``, ``bpmn-line``, ``bpmn-words``, ``bpmn-badge``, ``bpmn-mark``
and, on the group of a marked element, ``is-here``, ``is-done``, ``is-late``, ``is-problem``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.bpmn.drawing import lines, pen, scene, shapes
from engine.bpmn.drawing.listing import Step, element_list
from engine.bpmn.drawing.scene import Scene, Shape
from engine.bpmn.layout import layout, needs_layout, source, text
from engine.bpmn.layout.model import Box

__all__ = ["MARKS", "Step", "element_list", "svg"]

# The word of each mark; a mark is never told by colour alone.
MARKS: Mapping[str, str] = MappingProxyType(
    {"here": "di sini", "done": "selesai", "late": "lewat tenggat", "problem": "bermasalah"}
)
_PAPER = {
    "here": ("#E4EFFB", "#0A4683"),
    "done": ("#E3F4E8", "#0B5A2A"),
    "late": ("#FFF1D1", "#6B4200"),
    "problem": ("#FBE3E1", "#96150C"),
}
_NOTHING: Mapping[str, str] = MappingProxyType({})
_MARGIN = 20.0


def svg(
    xml: bytes,
    *,
    marks: Mapping[str, str] = _NOTHING,
    badges: Mapping[str, str] = _NOTHING,
    title: str = "",
    plane: str = "",
    words: Mapping[str, str] = MARKS,
) -> str:
    """The diagram as an SVG element, in the pixels of its own drawing; it is laid out first when it has none.

    ``marks``: element id → here, done, late or problem. ``badges``: element id → a short text at its corner.
    ``plane``: the id of a collapsed subprocess, to draw its inside. ``words``: the word for each mark, in the
    reader's language. Raises lxml.etree.XMLSyntaxError.
    """
    drawn = layout(xml) if needs_layout(xml) else xml
    content = scene.read(source.parse(drawn).getroot(), plane)
    groups = [_shape(shape, marks, badges, words) for shape in content.shapes if shape.kind in _UNDER]
    groups += [_shape(shape, marks, badges, words) for shape in content.shapes if shape.expanded]
    for line in content.lines:
        inside = pen.title(line.name) + lines.draw(line, line.id in content.defaults)
        groups.append(_group(line.id, line.kind, marks.get(line.id, ""), inside))
    rest = [shape for shape in content.shapes if shape.kind not in _UNDER and not shape.expanded]
    groups += [_shape(shape, marks, badges, words) for shape in rest]
    x, y, width, height = _extent(content)
    return pen.tag(
        "svg",
        pen.title(title) + "".join(groups),
        xmlns="http://www.w3.org/2000/svg",
        class_="bpmn",
        role="img",
        aria_label=title or None,
        viewBox=" ".join(map(pen.number, (x, y, width, height))),
        width=width,
        height=height,
        fill="none",
        font_family="Arial, Helvetica, sans-serif",
    )


_UNDER = ("participant", "lane")


def _group(element: str, kind: str, mark: str, inside: str) -> str:
    classes = f"bpmn-{kind}" + (f" is-{mark}" if mark in _PAPER else "")
    return pen.tag("g", inside, class_=classes, data_element_id=element)


def _shape(
    shape: Shape, marks: Mapping[str, str], badges: Mapping[str, str], words: Mapping[str, str]
) -> str:
    mark, badge = marks.get(shape.id, ""), badges.get(shape.id, "")
    word = words.get(mark) or MARKS.get(mark, "")
    said = ", ".join(part for part in (shape.name, word, badge) if part)
    inside = pen.title(said) + shapes.draw(shape)
    if mark in _PAPER:
        inside += _mark(shape, mark, word)
    if badge:
        inside += _pill(badge, shape.box.right, shape.box.y, "bpmn-badge", ("#FFFFFF", "#14202B"))
    return _group(shape.id, shape.kind, mark, inside)


def _mark(shape: Shape, mark: str, word: str) -> str:
    """A second outline and the word, on the top edge, or on the bottom one where words stand above."""
    x, y, width, height = shape.box
    colour = _PAPER[mark][1]
    dashes = {"late": "6 3", "problem": "2 3"}.get(mark)
    outline = pen.rect(
        x - 5,
        y - 5,
        width + 10,
        height + 10,
        radius=12,
        stroke=colour,
        stroke_width=1.5 if mark == "done" else 3,
        stroke_dasharray=dashes,
        class_="bpmn-mark",
    )
    edge = y + height + 5 if shape.kind.endswith("Gateway") else y - 5
    return outline + _pill(word, x + width / 2, edge, "bpmn-mark-word", _PAPER[mark])


def _pill(content: str, x: float, y: float, name: str, colours: tuple[str, str]) -> str:
    """A short text on an opaque ground, centred on a point."""
    width = max(18.0, text.measure(content, text.SMALL) + 12)
    ground = pen.rect(
        x - width / 2, y - 9, width, 18, radius=9, fill=colours[0], stroke=colours[1], stroke_width=1.2
    )
    inside = pen.tag(
        "text",
        pen.escape(content),
        x=x,
        y=y + 4,
        fill=colours[1],
        text_anchor="middle",
        font_size=text.SMALL,
        font_weight="bold",
    )
    return pen.tag("g", ground + inside, class_=name)


def _extent(content: Scene) -> Box:
    """All that is drawn, with a margin; an empty drawing has a small size."""
    boxes = [shape.box for shape in content.shapes]
    labels = [shape.label for shape in content.shapes] + [line.label for line in content.lines]
    boxes += [label for label in labels if label is not None]
    points = [point for line in content.lines for point in line.points]
    points += [corner for box in boxes for corner in ((box.x, box.y), (box.right, box.bottom))]
    if not points:
        return Box(0, 0, 100, 40)
    left, top = min(x for x, _ in points) - _MARGIN, min(y for _, y in points) - _MARGIN
    right, bottom = max(x for x, _ in points) + _MARGIN, max(y for _, y in points) + _MARGIN
    return Box(left, top, right - left, bottom - top)
