"""What can be measured on a drawing: overlaps, lanes left, edges that pass through shapes, crossings."""

from dataclasses import dataclass, field
from itertools import combinations, pairwise

from lxml import etree

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"
_FRAMES = ("participant", "lane")

Rect = tuple[float, float, float, float]
Point = tuple[float, float]


@dataclass
class Drawing:
    """The first plane of a file, or the one named."""

    shapes: dict[str, Rect] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Rect] = field(default_factory=dict)
    elements: dict[str, etree._Element] = field(default_factory=dict)
    expanded: dict[str, str] = field(default_factory=dict)

    def kind(self, name: str) -> str:
        """The BPMN name of an element."""
        return str(etree.QName(self.elements[name]).localname)

    def nodes(self) -> list[str]:
        """Shapes that are no frames."""
        return [name for name in self.shapes if self.kind(name) not in _FRAMES]

    def above(self, name: str) -> set[str]:
        """The ids of what holds an element."""
        return {holder.get("id") or "" for holder in self.elements[name].iterancestors()}

    def host(self, name: str) -> str:
        """What a boundary event sits on."""
        return self.elements[name].get("attachedToRef") or ""

    def ends(self, edge: str) -> tuple[str, str]:
        """The source and target of an edge."""
        element = self.elements[edge]
        return element.get("sourceRef") or "", element.get("targetRef") or ""


def read(xml: bytes, plane: str = "") -> Drawing:
    """The drawing in a file."""
    root = etree.fromstring(xml)
    drawing = Drawing()
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("id") and not element.tag.startswith(f"{{{_DI}}}"):
            drawing.elements[element.get("id") or ""] = element
    planes = list(root.iter(f"{{{_DI}}}BPMNPlane"))
    chosen = next((p for p in planes if p.get("bpmnElement") == plane), planes[0])
    for drawn in chosen:
        name = drawn.get("bpmnElement") or ""
        label = drawn.find(f"{{{_DI}}}BPMNLabel")
        if label is not None:
            drawing.labels[name] = _rect(label)
        if drawn.tag.endswith("Shape"):
            drawing.shapes[name] = _rect(drawn)
            drawing.expanded[name] = drawn.get("isExpanded") or ""
        else:
            drawing.edges[name] = [
                (float(p.get("x") or 0), float(p.get("y") or 0)) for p in drawn.iter(f"{{{_DD}}}waypoint")
            ]
    return drawing


def _rect(drawn: etree._Element) -> Rect:
    bounds = drawn.find(f"{{{_DC}}}Bounds")
    assert bounds is not None
    x, y, width, height = (float(bounds.get(key) or 0) for key in ("x", "y", "width", "height"))
    return x, y, width, height


def touch(one: Rect, other: Rect) -> bool:
    """Whether two rectangles share an area."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > 0 and down > 0


def within(inner: Rect, outer: Rect) -> bool:
    """Whether a rectangle lies inside another."""
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of shapes that lie on one another and do not belong there."""
    return [
        (one, other)
        for one, other in combinations(drawing.nodes(), 2)
        if touch(drawing.shapes[one], drawing.shapes[other])
        and one not in drawing.above(other) | {drawing.host(other)}
        and other not in drawing.above(one) | {drawing.host(one)}
    ]


def strays(drawing: Drawing) -> list[str]:
    """Nodes outside their lane, their pool, their subprocess, or beside the edge of their host."""
    found = []
    for lane in (name for name in drawing.shapes if drawing.kind(name) == "lane"):
        members = [
            part.text or "" for part in drawing.elements[lane] if str(part.tag).endswith("flowNodeRef")
        ]
        # A boundary event stands on its host, whichever lane names it.
        free = [name for name in members if not drawing.host(name)]
        found += [name for name in free if not within(drawing.shapes[name], drawing.shapes[lane])]
    for name in drawing.nodes():
        for holder in drawing.above(name) & drawing.shapes.keys():
            if not drawing.host(name) and not within(drawing.shapes[name], drawing.shapes[holder]):
                found.append(name)
        host = drawing.shapes.get(drawing.host(name))
        if host:
            x, y, width, height = drawing.shapes[name]
            middle = x + width / 2, y + height / 2
            if middle[1] != host[1] + host[3] or not host[0] <= middle[0] <= host[0] + host[2]:
                found.append(name)
    return found


