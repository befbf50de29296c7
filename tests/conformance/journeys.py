"""Random journeys through a diagram: answers that take different exits until every step was reached.

Everything goes through ``engine.cases.play``, the runtime of production on a fake clock. A journey prefers
what no journey did before; chance is a seeded argument, so that a journey can be repeated.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import bpmn
from engine.bpmn import vocabulary
from engine.bpmn.graph import reachable
from engine.bpmn.model import EventDefinition, Node, Process
from engine.cases.play import Player
from engine.catalog import library
from engine.errors import AlurError
from engine.runtime.program import Programs
from tests.conformance.exits import Choice, Data, choices, fixed, solve, takes_any

START = datetime.fromisoformat("2026-01-05T09:00+07:00")
STEPS = 150
MERGES = 12

Files = Mapping[str, bytes]
State = dict[str, Any]


@dataclass
class Journeys:
    """What many journeys through one process came to.

    ``missed`` are drawn steps that none entered; ``incidents`` and ``stuck`` say where journeys ended badly.
    """

    waited: int = 0
    finished: int = 0
    runs: int = 0
    missed: list[str] = field(default_factory=list)
    incidents: Counter[str] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether journeys finish, and reach every step."""
        return self.finished > 0 and not self.missed


class Explorer:
    """One process of a checked package, played again and again."""

    def __init__(self, files: Files, process_id: str, seed: int = 1) -> None:
        self._files = library.assemble(files, library.built_in().resolve)
        self._id = process_id
        self._chance = random.Random(seed)
        self._programs = Programs()
        processes = {
            process.id: process
            for path, data in bpmn.kinds.bpmn_files(self._files)
            for process in bpmn.read(data, path).processes
        }
        self._process = processes[process_id]
        self._nodes: dict[str, Node] = {node.id: node for node in self._process.scope.walk()}
        self._choices = [choice for process in processes.values() for choice in choices(process)]
        self._fixed: Data = {}
        for process in processes.values():
            self._fixed |= fixed(process)
        self._thrown_by_nothing = _thrown_by_nothing(self._process)
        self._entered: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()

    def explore(self, most: int) -> Journeys:
        """At most so many journeys; fewer when everything was reached."""
        found = Journeys()
        for _ in range(most):
            self._journey(found)
            found.missed = [node for node in self._nodes if self._must(node) and not self._entered[node]]
            if found.good:
                break
        return found

    def _must(self, node_id: str) -> bool:
        """Whether a step can be entered at all and leaves a trace.

        An error or escalation that nothing inside can throw is drawn for nothing, and so is what follows it.
        """
        node = self._nodes[node_id]
        return node.event_kind != "link" and node_id not in self._thrown_by_nothing

    def _journey(self, found: Journeys) -> None:
        found.runs += 1
        player = Player(self._files, self._id, START, programs=self._programs, firings=200)
        try:
            player.apply({"start": self._start(), "with": self._data()})
            state = player.state()
            found.waited += bool(state["waiting"] or state["status"] != "active")
            for _ in range(STEPS):
                if state["status"] != "active" or not self._step(player, state):
                    break
                state = player.state()
        except AlurError as error:
            found.incidents[f"{type(error).__name__}: {error}"] += 1
            return
        finally:
            if player.instance_id is not None:
                self._count(player.state())
            player.close()
        if state["status"] in ("completed", "terminated"):
            found.finished += 1
        elif state["incident"]:
            found.incidents[f"{state['incident']['element']}: {state['incident']['message']}"] += 1
        else:
            found.stuck[
                ", ".join(sorted(f"{wait['kind']} {wait['element']}" for wait in state["waiting"]))
            ] += 1

    def _count(self, state: State) -> None:
        self._entered.update({entry["element"] for entry in state["trace"]})

    def _start(self) -> str | None:
        starts = [node.id for node in self._process.scope.starts()]
        return self._rarest(starts) if len(starts) > 1 else None

    def _rarest(self, names: list[str]) -> str:
        fewest = min(self._entered[name] for name in names)
        return self._chance.choice([name for name in names if self._entered[name] == fewest])

    # ------------------------------------------------------------ data

    def _data(self) -> Data:
        """Variables for every choice of the diagram; later ones give way where they clash."""
        data: Data = {}
        for _ in range(MERGES):
            data = dict(self._fixed)
            places = self._chance.sample(self._choices, len(self._choices))
            for choice in places:
                wanted = self._wanted(choice)
                solved = solve(choice, wanted, self._chance) if wanted else None
                if solved is not None and all(data.get(key, value) == value for key, value in solved.items()):
                    data |= solved
                    self._taken[wanted] += 1
            if all(takes_any(choice, data) for choice in places):
                break
        return data

    def _wanted(self, choice: Choice) -> str:
        exits = list(choice.exits)
        fewest = min(self._taken[exit_] for exit_ in exits)
        return self._chance.choice([exit_ for exit_ in exits if self._taken[exit_] <= fewest + 1])

    # ------------------------------------------------------------ steps

    def _step(self, player: Player, state: State) -> bool:
        """Do one of the things that can be done; False when there is nothing to do."""
        possible = list(self._possible(state))
        if not possible:
            return False
        fewest = min(self._entered[element] + self._taken[_key(step)] for element, step in possible)
        rare = [
            (element, step)
            for element, step in possible
            if self._entered[element] + self._taken[_key(step)] <= fewest + 1
        ]
        _, step = self._chance.choice(rare if self._chance.random() < 0.7 else possible)
        self._taken[_key(step)] += 1
        try:
            player.apply(step)
        except AlurError:
            # An event nobody waits for any more; anything else shows as a case that stands still.
            return bool(self._chance.random() < 0.95)
        return True

    def _possible(self, state: State) -> list[tuple[str, dict[str, Any]]]:
        """Each thing that can be done, with the element it would enter."""
        found: list[tuple[str, dict[str, Any]]] = []
        for wait in state["waiting"]:
            element, name = wait["element"], wait["name"]
            if wait["kind"] == "user":
                found.append((f"{element}!", {"complete": element, "with": self._data()}))
            elif wait["kind"] == "topic":
                found.append((f"{element}!", {"topic": name, "with": self._data()}))
            elif wait["kind"] in ("message", "signal"):
                found.append((element, {wait["kind"]: name, "with": self._data()}))
            elif wait["due"]:
                found.append((element, {"until": wait["due"]}))
        found += [(timer["element"], {"until": timer["due"]}) for timer in state["timers"]]
        for node in self._nodes.values():
            found += self._events(node, state)
        return found

    def _events(self, node: Node, state: State) -> list[tuple[str, dict[str, Any]]]:
        """Messages, signals and errors that a boundary or an event subprocess may be waiting for."""
        if not _is_thrown_from_outside(node):
            return []
        return [found for event in node.events for found in self._event(node, event, state)]

    def _event(
        self, node: Node, event: EventDefinition, state: State
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        if event.kind in ("message", "signal"):
            yield node.id, {event.kind: event.target, "with": self._data()}
        if event.kind == "error":
            inside = {throwing.id for throwing in _inside(node)}
            for wait in state["waiting"]:
                if wait["kind"] == "topic" and wait["element"] in inside:
                    yield node.id, {"topic": wait["name"], "error": event.target or "galat"}


def _key(step: dict[str, Any]) -> str:
    return repr({key: value for key, value in step.items() if key not in ("with", "until")})


def _inside(catch: Node) -> list[Node]:
    """The steps whose errors and escalations a boundary event or event subprocess catches."""
    if catch.kind == "boundaryEvent" and catch.host is not None:
        return [catch.host, *(catch.host.inner.walk() if catch.host.inner is not None else ())]
    around = catch.scope.owner.scope if catch.scope.owner is not None else None
    return list(around.walk()) if around is not None else []


def _thrown_by_nothing(process: Process) -> set[str]:
    """Catches of errors and escalations that nothing throws, and the steps that only follow from them."""
    lost = {
        node.id
        for node in process.scope.walk()
        if _is_thrown_from_outside(node)
        and node.event_kind in ("error", "escalation")
        and not any(_throws(inner, node.event_kind) for inner in _inside(node))
    }
    found = set(lost)
    for scope in process.scope.scopes():
        starts = scope.starts() or [node for node in scope.nodes.values() if not node.incoming]
        special = [node for node in scope.nodes.values() if node.is_event_subprocess]
        silent = {node.id for node in special if _silent(node, lost)}
        begin = [node for node in [*starts, *special] if node.id not in silent]
        reached = reachable(begin, avoiding=frozenset(lost | silent))
        for node_id in scope.nodes.keys() - reached:
            found.add(node_id)
            inner = scope.nodes[node_id].inner
            found.update(node.id for node in (inner.walk() if inner is not None else ()))
    return found


def _silent(node: Node, lost: set[str]) -> bool:
    return node.inner is not None and all(start.id in lost for start in node.inner.starts())


def _throws(node: Node, kind: str) -> bool:
    if kind == "error" and vocabulary.topic(node.xml)[0] is not None:
        return True
    return node.event_kind == kind and node.kind in ("endEvent", "intermediateThrowEvent")


def _is_thrown_from_outside(node: Node) -> bool:
    """A boundary event, or the start of an event subprocess."""
    if node.kind == "boundaryEvent":
        return node.host is not None
    return node.kind == "startEvent" and node.scope.owner is not None and node.scope.owner.is_event_subprocess
