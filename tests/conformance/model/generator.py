"""Random valid diagrams: nested blocks, then flows drawn across them so that they are no longer neat."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape

from tests.conformance.model.sketch import NAMES, Line, Shape, Sketch, document, event

Ends = tuple[str, str]
"""The shapes by which a block is entered and left."""
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
VARIABLES = ("a", "b", "c")
"""What people fill in (0 to 3) and gateways ask for."""


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


def draw(seed: int) -> Drawing:
    """The diagram of a seed, always the same."""
    return Maker(random.Random(seed)).drawing()


class Maker:
    def __init__(self, chance: random.Random) -> None:
        self.random = chance
        self.named = 0
        self.left = chance.choice((6, 12, 20))
        """Blocks still to be drawn, so that diagrams stay playable."""
        self.counters: list[str] = []
        self.sketch = Sketch()
        self.depth = 0
        """Of subprocesses."""
        self.taste = chance.choice(
            (None, None, None, "timer", "message", "signal", "escalation", "conditional")
        )
        """The kind of event that the diagram has more of than of others, so that they meet each other."""
        self.name = ""
        """The process being drawn."""
        self.sketches: dict[str, Sketch] = {}

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

    # ------------------------------------------------------------ shapes

    def shape(
        self, kind: str, body: str = "", ext: str = "", inner: Sketch | None = None, **attributes: str
    ) -> str:
        self.named += 1
        name = f"{kind}{self.named}"
        self.sketch.shapes[name] = Shape(name, kind, attributes, body, ext, inner)
        return name

    def line(self, source: str, target: str, condition: str = "", default: bool = False) -> Line:
        self.named += 1
        line = Line(source, target, condition, default, f"f{self.named}")
        self.sketch.lines.append(line)
        return line

    def condition(self) -> str:
        name, operator = self.random.choice(VARIABLES), self.random.choice(("=", ">", "<", ">=", "<="))
        return f"{name} {operator} {self.random.randint(0, 3)}"

    def one_of(self, kind: str) -> str | None:
        """A name for an event of the kind, often the same, so that what is thrown meets what catches it."""
        names = NAMES.get(kind)
        if names is None:
            return None
        return names[0] if self.random.random() < 0.6 else self.random.choice(names)

    def hours(self, cycle: bool = False) -> str:
        text = f"PT{self.random.randint(1, 6)}H"
        return f"R{self.random.randint(2, 3)}/{text}" if cycle else text

    def outside(self, cycle: bool = False) -> str:
        """An event that is waited for."""
        kind = self.random.choice(("timer", "timer", "timer", "message", "message", "signal", "conditional"))
        if self.taste in ("timer", "message", "signal", "conditional") and self.random.random() < 0.6:
            kind = self.taste
        if kind == "timer":
            return event(kind, self.hours(cycle))
        return event(kind, self.condition() if kind == "conditional" else self.one_of(kind))

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
        ]
        return self.random.choice(blocks)(depth)

    def leaves(self) -> list[Callable[[], Ends]]:
        """Small blocks, the more likely ones several times."""
        return [
            self.task, self.task, self.guarded, self.guarded, self.counter, self.catch, self.throw,
            self.choice_of_events, self.service, self.conditional_task, self.repeated_task, self.call,
            self.link,
        ]  # fmt: skip

    def task(self) -> Ends:
        name = self.shape("userTask")
        return name, name

    def service(self) -> Ends:
        """Work that a worker does, who may report an error."""
        name = self.shape("serviceTask", ext='<zeebe:taskDefinition type="t"/>')
        return name, name

    def guarded(self) -> Ends:
        """A task with events on its border: a person's, a worker's, or one that receives a message."""
        kind = self.random.choice(("userTask", "userTask", "userTask", "serviceTask", "receiveTask"))
        if kind == "serviceTask":
            name = self.service()[0]
        elif kind == "userTask":
            name = self.shape("userTask")
        else:
            name = self.shape("receiveTask", messageRef=str(self.one_of("message")))
        after = self.random.choice((name, self.shape("exclusiveGateway")))
        if after == name:
            del self.sketch.shapes[list(self.sketch.shapes)[-1]]
        else:
            self.line(name, after)
        for _ in range(self.random.choice((1, 1, 2))):
            self.border(name, after)
        if kind == "serviceTask":
            self.border(name, after, event("error", self.random.choice((*NAMES["error"], None))), True)
        return name, after

    def border(
        self, host: str, after: str, body: str | None = None, interrupting: bool | None = None
    ) -> None:
        """An event on the border that leads to the exit, or to an end of its own."""
        if interrupting is None:
            interrupting = self.random.random() < 0.5
        body = body or self.outside(cycle=not interrupting and self.random.random() < 0.5)
        name = self.shape("boundaryEvent", body, attachedToRef=host, cancelActivity=str(interrupting).lower())
        exit_ = name
        if self.random.random() < 0.8:
            task = self.task()
            self.line(name, task[0])
            exit_ = task[1]
        if after != host and self.random.random() < 0.5:
            self.line(exit_, after)
        elif exit_ == name or self.random.random() < 0.7:
            self.line(exit_, self.shape("endEvent"))

    def counter(self) -> Ends:
        """Counts how often it was passed, in a variable of its own."""
        variable = f"n{self.named}"
        self.counters.append(variable)
        script = f'<zeebe:script expression="= {variable} + 1" resultVariable="{variable}"/>'
        name = self.shape("scriptTask", ext=script)
        return name, name

    def catch(self) -> Ends:
        name = self.shape("intermediateCatchEvent", self.outside())
        return name, name

    def throw(self) -> Ends:
        kinds = ["none", "message", *["signal"] * 3, *["escalation"] * (1 + 3 * self.depth)]
        kind = self.random.choice(kinds)
        if self.taste in ("signal", "escalation") and self.random.random() < 0.6:
            kind = self.taste
        body = "" if kind == "none" else event(kind, self.one_of(kind))
        name = self.shape("intermediateThrowEvent", body)
        return name, name

    def link(self) -> Ends:
        name = f"l{self.named}"
        thrown = self.shape("intermediateThrowEvent", event("link", name))
        return thrown, self.shape("intermediateCatchEvent", event("link", name))

    def choice_of_events(self) -> Ends:
        gateway, join = self.shape("eventBasedGateway"), self.shape("exclusiveGateway")
        for _ in range(self.random.randint(2, 3)):
            caught = self.shape("intermediateCatchEvent", self.outside())
            if self.random.random() < 0.15:
                caught = self.shape("receiveTask", messageRef=str(self.one_of("message")))
            if self.sketch.shapes[caught].kind == "receiveTask":
                del self.sketch.shapes[list(self.sketch.shapes)[-2]]
            self.line(gateway, caught)
            self.line(caught, join)
        return gateway, join

    def conditional_task(self) -> Ends:
        """Flows with and without conditions leave a task, and come together somehow."""
        name, join = self.shape("userTask"), self.shape(self.random.choice((*GATEWAYS, "inclusiveGateway")))
        plain = self.random.random() < 0.3
        for at in range(2):
            branch = self.task()
            self.line(name, branch[0], "" if plain and at else self.condition())
            self.line(branch[1], join)
        if not plain:
            self.line(name, join, default=True)
        return name, join

    def repeated_task(self) -> Ends:
        name = self.shape(
            "userTask", body=self.many() if self.random.random() < 0.7 else self.standard_loop()
        )
        if self.random.random() < 0.4:
            self.border(name, name)
        return name, name

    def standard_loop(self) -> str:
        before, most = self.random.choice(("true", "false")), self.random.choice(("", ' loopMaximum="2"'))
        condition = f"<bpmn:loopCondition>= {escape(self.condition())}</bpmn:loopCondition>"
        tag = "bpmn:standardLoopCharacteristics"
        return f'<{tag} testBefore="{before}"{most}>{condition}</{tag}>'

    def many(self) -> str:
        """Multi-instance over the items."""
        result = ' outputCollection="found" outputElement="= r"' if self.random.random() < 0.5 else ""
        ext = f'<zeebe:loopCharacteristics inputCollection="= items" inputElement="item"{result}/>'
        until = "numberOfCompletedInstances >= 2" if self.random.random() < 0.3 else ""
        stop = (
            f"<bpmn:completionCondition>= {until.replace('>', '&gt;')}</bpmn:completionCondition>"
            if until
            else ""
        )
        mode = self.random.choice(("true", "false"))
        return (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{mode}">'
            f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>{stop}</bpmn:multiInstanceLoopCharacteristics>"
        )

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
        kind = self.random.choice(("outside", "outside", "error", "escalation"))
        interrupting = kind == "error" or self.random.random() < 0.5
        code = self.one_of(kind) if self.random.random() < 0.7 else None
        body = (
            self.outside(not interrupting and self.random.random() < 0.5)
            if kind == "outside"
            else event(kind, code)
        )
        start = self.shape("startEvent", body, isInterrupting=str(interrupting).lower())
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