def loose_ends(drawing: Drawing) -> list[str]:
    """Edges that do not start and end on the border of what they join."""
    return [
        edge
        for edge, points in drawing.edges.items()
        if not all(
            _on_border(point, drawing.shapes[end])
            for point, end in zip((points[0], points[-1]), drawing.ends(edge), strict=True)
            if end in drawing.shapes
        )
    ]


def _on_border(point: Point, rect: Rect) -> bool:
    x, y, width, height = rect
    inside = x <= point[0] <= x + width and y <= point[1] <= y + height
    return inside and (point[0] in (x, x + width) or point[1] in (y, y + height))


def slanted(drawing: Drawing) -> list[str]:
    """Edges with a piece that is neither level nor upright."""
    return [
        edge
        for edge, points in drawing.edges.items()
        if any(x0 != x1 and y0 != y1 for (x0, y0), (x1, y1) in pairwise(points))
    ]


def _pieces(points: list[Point]) -> list[Rect]:
    return [
        (min(x0, x1) - 0.1, min(y0, y1) - 0.1, abs(x1 - x0) + 0.2, abs(y1 - y0) + 0.2)
        for (x0, y0), (x1, y1) in pairwise(points)
    ]


def passages(drawing: Drawing) -> list[tuple[str, str]]:
    """Edges that run through, or along the border of, a shape that they do not join."""
    found = []
    for edge, points in drawing.edges.items():
        ends = {end for end in drawing.ends(edge) if end in drawing.elements}
        own = ends | {drawing.host(end) for end in ends}
        for end in ends:
            own |= drawing.above(end)
        for name in drawing.nodes():
            if name not in own and any(touch(piece, drawing.shapes[name]) for piece in _pieces(points)):
                found.append((edge, name))
    return found


def _strangers(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of edges that share neither their source nor their target."""
    ends = {edge: drawing.ends(edge) for edge in drawing.edges}
    return [
        (one, other)
        for one, other in combinations(drawing.edges, 2)
        if ends[one][0] != ends[other][0] and ends[one][1] != ends[other][1]
    ]


def crossings(drawing: Drawing) -> int:
    """How often edges cross."""
    return sum(
        _cross(a, b)
        for one, other in _strangers(drawing)
        for a in pairwise(drawing.edges[one])
        for b in pairwise(drawing.edges[other])
    )


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    level, upright = (one, other) if one[0][1] == one[1][1] else (other, one)
    if level[0][1] != level[1][1] or upright[0][0] != upright[1][0]:
        return False
    xs, ys = sorted((level[0][0], level[1][0])), sorted((upright[0][1], upright[1][1]))
    return xs[0] < upright[0][0] < xs[1] and ys[0] < level[0][1] < ys[1]


def shared_lines(drawing: Drawing) -> list[tuple[str, str]]:
    """Strangers that lie on one another for some way, so that nobody can tell them apart."""
    return [
        (one, other)
        for one, other in _strangers(drawing)
        if any(_along(a, b) for a in pairwise(drawing.edges[one]) for b in pairwise(drawing.edges[other]))
    ]


def _along(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    for fixed, free in ((0, 1), (1, 0)):
        if len({point[fixed] for point in (*one, *other)}) == 1:
            low = max(min(p[free] for p in one), min(p[free] for p in other))
            high = min(max(p[free] for p in one), max(p[free] for p in other))
            return low < high
    return False


def covered_words(drawing: Drawing) -> list[tuple[str, str]]:
    """Labels that lie on a shape or on another label."""
    on_shapes = [
        (owner, name)
        for owner, label in drawing.labels.items()
        for name in drawing.nodes()
        if touch(label, drawing.shapes[name])
        and name != owner
        and name not in drawing.above(owner)
        and drawing.expanded[name] != "true"
    ]
    pairs = combinations(drawing.labels.items(), 2)
    return on_shapes + [(one, other) for (one, a), (other, b) in pairs if touch(a, b)]
