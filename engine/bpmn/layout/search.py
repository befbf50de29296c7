"""The search tree of one edge (A*); a state is a crossing of lines and the heading in which it is passed."""

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf
from typing import NamedTuple

from engine.bpmn.layout.ports import Port, Vertex


class Still(NamedTuple):
    """What is still to pay at least: the distance from a box around all goals, times ``haste``."""

    xs: list[float]
    left: float
    right: float
    ys: list[float]
    top: float
    bottom: float
    haste: float

    def price(self, x: int, y: int) -> float:
        """From this crossing of lines."""
        across, down = self.xs[x], self.ys[y]
        price = self.left - across if across < self.left else max(0.0, across - self.right)
        price += self.top - down if down < self.top else max(0.0, down - self.bottom)
        return self.haste * price


class Tree:
    """Grows from the source until the cheapest arrival."""

    def __init__(self, still: Still, width: int) -> None:
        self.still, self.width = still, width
        self.heap: list[tuple[float, float, int]] = []
        self.best: dict[int, float] = {}
        self.parent: dict[int, int] = {}
        self.first: dict[int, Vertex] = {}
        self.last: dict[int, tuple[float, Vertex]] = {}
        self.path: list[Vertex] = []

    def start(self, port: Port) -> None:
        """A first state, beyond a port of the source."""
        state = (port.beyond[1] * self.width + port.beyond[0]) * 4 + port.heading
        if port.price < self.best.get(state, inf):
            self.first[state] = port.cell
            self._push(state, port.price)

    def reach(self, state: int, cost: float, parent: int) -> None:
        """A state was reached; kept when it is the cheapest way there."""
        if cost < self.best.get(state, inf) - 1e-9:
            self.parent[state] = parent
            self._push(state, cost)

    def _push(self, state: int, cost: float) -> None:
        self.best[state] = cost
        y, x = divmod(state >> 2, self.width)
        heappush(self.heap, (cost + self.still.price(x, y), cost, state))

    def arrive(self, state: int, cost: float, port: Port) -> None:
        """From this state a port of the target is entered; arrivals stand in the heap as negative numbers."""
        if cost < self.last.get(state, (inf, port.cell))[0]:
            self.last[state] = cost, port.cell
            heappush(self.heap, (cost, cost, -state - 1))

    def states(self) -> Iterator[tuple[float, int]]:
        """States to go on from, cheapest first; ends at the cheapest arrival, whose way is then ``path``."""
        while self.heap:
            _, cost, state = heappop(self.heap)
            if state < 0:
                self.path = self._trace(-state - 1)
                return
            if cost <= self.best[state]:
                yield cost, state

    def _trace(self, state: int) -> list[Vertex]:
        path: list[Vertex] = [self.last[state][1]]
        while True:
            y, x = divmod(state >> 2, self.width)
            path.append((x, y))
            if state not in self.parent:
                break
            state = self.parent[state]
        path.append(self.first[state])
        path.reverse()
        return path
