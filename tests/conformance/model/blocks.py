"""Small blocks of random diagrams: tasks, events and choices, drawn into the sketch of one process."""

import random
from xml.sax.saxutils import escape

from tests.conformance.model.sketch import NAMES, Line, Shape, Sketch, event

Ends = tuple[str, str]
"""The shapes by which a block is entered and left."""
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
VARIABLES = ("a", "b", "c")
"""What people fill in (0 to 3) and gateways ask for."""


class Blocks:
    """Draws small blocks by chance. What stands inside others is the generator's."""

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
        every = {"parallelMultiple": "true"} if body is None and self.random.random() < 0.12 else {}
        if every:
            body = self.outside() + self.outside()
        body = body or self.outside(cycle=not interrupting and self.random.random() < 0.5)
        cancels = str(interrupting).lower()
        name = self.shape("boundaryEvent", body, attachedToRef=host, cancelActivity=cancels, **every)
        exit_ = name
        if self.random.random() < 0.8:
            task = self.task()
            self.line(name, task[0])
            exit_ = task[1]
        if after != host and self.random.random() < 0.5:
            self.line(exit_, after)
        elif exit_ == name or self.random.random() < 0.7:
            self.line(exit_, self.shape("endEvent"))

    def several(self) -> Ends:
        """A task that makes several tokens, and one that needs some: as many, fewer or more."""
        made = self.shape("userTask", completionQuantity=str(self.random.choice((2, 2, 3))))
        need = self.shape("userTask", startQuantity=str(self.random.choice((1, 2, 2, 2, 3))))
        self.line(made, need)
        if self.random.random() < 0.3:
            self.border(need, need)
        return made, need

    def undoable(self) -> Ends:
        """A task that another one undoes."""
        name, handler = self.shape("userTask"), self.shape("userTask", isForCompensation="true")
        tie = self.shape("boundaryEvent", event("compensate"), attachedToRef=name)
        self.sketch.ties.append((tie, handler))
        return name, name

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
