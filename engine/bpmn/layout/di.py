"""Writing planes as BPMNDI: shapes, edges and label bounds in whole pixels."""

from itertools import pairwise

from lxml import etree

from engine.bpmn.layout import source
from engine.bpmn.layout.model import Box, Edge, Node, Plane, Point
from engine.bpmn.layout.source import BPMNDI, DC, DI, SUBPROCESSES

_MARGIN = (160.0, 80.0)


def write(root: etree._Element, planes: list[Plane]) -> None:
    """Replace every diagram of the definitions by one per plane."""
    for old in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(old)
    semantic = {
        element.get("id"): element for element in root.iter() if source.kind(element) and element.get("id")
    }
    names = _Names({element.get("id") for element in root.iter() if isinstance(element.tag, str)})
    for plane in planes:
        _Diagram(names, semantic).draw(root, plane)


class _Names:
    """Fresh ids that no element of the file has."""

    def __init__(self, used: set[str | None]) -> None:
        self.used = used

    def new(self, base: str) -> str:
        name, number = base, 1
        while name in self.used:
            number += 1
            name = f"{base}_{number}"
        self.used.add(name)
        return name


def _child(parent: etree._Element, space: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{space}}}{name}", attributes, nsmap=_PREFIXES)


_PREFIXES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}


class _Diagram:
    def __init__(self, names: _Names, semantic: dict[str | None, etree._Element]) -> None:
        self.names, self.semantic = names, semantic
        self.bounds: dict[str, Box] = {}

    def draw(self, root: etree._Element, plane: Plane) -> None:
        diagram = _child(root, BPMNDI, "BPMNDiagram", id=self.names.new(f"BPMNDiagram_{plane.element}"))
        name = self.names.new(f"BPMNPlane_{plane.element}")
        self.plane = _child(diagram, BPMNDI, "BPMNPlane", id=name, bpmnElement=plane.element)
        for pool in plane.pools:
            if pool.id:
                self._shape(pool.id, pool.box, isHorizontal="true")
            for lane in pool.lanes:
                self._shape(lane.id, lane.box, isHorizontal="true")
        self._content(plane)
        for loose in self._all_loose(plane):
            self._loose(*loose)

    def _content(self, plane: Plane) -> None:
        for node in plane.nodes:
            self._node(node)
        for node in plane.nodes:
            for guest in node.guests:
                self._label(self._shape(guest.id, guest.box), guest.label_box)
        for edge in plane.edges:
            self._edge(edge)

    def _node(self, node: Node) -> None:
        extra = {}
        if node.kind in SUBPROCESSES:
            extra["isExpanded"] = "true" if node.expanded else "false"
        if node.kind == "exclusiveGateway":
            extra["isMarkerVisible"] = "true"
        self._label(self._shape(node.id, node.box, **extra), node.label_box)
        if node.inner is not None:
            self._content(node.inner)

    def _shape(self, element: str, box: Box, **extra: str) -> etree._Element:
        self.bounds[element] = box
        shape = _child(
            self.plane, BPMNDI, "BPMNShape", id=self.names.new(f"{element}_di"), bpmnElement=element, **extra
        )
        _bounds(shape, box)
        return shape

    def _label(self, shape: etree._Element, box: Box | None) -> None:
        if box is not None:
            _bounds(_child(shape, BPMNDI, "BPMNLabel"), box)

    def _edge(self, edge: Edge) -> None:
        deep = [end.deep for end in (edge.source, edge.target)]
        if any(deep) or not edge.points:
            self._loose(edge.id, deep[0] or edge.source.key, deep[1] or edge.target.key)
            return
        middle = edge.points[len(edge.points) // 2]
        self.bounds[edge.id] = Box(*middle, 0, 0)
        self._label(self._line(edge.id, edge.points), edge.label_box)

    def _line(self, element: str, points: list[Point]) -> etree._Element:
        line = _child(self.plane, BPMNDI, "BPMNEdge", id=self.names.new(f"{element}_di"), bpmnElement=element)
        for x, y in straightened(points):
            _child(line, DI, "waypoint", x=_number(x), y=_number(y))
        return line

    def _all_loose(self, plane: Plane) -> list[tuple[str, str, str]]:
        found = list(plane.loose)
        for node in plane.nodes:
            if node.inner is not None:
                found += self._all_loose(node.inner)
        return found

    def _loose(self, element: str, one: str, other: str) -> None:
        """An edge between planes, or to another edge: three plain pieces, if both ends are drawn."""
        boxes = self.bounds.get(one), self.bounds.get(other)
        if boxes[0] is None or boxes[1] is None or element not in self.semantic:
            return
        self._line(element, _between(boxes[0], boxes[1]))


def _between(one: Box, other: Box) -> list[Point]:
    (x0, y0), (x1, y1) = one.middle, other.middle
    if one.bottom <= other.y or other.bottom <= one.y:
        y0, y1 = (one.bottom, other.y) if y0 < y1 else (one.y, other.bottom)
        middle = (y0 + y1) / 2
        return [(x0, y0), (x0, middle), (x1, middle), (x1, y1)]
    x0, x1 = (one.right, other.x) if x0 < x1 else (one.x, other.right)
    middle = (x0 + x1) / 2
    return [(x0, y0), (middle, y0), (middle, y1), (x1, y1)]


def straightened(points: list[Point]) -> list[Point]:
    """Whole pixels, without repeated points and points where the line goes straight on."""
    whole = [(float(round(x)), float(round(y))) for x, y in points]
    distinct = whole[:1] + [b for a, b in pairwise(whole) if a != b]
    kept = distinct[:1]
    for (x0, y0), (x1, y1), (x2, y2) in zip(distinct, distinct[1:], distinct[2:], strict=False):
        if not (x0 == x1 == x2 or y0 == y1 == y2):
            kept.append((x1, y1))
    kept += distinct[1:][-1:]
    return kept if len(kept) > 1 else whole[:1] * 2


def _number(value: float) -> str:
    return str(round(value))


def _bounds(parent: etree._Element, box: Box) -> None:
    left, top = round(box.x), round(box.y)
    right, bottom = round(box.right), round(box.bottom)
    _child(parent, DC, "Bounds", x=str(left), y=str(top), width=str(right - left), height=str(bottom - top))
