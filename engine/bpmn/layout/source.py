"""Reading BPMN XML into planes: what is to be drawn, how large it is, and where it belongs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.layout import text
from engine.bpmn.layout.model import Band, Edge, End, Guest, Lane, Node, Plane, Pool

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

SUBPROCESSES = ("subProcess", "transaction", "adHocSubProcess")
ARTIFACTS = ("textAnnotation", "dataObjectReference", "dataStoreReference")
_PLAIN = ("task", "callActivity", "callChoreography", "subChoreography", "choreographyTask")
_MAX_DEPTH = 70
_LINES = 3

Element = etree._Element


def parse(xml: bytes) -> etree._ElementTree:
    """Parse without DTD, entities or network. Raises lxml.etree.XMLSyntaxError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True, huge_tree=False
    )
    return etree.ElementTree(etree.fromstring(xml, parser))


def kind(element: Element) -> str:
    """The BPMN name of an element; empty for comments and other vocabularies."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else ""


def children(element: Element, *kinds: str) -> Iterator[Element]:
    """The BPMN children of these kinds, in document order."""
    return (child for child in element if kind(child) in kinds)


def is_flow_node(name: str) -> bool:
    """Whether elements of this kind are shapes on the flow."""
    return (
        name.endswith(("Task", "Gateway"))
        or (name.endswith("Event") and name != "boundaryEvent")
        or name in _PLAIN
        or name in SUBPROCESSES
    )


def local(reference: str | None) -> str:
    """An id reference without its prefix."""
    return (reference or "").strip().rpartition(":")[2]


def expansions(root: Element) -> dict[str, bool]:
    """What the diagram that is there says about subprocesses: shown open or collapsed."""
    shapes = root.iter(f"{{{BPMNDI}}}BPMNShape")
    return {
        local(shape.get("bpmnElement")): shape.get("isExpanded") in ("true", "1")
        for shape in shapes
        if shape.get("isExpanded")
    }


def planes(root: Element) -> list[Plane]:
    """Every plane that the definitions need, collaborations first, drill-down planes last."""
    reader = _Reader(root, expansions(root))
    for collaboration in children(root, "collaboration"):
        reader.collaboration(collaboration)
    for process in children(root, "process"):
        if process.get("id", "") not in reader.drawn:
            reader.process(process)
    return reader.planes


@dataclass
class _Scope:
    """A plane being filled: where each element of it is found, and its edges, not yet joined."""

    plane: Plane
    home: dict[str, End] = field(default_factory=dict)
    connections: list[tuple[str, Element, str, str]] = field(default_factory=list)


class _Reader:
    def __init__(self, root: Element, expanded: dict[str, bool]) -> None:
        self.expanded = expanded
        self.planes: list[Plane] = []
        self.drawn: set[str] = set()
        self.processes = {process.get("id", ""): process for process in children(root, "process")}
        self.later: list[Element] = []

    def collaboration(self, element: Element) -> None:
        scope = _Scope(Plane(element.get("id", "")))
        for participant in children(element, "participant"):
            process = self.processes.get(local(participant.get("processRef")))
            if process is not None and process.get("id", "") in self.drawn:
                process = None
            self._pool(scope, participant, process)
        self._content(scope, element, 0, {})
        if scope.plane.pools:
            self._finish(scope)

    def process(self, element: Element) -> None:
        scope = _Scope(Plane(element.get("id", "")))
        self._pool(scope, None, element)
        self._finish(scope)

    def _finish(self, scope: _Scope) -> None:
        _join(scope)
        self.planes.append(scope.plane)
        later, self.later = self.later, []
        for element in later:
            self.process(element)

    def _pool(self, scope: _Scope, participant: Element | None, process: Element | None) -> None:
        plane = scope.plane
        pool = Pool(
            participant.get("id") if participant is not None else None,
            participant.get("name", "") if participant is not None else "",
            first=len(plane.bands),
            closed=process is None,
        )
        plane.pools.append(pool)
        lanes: dict[str, int] = {}
        if process is not None:
            self.drawn.add(process.get("id", ""))
            for lane_set in children(process, "laneSet"):
                self._lanes(plane, pool, lane_set, 0, lanes)
        if len(plane.bands) == pool.first:
            plane.bands.append(Band(len(plane.pools) - 1))
        pool.last = len(plane.bands) - 1
        if pool.id:
            scope.home[pool.id] = End(pool)
        if process is not None:
            self._content(scope, process, pool.first, lanes)

    def _lanes(self, plane: Plane, pool: Pool, lane_set: Element, depth: int, found: dict[str, int]) -> None:
        for element in children(lane_set, "lane"):
            lane = Lane(element.get("id", ""), element.get("name", ""), depth, len(plane.bands), 0)
            pool.lanes.append(lane)
            inner = [child for child in element if kind(child) == "childLaneSet"]
            for child in inner[:1] if depth < _MAX_DEPTH else []:
                self._lanes(plane, pool, child, depth + 1, found)
            if len(plane.bands) == lane.first:
                plane.bands.append(Band(len(plane.pools) - 1, name=lane.name))
            lane.last = len(plane.bands) - 1
            for reference in children(element, "flowNodeRef"):
                found.setdefault(local(reference.text), lane.first)

    def _content(
        self, scope: _Scope, element: Element, band: int, lanes: dict[str, int], depth: int = 0
    ) -> None:
        guests = []
        homeless = []
        for child in element:
            name = kind(child)
            if name == "boundaryEvent":
                guests.append(child)
            elif is_flow_node(name) or name in ARTIFACTS:
                node = self._node(child, name, depth)
                node.band = lanes.get(node.id, band)
                if lanes and node.id not in lanes:
                    homeless.append(node)
                scope.plane.nodes.append(node)
                scope.home[node.id] = End(node)
                _collect(scope, child, name)
                self._inside(scope, node, child)
            else:
                _connection(scope, child, name)
        for child in guests:
            _seat_guest(scope, child)
        _house(scope, homeless, lanes)

    def _node(self, element: Element, name: str, depth: int) -> Node:
        node = Node(element.get("id", ""), name, element.get("name", ""), 100, 80)
        if name.endswith("Event"):
            node.width = node.height = 36
            node.label = text.block(node.name, 96)
        elif node.is_gateway:
            node.width = node.height = 50
            node.label = text.block(node.name, 96)
        elif name == "textAnnotation":
            _note(node, element)
        elif name in ARTIFACTS:
            node.width, node.height = (36, 50) if name == "dataObjectReference" else (50, 50)
            node.label = text.block(node.name, 96)
        else:
            node.width = _task_width(node.name)
        if name in SUBPROCESSES:
            self._subprocess(node, element, depth)
        return node

    def _subprocess(self, node: Node, element: Element, depth: int) -> None:
        filled = any(is_flow_node(kind(child)) for child in element)
        node.expanded = self.expanded.get(node.id, filled)
        if not filled and not node.expanded:
            return
        if not node.expanded:
            self.later.append(element)
            return
        inner = _Scope(Plane(node.id, pools=[Pool(None, "")], bands=[Band(0)]))
        if depth < _MAX_DEPTH:
            self._content(inner, element, 0, {}, depth + 1)
        _join(inner)
        node.inner = inner.plane

    def _inside(self, scope: _Scope, node: Node, element: Element) -> None:
        """Elements inside a subprocess are reached, from outside, through its border."""
        if node.inner is not None:
            for inner in element.iter():
                if kind(inner) and inner is not element and inner.get("id"):
                    scope.home.setdefault(inner.get("id", ""), End(node, deep=inner.get("id")))


def _task_width(name: str) -> float:
    """The narrowest width whose lines leave room for the icon above them and a marker below."""
    for width in (100, 120, 140):
        lines = text.wrap(name, width - 14)
        if len(lines) <= _LINES and " ".join(lines) == " ".join(name.split()):
            return width
    return 160


def _note(node: Node, element: Element) -> None:
    content = next((child.text or "" for child in element if kind(child) == "text"), "")
    node.name = content
    node.width = 100 if len(content) < 40 else 160
    size = text.block(content, node.width - 12, text.BODY)
    node.height = max(30.0, size.height + 10 if size else 30.0)


def _seat_guest(scope: _Scope, element: Element) -> None:
    host = scope.home.get(local(element.get("attachedToRef")))
    if host is None or not isinstance(host.node, Node) or host.guest or host.deep:
        return
    guest = Guest(element.get("id", ""), element.get("name", ""), text.block(element.get("name", ""), 96))
    host.node.guests.append(guest)
    scope.home[guest.id] = End(host.node, guest)
    _collect(scope, element, "boundaryEvent")


def _connection(scope: _Scope, element: Element, name: str) -> None:
    wanted = {"sequenceFlow": "flow", "messageFlow": "message", "association": "association"}.get(name)
    if wanted:
        ends = local(element.get("sourceRef")), local(element.get("targetRef"))
        scope.connections.append((wanted, element, *ends))


def _collect(scope: _Scope, element: Element, name: str) -> None:
    """Data associations inside an activity or event."""
    owner = element.get("id", "")
    for child in children(element, "dataInputAssociation", "dataOutputAssociation"):
        tag = "sourceRef" if kind(child) == "dataInputAssociation" else "targetRef"
        other = next((local(part.text) for part in children(child, tag)), "")
        ends = (other, owner) if tag == "sourceRef" else (owner, other)
        scope.connections.append(("association", child, *ends))


def _house(scope: _Scope, homeless: list[Node], lanes: dict[str, int]) -> None:
    """A node that no lane names joins the lane of the first neighbour that has one."""
    for node in homeless:
        for _, _, source, target in scope.connections:
            other = target if source == node.id else source if target == node.id else ""
            if other in lanes:
                node.band = lanes[other]
                break


def _join(scope: _Scope) -> None:
    """Connections become edges of this plane when both ends stand on it, else loose ends."""
    for wanted, element, source, target in scope.connections:
        one, other = scope.home.get(source), scope.home.get(target)
        identifier = element.get("id", "")
        if not identifier:
            continue
        if one is None or other is None or (one.node is other.node and (one.deep or other.deep)):
            scope.plane.loose.append((identifier, source, target))
            continue
        edge = Edge(identifier, wanted, element.get("name", ""), one, other)
        edge.label = text.block(edge.name, 100)
        scope.plane.edges.append(edge)
