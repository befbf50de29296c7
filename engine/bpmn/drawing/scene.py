"""The drawing that is in the file: shapes, lines and their words, joined to the elements they show."""

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.layout import source
from engine.bpmn.layout.model import Box, Point
from engine.bpmn.layout.source import BPMNDI, DC, DI

Element = etree._Element


@dataclass
class Shape:
    """A rectangle of the drawing and what it shows."""

    id: str
    kind: str
    name: str
    element: Element
    box: Box
    label: Box | None
    expanded: bool
    horizontal: bool


@dataclass
class Line:
    """A polyline of the drawing and what it shows; ``tied`` is the kind of its source."""

    id: str
    kind: str
    name: str
    element: Element
    points: list[Point]
    label: Box | None
    tied: str


@dataclass
class Scene:
    """One plane, in the order in which it is to be drawn."""

    shapes: list[Shape] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    defaults: set[str] = field(default_factory=set)


def read(root: Element, plane: str = "") -> Scene:
    """The plane of this element id, else the main one; what has no element or no size is left out."""
    elements = {element.get("id", ""): element for element in root.iter() if source.kind(element)}
    elements.pop("", None)
    scene = Scene()
    scene.defaults = {element.get("default", "") for element in elements.values()}
    chosen = _choose(root, elements, plane)
    if chosen is None:
        return scene
    for drawn in chosen:
        element = elements.get(source.local(drawn.get("bpmnElement")))
        if element is None:
            continue
        if drawn.tag == f"{{{BPMNDI}}}BPMNShape":
            _shape(scene, drawn, element)
        elif drawn.tag == f"{{{BPMNDI}}}BPMNEdge":
            _line(scene, drawn, element, elements)
    scene.shapes.sort(key=_depth)
    return scene


def _choose(root: Element, elements: dict[str, Element], wanted: str) -> Element | None:
    planes = list(root.iter(f"{{{BPMNDI}}}BPMNPlane"))
    for plane in planes:
        if wanted and source.local(plane.get("bpmnElement")) == wanted:
            return plane
    for plane in planes:
        element = elements.get(source.local(plane.get("bpmnElement")))
        if element is not None and source.kind(element) not in source.SUBPROCESSES:
            return plane
    return planes[0] if planes else None


def _depth(shape: Shape) -> tuple[int, int]:
    """Frames first, then open subprocesses from the outside in, then the rest, boundary events on top."""
    if shape.kind in ("participant", "lane"):
        return 0, 1 if shape.kind == "lane" else 0
    if shape.expanded:
        return 1, sum(1 for _ in shape.element.iterancestors())
    return 2, 1 if shape.kind == "boundaryEvent" else 0


def _shape(scene: Scene, drawn: Element, element: Element) -> None:
    box = _bounds(drawn)
    if box is None:
        return
    kind = source.kind(element)
    opened = drawn.get("isExpanded")
    name = element.get("name", "")
    if kind == "textAnnotation":
        name = next((part.text or "" for part in source.children(element, "text")), "")
    scene.shapes.append(
        Shape(
            id=element.get("id", ""),
            kind=kind,
            name=name,
            element=element,
            box=box,
            label=_label(drawn),
            expanded=kind in source.SUBPROCESSES and opened in ("true", "1"),
            horizontal=drawn.get("isHorizontal") not in ("false", "0"),
        )
    )


def _line(scene: Scene, drawn: Element, element: Element, elements: dict[str, Element]) -> None:
    points = []
    for point in drawn.iter(f"{{{DI}}}waypoint"):
        x, y = _number(point.get("x")), _number(point.get("y"))
        if x is not None and y is not None:
            points.append((x, y))
    if len(points) < 2:
        return
    tied = elements.get(source.local(element.get("sourceRef")))
    scene.lines.append(
        Line(
            id=element.get("id", ""),
            kind=source.kind(element),
            name=element.get("name", ""),
            element=element,
            points=points,
            label=_label(drawn),
            tied=source.kind(tied) if tied is not None else "",
        )
    )


def _label(drawn: Element) -> Box | None:
    label = drawn.find(f"{{{BPMNDI}}}BPMNLabel")
    return _bounds(label) if label is not None else None


def _bounds(drawn: Element) -> Box | None:
    bounds = drawn.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return None
    x, y = _number(bounds.get("x")), _number(bounds.get("y"))
    width, height = _number(bounds.get("width")), _number(bounds.get("height"))
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        return None
    return Box(x, y, width, height)


def _number(text: str | None) -> float | None:
    """A coordinate; anything that is not a sane number is None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -1e6 < value < 1e6 else None
