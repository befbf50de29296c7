"""Random valid diagrams: nested blocks, then flows drawn across them so that they are no longer neat."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape

from tests.conformance.model.blocks import GATEWAYS, VARIABLES, Blocks, Ends
from tests.conformance.model.sketch import NAMES, Sketch, document, event


@dataclass
class Drawing:
    """One generated diagram with what is needed to play it."""

    sketches: dict[str, Sketch]
    """Processes by id; ``p`` is played, it may call the others."""
    start: str | None
    data: dict[str, object] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        return {f"{process}.bpmn": document(process, sketch) for process, sketch in self.sketches.items()}


def draw(seed: int, taste: str | None = None) -> Drawing:
    """The diagram of a seed, always the same; ``taste`` names events that it shall have many of."""
    maker = Maker(random.Random(seed))
    maker.taste = taste or maker.taste
    return maker.drawing()


class Maker(Blocks):
    """Draws whole diagrams: blocks within blocks, several processes."""

    # ------------------------------------------------------------ whole diagrams

    def drawing(self) -> Drawing:
        start = self.process("p")
        data: dict[str, object] = {name: self.random.randint(0, 3) for name in VARIABLES}
        data |= dict.fromkeys(self.counters, 0)
        items = [10, 20, 30][: self.random.randint(0, 3) or 2]
        return Drawing(self.sketches, start, data | {"items": items, "key": 7})

    def process(self, name: str) -> str | None:
        """Draw one process; the start event to begin at, when there are several."""
        outer, self.sketch = self.sketch, Sketch()
        above, self.name = self.name, name
        self.sketches[name] = self.sketch
        start = None
        if name == "p" and self.random.random() < 0.15:
            start = self.several_starts()
        else:
            self.contents()
        self.sketch, self.name = outer, above
        return start

    def several_starts(self) -> str | None:
        """Alternative start events that lead to one place."""
        body, end = self.block(3), self.shape("endEvent")
        plain, message = self.shape("startEvent"), self.shape("startEvent", body=event("message", "m1"))
        aside = self.task()
        self.line(plain, body[0])
        self.line(message, aside[0])
        self.line(aside[1], body[0])
        self.line(body[1], end)
        self.finish()
        return self.random.choice((plain, message))

    def contents(self, block: Callable[[int], Ends] | None = None) -> None:
        """Fill the sketch: with one start event, or with none and several beginnings."""
        beginnings = [(block or self.block)(3)]
        if self.random.random() < 0.15:
            first = self.task()
            self.line(first[1], beginnings[0][0])
            beginnings = [
                (first[0], beginnings[0][1]),
                *(self.task() for _ in range(self.random.randint(0, 2))),
            ]
        else:
            start = self.shape("startEvent")
            self.line(start, beginnings[0][0])
            if self.random.random() < 0.15:  # one start, two tokens
                beginnings.append(self.block(1))
                self.line(start, beginnings[1][0])
        for ends in beginnings:
            if self.random.random() < 0.9:
                self.line(ends[1], self.shape("endEvent"))
        self.finish()

    def finish(self) -> None:
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.tangle()
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            self.event_subprocess()

    # ------------------------------------------------------------ blocks

    def block(self, depth: int) -> Ends:
        self.left -= 1
        if depth <= 0 or self.left <= 0:
            return self.random.choice(self.leaves())()
        blocks = [
            self.sequence,
            self.sequence,
            self.split,
            self.split,
            self.loop,
            self.subprocess,
            self.way_out,
            self.enough,
        ]
        return self.random.choice(blocks)(depth)

    def leaves(self) -> list[Callable[[], Ends]]:
        """Small blocks, the more likely ones several times."""
        return [
            self.task, self.task, self.guarded, self.guarded, self.counter, self.catch, self.throw,
            self.choice_of_events, self.service, self.conditional_task, self.repeated_task, self.call,
            self.link, self.several, self.ad_hoc, self.undoing, self.transaction,
        ]  # fmt: skip

    def call(self) -> Ends:
        if self.name != "p":
            return self.task()
        if "q" not in self.sketches:
            depth, self.depth = self.depth, 1
            self.process("q")
            self.depth = depth
        shares = self.random.random() < 0.5
        ext = f'<zeebe:calledElement processId="q" propagateAllParentVariables="{str(shares).lower()}" '
        ext += f'propagateAllChildVariables="{str(shares).lower()}"/>'
        if not shares:
            inputs = [*VARIABLES, *self.counters, "items", "key"]
            ext += "<zeebe:ioMapping>" + "".join(
                f'<zeebe:input source="= {one}" target="{one}"/>' for one in inputs
            )
            ext += '<zeebe:output source="= a" target="b"/></zeebe:ioMapping>'
        name = self.shape("callActivity", self.many() if self.random.random() < 0.2 else "", ext)
        self.borders_of_scope(name, name)
        return name, name

    def sequence(self, depth: int) -> Ends:
        parts = [self.block(depth - 1) for _ in range(self.random.randint(2, 3))]
        for before, after in pairwise(parts):
            self.line(before[1], after[0])
        return parts[0][0], parts[-1][1]

    def split(self, depth: int) -> Ends:
        """Branches between two gateways, usually of the same kind."""
        kind = self.random.choice(GATEWAYS)
        join = kind if self.random.random() < 0.8 else self.random.choice(GATEWAYS)
        fork, joined = self.shape(kind), self.shape(join)
        count = self.random.randint(2, 3)
        default = self.random.choice((0, count - 1, None)) if kind != "parallelGateway" else None
        for at in range(count):
            branch = self.block(depth - 1)
            conditional = kind != "parallelGateway" and at != default
            self.line(fork, branch[0], self.condition() if conditional else "", default=at == default)
            self.line(branch[1], joined)
        if kind != "parallelGateway" and default is None and self.random.random() < 0.8:
            self.line(fork, joined, default=True)
        return fork, joined

    def loop(self, depth: int) -> Ends:
        entry, body, leave = (
            self.shape("exclusiveGateway"),
            self.block(depth - 1),
            self.shape("exclusiveGateway"),
        )
        again = self.task()
        self.line(entry, body[0])
        self.line(body[1], leave)
        self.line(leave, again[0], self.condition())
        self.line(again[1], entry)
        out = self.shape("exclusiveGateway")
        self.line(leave, out, default=True)
        return entry, out

    def subprocess(self, depth: int) -> Ends:
        if self.depth >= 2:
            return self.sequence(depth)
        outer, self.sketch = self.sketch, Sketch()
        self.depth += 1
        self.contents(self.way_out if self.random.random() < 0.4 else self.block)
        self.depth -= 1
        inner, self.sketch = self.sketch, outer
        name = self.shape("subProcess", self.many() if self.random.random() < 0.2 else "", inner=inner)
        after = name
        if self.random.random() < 0.5:
            after = self.shape("exclusiveGateway")
            self.line(name, after)
        self.borders_of_scope(name, after)
        return name, after

    def ad_hoc(self) -> Ends:
        """Tasks that are offered all at once, some with another behind them."""
        if self.depth >= 2:
            return self.task()
        outer, self.sketch = self.sketch, Sketch()
        for _ in range(self.random.randint(1, 3)):
            first = self.task()
            if self.random.random() < 0.3:
                self.line(first[1], self.task()[0])
        inner, self.sketch = self.sketch, outer
        rest = {"cancelRemainingInstances": "false"} if self.random.random() < 0.4 else {}
        until = escape(self.condition()) if self.random.random() < 0.7 else ""
        body = f"<bpmn:completionCondition>= {until}</bpmn:completionCondition>" if until else ""
        name = self.shape("adHocSubProcess", body, inner=inner, **rest)
        if self.random.random() < 0.3:
            self.border(name, name)
        return name, name

    def undoing(self) -> Ends:
        """What can be undone, some of it in a subprocess, and an event that wants everything undone."""
        waits = self.random.choice(("", "", ' waitForCompletion="false"'))
        parts = [self.random.choice((self.undoable, self.undoable, self.undoable_inside))()]
        if self.random.random() < 0.5:
            parts.append(self.random.choice((self.undoable, self.task, self.choice_of_events))())
        thrown = self.shape("intermediateThrowEvent", f"<bpmn:compensateEventDefinition{waits}/>")
        for before, after in pairwise([*parts, (thrown, thrown)]):
            self.line(before[1], after[0])
        return parts[0][0], thrown

    def undoable_inside(self) -> Ends:
        if self.depth >= 2:
            return self.undoable()
        outer, self.sketch = self.sketch, Sketch()
        start, task, end = self.shape("startEvent"), self.undoable(), self.shape("endEvent")
        self.line(start, task[0])
        self.line(task[1], end)
        if self.random.random() < 0.4:
            self.undone_as_a_whole()
        inner, self.sketch = self.sketch, outer
        name = self.shape("subProcess", self.many() if self.random.random() < 0.2 else "", inner=inner)
        return name, name

    def undone_as_a_whole(self) -> None:
        """A compensation event subprocess, which may undo what was done inside, too."""
        outer, self.sketch = self.sketch, Sketch()
        start, task = self.shape("startEvent", event("compensate")), self.task()
        self.line(start, task[0])
        last = task[1]
        if self.random.random() < 0.5:
            last = self.shape("intermediateThrowEvent", event("compensate"))
            self.line(task[1], last)
        self.line(last, self.shape("endEvent"))
        inner, self.sketch = self.sketch, outer
        self.shape("subProcess", inner=inner, triggeredByEvent="true")

    def transaction(self) -> Ends:
        """Work that can be undone, which is cancelled or not while something else goes on beside it."""
        if self.depth >= 2:
            return self.task()
        outer, self.sketch = self.sketch, Sketch()
        self.depth += 1
        start, fork = self.shape("startEvent"), self.shape("parallelGateway")
        work = self.random.choice((self.undoable, self.undoable_inside, self.guarded))()
        choice, end = self.shape("exclusiveGateway"), self.shape("endEvent")
        self.line(start, fork)
        for branch in (work, self.random.choice((self.undoable, self.task, self.guarded, self.catch))()):
            self.line(fork, branch[0])
            self.line(branch[1], choice if branch is work else end)
        self.line(choice, self.shape("endEvent", event("cancel")), self.condition())
        self.line(choice, end, default=True)
        self.depth -= 1
        self.finish()
        inner, self.sketch = self.sketch, outer
        name = self.shape("transaction", self.many() if self.random.random() < 0.15 else "", inner=inner)
        after = self.shape("exclusiveGateway")
        self.line(name, after)
        self.border(name, after, event("cancel"), True)
        if self.random.random() < 0.4:
            self.border(name, after)
        return name, after

    def enough(self, depth: int) -> Ends:
        """Branches that a complex gateway waits for some of, and goes another way when the rest has come."""
        fork, join = self.shape(self.random.choice(("parallelGateway", "inclusiveGateway"))), ""
        branches = [self.block(depth - 1) for _ in range(self.random.randint(2, 3))]
        opens = f"activationCount >= {self.random.randint(1, len(branches))}"
        body = f"<bpmn:activationCondition>= {escape(opens)}</bpmn:activationCondition>"
        join, out = self.shape("complexGateway", body), self.shape("exclusiveGateway")
        parallel = self.sketch.shapes[fork].kind == "parallelGateway"
        for at, branch in enumerate(branches):
            self.line(
                fork, branch[0], "" if parallel or not at else self.condition(), default=not (parallel or at)
            )
            self.line(branch[1], join)
        self.line(join, out, "waitingForStart")
        rest, how = self.task(), self.random.choice(("waitingForStart = false", "default", self.condition()))
        self.line(join, rest[0], how.replace("default", ""), default=how == "default")
        self.line(rest[1], out if self.random.random() < 0.5 else self.shape("endEvent"))
        return fork, out

    def borders_of_scope(self, name: str, after: str) -> None:
        if self.random.random() < 0.5:
            self.border(name, after)
        for kind in ("error", "escalation"):
            codes = [*NAMES[kind], None]
            for _ in range(self.random.choice((0, 0, 1, 1, 2))):
                code = codes.pop(self.random.randrange(len(codes)))
                self.border(name, after, event(kind, code), True if kind == "error" else None)

    def way_out(self, depth: int) -> Ends:
        """A branch that ends early, by one of the end events; within a scope often by one that is caught."""
        choice, kinds = self.shape("exclusiveGateway"), ["none", "terminate", "signal", "error", "escalation"]
        kind = self.random.choice(kinds if self.depth or self.random.random() < 0.3 else kinds[:3])
        body = "" if kind == "none" else event(kind, self.one_of(kind))
        end = self.shape("endEvent", body)
        if self.random.random() < 0.5:
            self.line(choice, end, self.condition())
        else:
            task = self.task()
            self.line(choice, task[0], self.condition())
            self.line(task[1], end)
        rest = self.block(depth - 1)
        self.line(choice, rest[0], default=True)
        return choice, rest[1]

    def event_subprocess(self) -> None:
        if self.depth >= 2 and self.random.random() < 0.5:
            return
        outer, self.sketch = self.sketch, Sketch()
        kind = self.random.choice(("outside", "outside", "outside", "all", "error", *["escalation"] * 3))
        interrupting = kind == "error" or self.random.random() < 0.5
        code = self.one_of(kind) if self.random.random() < 0.5 else None
        every = {"parallelMultiple": "true"} if kind == "all" else {}
        if kind == "all":
            body = self.outside() + self.outside()
        elif kind == "outside":
            body = self.outside(not interrupting and self.random.random() < 0.5)
        else:
            body = event(kind, code)
        start = self.shape("startEvent", body, isInterrupting=str(interrupting).lower(), **every)
        self.depth += 1
        block = self.block(1)
        self.depth -= 1
        self.line(start, block[0])
        self.line(block[1], self.shape("endEvent"))
        inner, self.sketch = self.sketch, outer
        self.shape("subProcess", inner=inner, triggeredByEvent="true")

    # ------------------------------------------------------------ across the blocks

    def tangle(self) -> None:
        """A flow from somewhere to somewhere else: over a task when it could close a loop without a wait."""
        sketch = self.sketch
        behind_events = {
            line.id for line in sketch.lines if sketch.shapes[line.source].kind == "eventBasedGateway"
        }
        cut = [line for line in sketch.lines if line.id not in behind_events]
        targets = [
            one.id
            for one in sketch.shapes.values()
            if one.kind not in ("startEvent", "boundaryEvent")
            and "triggeredByEvent" not in one.attributes
            and "linkEvent" not in one.body
            and sketch.entering(one.id)
            and not any(
                sketch.shapes[into.source].kind == "eventBasedGateway" for into in sketch.entering(one.id)
            )
        ]
        if not cut or not targets:
            return
        line = self.random.choice(cut)
        kind = self.random.choice((*GATEWAYS, "exclusiveGateway"))
        split = self.shape(kind)
        target = self.random.choice(targets)
        self.line(split, line.target, default=kind != "parallelGateway")
        line.target = split
        condition = "" if kind == "parallelGateway" else self.condition()
        if sketch.reaches(target, split) or self.random.random() < 0.5:
            task = self.task()
            self.line(split, task[0], condition)
            self.line(task[1], target)
        else:
            self.line(split, target, condition)
