"""A diagram as the rules see it: processes, scopes, nodes and flows, each still holding its XML.

The objects are built once from a tree (``build.py``) and describe it as it was then; whatever changes the
tree builds the model anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding


@dataclass
class Flow:
    """A sequence flow. ``source`` and ``target`` are ids as written; they may lead nowhere."""

    id: str
    source: str
    target: str
    name: str
    condition: str | None
    line: int
    xml: etree._Element


@dataclass(frozen=True)
class EventDefinition:
    """What an event waits for or throws. ``kind`` is one of ``names.EVENT_DEFINITIONS``' values.

    ``ref`` is the id written, ``target`` the name or code found behind it (None when there is none).
    A timer has ``timer`` (date, duration, cycle or None) and ``text``; a condition and a link have ``text``.
    """

    kind: str
    xml: etree._Element
    ref: str | None = None
    target: str | None = None
    timer: str | None = None
    text: str = ""


@dataclass
class Node:
    """One flow node with its flows, in document order."""

    id: str
    kind: str
    name: str
    line: int
    xml: etree._Element
    scope: "Scope"
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    events: list[EventDefinition] = field(default_factory=list)
    host: "Node | None" = None
    boundaries: list["Node"] = field(default_factory=list)
    inner: "Scope | None" = None
    record: Any = None  # the public record, kept by elements.element once it was asked for

    @property
    def event(self) -> EventDefinition | None:
        """The one event definition of an event; None for a plain one."""
        return self.events[0] if self.events else None

    @property
    def event_kind(self) -> str:
        """``timer``, ``message``…; empty for a plain event and for what is no event."""
        return self.events[0].kind if self.events else ""

    @property
    def interrupting(self) -> bool:
        """Whether a boundary or an event-subprocess start ends what it stands on."""
        attribute = "isInterrupting" if self.kind == "startEvent" else "cancelActivity"
        return self.xml.get(attribute, "true").strip() not in ("false", "0")

    @property
    def is_event_subprocess(self) -> bool:
        return self.kind in names.SUBPROCESSES and self.xml.get("triggeredByEvent", "false") in ("true", "1")

    @property
    def is_compensation(self) -> bool:
        """A compensation handler or its boundary: reached by association, never by flow."""
        marked = self.xml.get("isForCompensation", "false") in ("true", "1")
        return marked or (self.kind == "boundaryEvent" and self.event_kind == "compensation")

    @property
    def default(self) -> str | None:
        """The id of the default exit."""
        return self.xml.get("default") or None

    @property
    def loop(self) -> etree._Element | None:
        """The loop or multi-instance marker."""
        for tag in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            found = self.xml.find(names.bpmn(tag))
            if found is not None:
                return found
        return None


@dataclass
class Scope:
    """The inside of a process or of an embedded subprocess."""

    owner: Node | None
    process: "Process"
    xml: etree._Element
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    links: Any = None  # the link events by name, kept by graph.link_events once they were asked for

    def walk(self) -> Iterator[Node]:
        """All nodes of this scope and of the scopes inside, outer ones first."""
        for node in self.nodes.values():
            yield node
            if node.inner is not None:
                yield from node.inner.walk()

    def scopes(self) -> Iterator["Scope"]:
        """This scope and those inside."""
        yield self
        for node in self.nodes.values():
            if node.inner is not None:
                yield from node.inner.scopes()

    def starts(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == "startEvent"]


@dataclass(frozen=True)
class Lane:
    """A lane; ``role`` is its role key (property alur:role, else made of the name)."""

    id: str
    name: str
    role: str | None
    declared: bool
    line: int


@dataclass
class Process:
    """One process of a diagram. ``executable`` is None when the attribute is absent."""

    id: str
    name: str
    line: int
    xml: etree._Element
    executable: bool | None
    participant: str | None = None
    lanes: list[Lane] = field(default_factory=list)
    lane_of: dict[str, Lane] = field(default_factory=dict)
    scope: Scope = field(init=False)

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn in it."""
        return not self.scope.nodes

    def lane(self, node: Node) -> Lane | None:
        """The lane a node stands in; inside a subprocess that of the subprocess."""
        at: Node | None = node
        while at is not None:
            anchor = at.host.id if at.host is not None and at.id not in self.lane_of else at.id
            if anchor in self.lane_of:
                return self.lane_of[anchor]
            at = at.scope.owner
        return None


@dataclass(frozen=True)
class Reference:
    """A message, signal, error or escalation of the diagram; ``key`` is the name or code that matches."""

    id: str
    key: str
    name: str
    line: int
    xml: etree._Element
    correlation: str | None = None


@dataclass
class Diagram:
    """One BPMN file. ``root`` is None when it could not be read; ``findings`` then say why."""

    path: str
    root: etree._Element | None = None
    findings: list[Finding] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    messages: dict[str, Reference] = field(default_factory=dict)
    signals: dict[str, Reference] = field(default_factory=dict)
    errors: dict[str, Reference] = field(default_factory=dict)
    escalations: dict[str, Reference] = field(default_factory=dict)

    def nodes(self) -> Iterator[Node]:
        """All nodes of all processes."""
        for process in self.processes:
            yield from process.scope.walk()

    def process(self, process_id: str) -> Process | None:
        return next((process for process in self.processes if process.id == process_id), None)
