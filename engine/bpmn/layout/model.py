"""What the layout works on: planes of nodes on a grid, and the edges between them.

A plane is one drawing surface: a whole diagram, the inside of an expanded subprocess, or the drill-down page
of a collapsed one. Its bands (leaf lanes, or the pool when it has none) stack downwards; its columns run from
left to right. All sizes and coordinates are in pixels of the diagram, the origin at the top left.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.bpmn.layout.text import Size

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle by its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlap(self, other: "Box") -> float:
        """The common area, 0 when they are apart or only touch."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return width * height if width > 0 and height > 0 else 0.0


NOWHERE = Box(0, 0, 0, 0)


@dataclass(eq=False)
class Guest:
    """A boundary event, sitting on the bottom edge of its host; ``dx`` is measured from the host's middle."""

    id: str
    name: str
    label: Size | None = None
    dx: float = 0.0
    column: int = 0
    box: Box = NOWHERE
    label_box: Box | None = None


@dataclass(eq=False)
class Node:
    """One shape on the grid: a flow node, a data object or an annotation."""

    id: str
    kind: str
    name: str
    width: float
    height: float
    label: Size | None = None
    band: int = 0
    column: int = 0
    span: int = 1
    row: int = 0
    guests: list[Guest] = field(default_factory=list)
    inner: "Plane | None" = None
    expanded: bool | None = None
    box: Box = NOWHERE
    label_box: Box | None = None

    @property
    def last(self) -> int:
        """The last column it covers."""
        return self.column + self.span - 1

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")

    @property
    def is_event(self) -> bool:
        return self.kind.endswith("Event")

    @property
    def is_artifact(self) -> bool:
        return self.kind in ("textAnnotation", "dataObjectReference", "dataStoreReference")


@dataclass(eq=False)
class Lane:
    """A lane, nested ones included; it covers the bands from ``first`` to ``last``."""

    id: str
    name: str
    depth: int
    first: int
    last: int
    box: Box = NOWHERE


@dataclass(eq=False)
class Pool:
    """A participant, or the unnamed frame of a process without one (``id`` is None)."""

    id: str | None
    name: str
    first: int = 0
    last: int = 0
    closed: bool = False
    lanes: list[Lane] = field(default_factory=list)
    box: Box = NOWHERE

    @property
    def depth(self) -> int:
        """How many lane headers stand beside one another."""
        return max((lane.depth + 1 for lane in self.lanes), default=0)


@dataclass(eq=False)
class Band:
    """A strip that holds nodes."""

    pool: int
    rows: int = 1
    name: str = ""


class End(NamedTuple):
    """One end of an edge; ``deep`` names the real element when it lies inside ``node``'s own plane."""

    node: Node | Pool
    guest: Guest | None = None
    deep: str | None = None

    @property
    def key(self) -> str:
        owner: Guest | Node | Pool = self.guest or self.node
        return owner.id or ""


@dataclass(eq=False)
class Edge:
    """A connection; ``route`` runs over grid lines, ``points`` are the final waypoints."""

    id: str
    kind: str
    name: str
    source: End
    target: End
    label: Size | None = None
    back: bool = False
    route: list[tuple[int, int]] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    label_box: Box | None = None


@dataclass(eq=False)
class Plane:
    """One drawing surface; ``element`` is the collaboration, process or subprocess that it draws."""

    element: str
    pools: list[Pool] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    loose: list[tuple[str, str, str]] = field(default_factory=list)
    columns: int = 0
    width: float = 0.0
    height: float = 0.0
