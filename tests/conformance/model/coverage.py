"""What the diagrams of a proof contained, and what of it was played: what is not played is not proved."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.conformance.model.diagram import Loop, Node, read
from tests.conformance.model.duel import Course
from tests.conformance.model.generator import Drawing

GATEWAYS = {
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "eventBasedGateway": "event-based",
    "complexGateway": "complex",
}


@dataclass
class Coverage:
    drawn: Counter[str] = field(default_factory=Counter)
    """Diagrams that contain a construct."""
    played: Counter[str] = field(default_factory=Counter)
    """Diagrams in whose plays a token came to it, or it struck."""
    figures: Counter[str] = field(default_factory=Counter)

    def add(self, drawing: Drawing, courses: list[Course]) -> None:
        scopes = [read(raw) for raw in drawing.files.values()]
        taken = set().union(*(course.taken for course in courses))
        drawn: set[str] = set()
        played: set[str] = set()
        for scope in scopes:
            for node in scope.walk():
                names = set(constructs(node))
                drawn |= names
                played |= names if node.id in taken or (node.by_event and node.start.id in taken) else set()
                if len(node.outgoing) > 1:
                    self.figures["branches"] += len(node.outgoing)
                    self.figures["branches taken"] += sum(flow.id in taken for flow in node.outgoing)
        several = next(scope for scope in scopes if scope.process == "p")
        if len(several.starts) != 1:
            drawn.add(
                "process with several start events" if several.starts else "process without a start event"
            )
            played |= drawn & {"process with several start events", "process without a start event"}
        self.drawn.update(drawn)
        self.played.update(played)
        self.figures["diagrams"] += 1
        for course in courses:
            self.count(course)

    def count(self, course: Course) -> None:
        self.figures["plays"] += 1
        self.figures["actions"] += len(course.actions)
        self.figures["actions with several possible outcomes"] += course.free
        self.figures[f"plays that {course.end}"] += 1

    def hollow(self) -> list[str]:
        """Constructs that were not drawn, or hardly ever played."""
        enough = max(1, self.figures["diagrams"] // 200)
        return [name for name in CONSTRUCTS if self.played[name] < enough]

    def table(self) -> str:
        lines = [f"{'construct':52} {'drawn':>6} {'played':>6}  diagrams"]
        for name in sorted(self.drawn.keys() | set(CONSTRUCTS)):
            lines.append(f"{name:52} {self.drawn[name]:6} {self.played[name]:6}")
        lines += [f"{name:52} {count:6}" for name, count in self.figures.items()]
        return "\n".join(lines)


def constructs(node: Node) -> Iterator[str]:
    """What a node is, in the words of the table."""
    if gateway := GATEWAYS.get(node.kind):
        if len(node.outgoing) > 1:
            yield f"{gateway} split"
        if len(node.incoming) > 1 and gateway != "event-based":
            yield f"{gateway} join"
            if in_loop(node):
                yield f"{gateway} join in a loop"
        return
    if node.kind == "boundaryEvent":
        if node.trigger.kind != "compensate":
            yield f"{_event(node)} on the border, {_mode(node)}"
        return
    if node.by_event:
        yield f"event subprocess of {_event(node.start)}, {_mode(node.start)}"
        return
    if node.kind.endswith("Event"):
        place = {"intermediateCatchEvent": "caught", "intermediateThrowEvent": "thrown"}.get(node.kind)
        if place:
            yield f"{_event(node)} {place}"
        elif node.kind == "endEvent":
            yield f"{_event(node)} end"
        elif len(node.outgoing) > 1:
            yield "start event with several tokens"
        return
    yield from _activity(node)


def _activity(node: Node) -> Iterator[str]:
    kind = {
        "userTask": "user task",
        "receiveTask": "receive task",
        "scriptTask": "script task",
        "serviceTask": "service task",
        "transaction": "transaction",
    }.get(node.kind)
    name = kind or ("call activity" if node.called else "subprocess")
    if node.kind == "adHocSubProcess":
        assert node.inner is not None
        name = "ad-hoc subprocess"
        yield f"{name}, {'all' if node.inner.until is None else 'until'}"
        if not node.inner.ends_rest:
            yield f"{name}, the rest goes on"
    yield name
    yield from _marks(node)
    if node.called and not node.shares:
        yield "call activity with mappings"
    if isinstance(node.loop, Loop):
        yield f"multi-instance {name}, {'parallel' if node.loop.parallel else 'sequential'}"
        if node.loop.until:
            yield "completion condition"
    elif node.loop is not None:
        yield f"standard loop of a {name}"
    if any(flow.condition for flow in node.outgoing):
        yield "conditional flows out of an activity"
    if len(node.incoming) > 1:
        yield "activity with several incoming flows"
    if node.inner is not None and not node.inner.starts and node.kind == "subProcess":
        yield "subprocess without a start event"


def _marks(node: Node) -> Iterator[str]:
    if node.needs > 1:
        yield "activity that needs several tokens"
    if node.makes > 1:
        yield "activity that makes several tokens"
    if node.undoes:
        yield "activity that undoes another"


def _event(node: Node) -> str:
    kind = node.trigger.kind
    return f"{kind} cycle" if node.trigger.cycles > 1 else kind


def _mode(node: Node) -> str:
    return "interrupting" if node.interrupting else "non-interrupting"


def in_loop(node: Node) -> bool:
    """Whether a token that leaves the node can come back to it."""
    seen: set[Node] = set()
    todo = [flow.target for flow in node.outgoing]
    while todo:
        other = todo.pop()
        if other is node:
            return True
        if other not in seen:
            seen.add(other)
            todo += [flow.target for flow in other.outgoing] + other.boundaries
    return False


WAITED = ("timer", "timer cycle", "message", "signal", "condition")
BESIDE = (*WAITED, "escalation", "all")
ONCE = ("timer", "message", "signal", "condition", "error", "escalation", "all")
CONSTRUCTS = [
    *(f"{gateway} split" for gateway in list(GATEWAYS.values())[:4]),
    *(f"{gateway} join{where}" for gateway in list(GATEWAYS.values())[:3] for where in ("", " in a loop")),
    *(f"{kind} on the border, non-interrupting" for kind in BESIDE),
    *(f"{kind} on the border, interrupting" for kind in ONCE),
    *(f"event subprocess of {kind}, non-interrupting" for kind in BESIDE),
    *(f"event subprocess of {kind}, interrupting" for kind in ONCE),
    "complex split", "complex join", "complex join in a loop",
    "transaction", "cancel end", "cancel on the border, interrupting",
    "event subprocess of compensate, interrupting",
    *(f"{kind} caught" for kind in (*WAITED, "link") if "cycle" not in kind),
    *(f"{kind} thrown" for kind in ("none", "message", "signal", "escalation", "link")),
    *(f"{kind} end" for kind in ("none", "terminate", "error", "escalation", "signal")),
    *(f"multi-instance {name}, {mode}" for name in ("user task", "subprocess", "call activity")
      for mode in ("parallel", "sequential")),
    "completion condition", "standard loop of a user task", "user task", "receive task", "script task",
    "service task",
    "subprocess", "subprocess without a start event", "call activity", "call activity with mappings",
    "conditional flows out of an activity", "activity with several incoming flows",
    "activity that undoes another", "compensate thrown",
    "activity that needs several tokens", "activity that makes several tokens",
    "ad-hoc subprocess, all", "ad-hoc subprocess, until", "ad-hoc subprocess, the rest goes on",
    "start event with several tokens", "process with several start events", "process without a start event",
]  # fmt: skip
"""What a whole proof must have played."""
