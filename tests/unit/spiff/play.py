"""Small diagrams, and a player that can save and reload its run after every action."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel, spiff

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="t">'
)
START = datetime.fromisoformat("2026-03-02T02:00:00+00:00")


def diagram(body: str, process: str = "p", outside: str = "") -> bytes:
    """A file with one process; ``outside`` holds messages, signals, errors and escalations."""
    inside = f'<bpmn:process id="{process}" isExecutable="true">{body}</bpmn:process>'
    return f"{HEAD}{outside}{inside}</bpmn:definitions>".encode()


def node(tag: str, id_: str, inner: str = "", ext: str = "", **attributes: str) -> str:
    """One element; ``ext`` goes into its extension elements."""
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    extension = f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""
    return f'<bpmn:{tag} id="{id_}"{extra}>{extension}{inner}</bpmn:{tag}>'


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def flows(*pairs: str) -> str:
    """Flows written "a b" or "a b: condition"; ids are ``f_a_b``."""
    result = ""
    for pair in pairs:
        ends, _, condition = pair.partition(":")
        source, target = ends.split()
        inner = (
            f"<bpmn:conditionExpression>={escape(condition)}</bpmn:conditionExpression>" if condition else ""
        )
        result += (
            f'<bpmn:sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}'
            "</bpmn:sequenceFlow>"
        )
    return result


def chain(*names: str) -> str:
    """Flows through the elements, one after the other."""
    return flows(*(f"{a} {b}" for a, b in pairwise(names)))


def io(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """Input and output mappings, target to FEEL text."""
    parts = [f'<zeebe:input source="{escape(v)}" target="{k}"/>' for k, v in (inputs or {}).items()]
    parts += [f'<zeebe:output source="{escape(v)}" target="{k}"/>' for k, v in (outputs or {}).items()]
    return f"<zeebe:ioMapping>{''.join(parts)}</zeebe:ioMapping>"


def user(name: str, ext: str = "", inner: str = "", **attributes: str) -> str:
    return node("userTask", name, inner, "<zeebe:userTask/>" + ext, **attributes)


def topic(name: str, kind: str, ext: str = "", retries: str = "3") -> str:
    return node(
        "serviceTask", name, ext=f'<zeebe:taskDefinition type="{escape(kind)}" retries="{retries}"/>{ext}'
    )


def call(name: str, process: str, ext: str = "", inner: str = "", **attributes: str) -> str:
    settings = "".join(f' {k}="{v}"' for k, v in attributes.items())
    return node("callActivity", name, inner, f'<zeebe:calledElement processId="{process}"{settings}/>{ext}')


def timer(limit: str) -> str:
    duration = f"<bpmn:timeDuration>{escape(limit)}</bpmn:timeDuration>"
    return f"<bpmn:timerEventDefinition>{duration}</bpmn:timerEventDefinition>"


def event(kind: str, reference: str) -> str:
    """The definition of a message, signal, error or escalation event."""
    return f'<bpmn:{kind}EventDefinition {kind}Ref="{reference}"/>'


def condition(text: str) -> str:
    return (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>={escape(text)}</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    )


def message(name: str, key: str | None = None) -> str:
    ext = f'<zeebe:subscription correlationKey="{escape(key)}"/>' if key else ""
    return node("message", f"m_{name}", name=name, ext=ext)


def code(kind: str, value: str) -> str:
    """An error or escalation of the file with its code."""
    return f'<bpmn:{kind} id="{kind[0]}_{value}" name="{value}" {kind}Code="{value}"/>'


def many(
    collection: str,
    item: str = "",
    output: str = "",
    result: str = "",
    until: str = "",
    sequential: bool = False,
) -> str:
    """Multi-instance characteristics."""
    settings = f'inputCollection="{escape(collection)}"'
    settings += f' inputElement="{item}"' if item else ""
    settings += f' outputCollection="{output}" outputElement="{escape(result)}"' if output else ""
    stop = f"<bpmn:completionCondition>={escape(until)}</bpmn:completionCondition>" if until else ""
    mode = str(sequential).lower()
    return node(
        "multiInstanceLoopCharacteristics",
        "loop",
        stop,
        f"<zeebe:loopCharacteristics {settings}/>",
        isSequential=mode,
    ).replace(' id="loop"', "")


class House:
    """Services for tests: a clock that is set by hand and decisions that are functions."""

    def __init__(self, **decisions: Any) -> None:
        self.now = START
        self.decisions = decisions
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def env(self, element: str) -> feel.Environment:
        return feel.Environment(now=self.now, zone=ZoneInfo("Asia/Jakarta"))

    def decide(self, decision: str, context: dict[str, Any]) -> Any:
        self.asked.append((decision, context))
        return self.decisions[decision](context)

    def deadline(self, element: str, value: Any, since: datetime | None = None) -> datetime:
        """Instants as they are, and PnD, PTnH."""
        text = value if isinstance(value, str) else feel.to_json(value)
        if text[:4].isdigit():
            return datetime.fromisoformat(text)
        found = re.fullmatch(r"P(?:(\d+)D)?(?:T(\d+)H)?", text)
        if found is None:
            raise ValueError(f"no duration: {text}")
        days, hours = found.groups()
        return (since or self.now) + timedelta(days=int(days or 0), hours=int(hours or 0))


class Player:
    """Plays a process by element ids. With ``reload`` the run is dumped and loaded after every action."""

    def __init__(
        self,
        *files: bytes,
        house: House | None = None,
        reload: bool = False,
        start: str | None = None,
        process: str = "p",
        step: bool = True,
        **variables: Any,
    ) -> None:
        self.house = house or House()
        ids = [re.findall(r'<bpmn:process id="([^"]+)"', raw.decode())[0] for raw in files]
        self.compiled = spiff.compile(dict(zip(ids, files, strict=True)))
        self.reload = reload
        self.events: list[spiff.Event] = []
        self.run = spiff.Run.start(self.compiled, process, start, variables, self.house)
        if step:
            self.step()

    def step(self, budget: int = 1000) -> None:
        self.act(lambda: self.run.step(budget))

    def act(self, action: Any) -> None:
        try:
            action()
        finally:
            self.events += self.run.events
            self.run.events.clear()
            if self.reload:
                self.run = spiff.Run.load(self.compiled, self.run.dump(), self.house)

    def retry(self, budget: int = 1000) -> None:
        self.act(self.run.retry)
        self.step(budget)

    # ------------------------------------------------------------ what is there

    def waiting(self, boundary: bool = False) -> list[str]:
        return sorted(one.element for one in self.run.waits() if one.boundary == boundary)

    def wait(self, element: str) -> spiff.Wait:
        """The oldest open wait of the element."""
        return next(one for one in self.run.waits() if one.element == element)

    def trace(self, *kinds: str) -> list[str]:
        """Events as "kind element"; those of the named kinds, or all."""
        return [f"{one.kind} {one.element}" for one in self.events if not kinds or one.kind in kinds]

    @property
    def data(self) -> dict[str, Any]:
        return self.run.variables

    # ------------------------------------------------------------ what is done

    def complete(self, element: str, **variables: Any) -> None:
        self.act(lambda: self.run.complete(self.wait(element).id, variables))
        self.step()

    def finish(self, element: str, **variables: Any) -> None:
        self.act(lambda: self.run.finish(self.wait(element).id, variables))
        self.step()

    def fire(self, element: str) -> None:
        self.act(lambda: self.run.fire(self.wait(element).id))
        self.step()

    def deliver(self, element: str, **payload: Any) -> None:
        self.act(lambda: self.run.deliver(self.wait(element).id, payload))
        self.step()

    def error(self, element: str, error: str, **payload: Any) -> None:
        self.act(lambda: self.run.throw_error(self.wait(element).id, error, payload))
        self.step()
