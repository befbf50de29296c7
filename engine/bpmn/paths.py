"""How long the ways through a process take by the limits drawn on them.

Everything is counted in working hours; a calendar day is five sevenths of a working day. A loop is gone
through once. What is computed only when it runs (FEEL) counts as nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.bpmn.elements import element
from engine.bpmn.expressions import canonical_timer
from engine.bpmn.graph import successors
from engine.bpmn.model import Node, Process, Scope
from engine.bpmn.sop import ClockRule
from engine.errors import AlurError
from engine.worktime import Kind, Limit

DEEPEST_CALL = 10
_CALENDAR_DAY = Decimal(8) * 5 / 7
_HOURS = {
    Kind.WORKING_DAYS: Decimal(8),
    Kind.WORKING_HOURS: Decimal(1),
    Kind.CALENDAR_DAYS: _CALENDAR_DAY,
    Kind.MONTHS: _CALENDAR_DAY * 365 / 12,
    Kind.ELAPSED: _CALENDAR_DAY / 86_400,
}


@dataclass(frozen=True)
class Way:
    """One way: how many working hours it takes, and the steps on it that take any."""

    hours: Decimal = Decimal(0)
    steps: tuple[Node, ...] = ()


def hours(limit: Limit) -> Decimal:
    """A limit in working hours."""
    return limit.amount * _HOURS[limit.kind]


def literal(text: str | None) -> Limit | None:
    """A written limit; None for none, for FEEL, and for one that another rule finds fault with."""
    if not text or text.lstrip().startswith("="):
        return None
    try:
        return Limit.parse(text)
    except AlurError:
        return None


class Walk:
    """Walks the scopes of a package; a clock says where counting starts, stops and pauses."""

    def __init__(self, processes: Mapping[str, Process], clock: ClockRule | None = None) -> None:
        self._processes = processes
        self._clock = clock
        self._inside: set[str] = set()
        self._called: dict[str, Decimal] = {}

    def longest(self, scope: Scope) -> Way:
        """The longest way through a scope, from where its clock starts, else from its beginnings."""
        starts = [node for node in scope.nodes.values() if self._is(node, "start")]
        begin = starts or scope.starts() or [node for node in scope.nodes.values() if not node.incoming]
        arrived: dict[str, Way] = {node.id: Way() for node in begin}
        best = Way()
        order = _forward(begin)
        place = {node.id: at for at, node in enumerate(order)}
        for node in order:
            here = arrived.get(node.id)
            if here is None:
                continue  # the clock has stopped before
            took = Decimal(0) if node in starts else self._takes(node)
            after = Way(here.hours + took, (*here.steps, node)) if took else here
            best = max(best, after, key=lambda way: way.hours)
            if self._stops(node):
                continue
            for other in successors(node):
                if place[other.id] <= place[node.id]:
                    continue  # back into a loop
                way = here if other.host is node else after
                known = arrived.get(other.id)
                if known is None or way.hours > known.hours:
                    arrived[other.id] = way
        return best

    def _is(self, node: Node, moment: str) -> bool:
        """Whether the case clock starts or stops at a node: by its id, or by the message it sends."""
        names = getattr(self._clock, moment) if self._clock is not None else ()
        sends = node.kind in ("intermediateThrowEvent", "endEvent", "sendTask")
        return node.id in names or (sends and node.event is not None and node.event.target in names)

    def _stops(self, node: Node) -> bool:
        """Whether the clock stops at a node, or inside what it stands for; there it may start anew."""
        if self._is(node, "stop"):
            return True
        inner = node.inner
        if node.kind == "callActivity":
            called = self._processes.get(element(node).called or "")
            inner = called.scope if called is not None else None
        return inner is not None and any(self._is(step, "stop") for step in inner.walk())

    def _takes(self, node: Node) -> Decimal:
        task = element(node)
        limit = literal(task.service_level)
        if limit is not None:
            return hours(limit)
        if node.event_kind == "timer" and node.event is not None and not self._is_paused(node):
            timer = literal(canonical_timer(node.event.text)) if node.event.timer == "duration" else None
            return hours(timer) if timer is not None else Decimal(0)
        if node.inner is not None and not node.is_event_subprocess:
            return self.longest(node.inner).hours
        called = self._processes.get(task.called or "")
        if called is None or called.id in self._inside or len(self._inside) >= DEEPEST_CALL:
            return Decimal(0)
        if called.id not in self._called:
            self._inside.add(called.id)
            self._called[called.id] = self.longest(called.scope).hours
            self._inside.discard(called.id)
        return self._called[called.id]

    def _is_paused(self, timer: Node) -> bool:
        """Whether a timer waits beside the message that lets a paused clock go on."""
        resume = self._clock.resume if self._clock is not None else ()
        for flow in timer.incoming:
            gateway = timer.scope.nodes[flow.source]
            beside = [timer.scope.nodes[other.target] for other in gateway.outgoing]
            if any(node.event is not None and node.event.target in resume for node in beside):
                return True
        return False


def _forward(begin: list[Node]) -> list[Node]:
    """All nodes reached, each before those that follow it, as far as loops allow (reverse postorder)."""
    order: list[Node] = []
    seen: set[str] = set()
    for first in begin:
        if first.id in seen:
            continue
        seen.add(first.id)
        open_ones: list[tuple[Node, Iterator[Node]]] = [(first, successors(first))]
        while open_ones:
            node, rest = open_ones[-1]
            other = next((found for found in rest if found.id not in seen), None)
            if other is None:
                open_ones.pop()
                order.append(node)
            else:
                seen.add(other.id)
                open_ones.append((other, successors(other)))
    return list(reversed(order))
