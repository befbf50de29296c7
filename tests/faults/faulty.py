"""Definitions with a fault in them: twelve kinds of fault at five places of a flow (T10)."""

from collections.abc import Callable, Iterator

from tests.conformance.bpmn.kit import ERROR, TIMER, E, S, node, process, user, work
from tests.unit.bpmn.drawing_kit import drawn_flow

Fault = tuple[str, str]
"""The elements of a faulty step, entered at ``x``, and the flows among them and on to ``y``."""


def _timer(text: str) -> Fault:
    definition = f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"
    return node("intermediateCatchEvent", "x", definition), "x>y"


def _script(expression: str) -> str:
    given = f'<zeebe:script expression="{expression}" resultVariable="n"/>'
    return f"<extensionElements>{given}</extensionElements>"


def _each(collection: str) -> str:
    given = f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="satu"/>'
    inside = f"<extensionElements>{given}</extensionElements>"
    return f"<multiInstanceLoopCharacteristics>{inside}</multiInstanceLoopCharacteristics>"


def _limit(text: str) -> str:
    given = f'<zeebe:property name="alur:serviceLevel" value="{text}"/>'
    return f"<extensionElements><zeebe:properties>{given}</zeebe:properties></extensionElements>"


FAULTS: dict[str, Fault] = {
    "no exit is true": (node("exclusiveGateway", "x"), "x>y:=n=99"),
    "a time that is none": _timer("= &quot;sebentar&quot;"),
    "a time beyond all calendars": _timer("= &quot;P99999999Y&quot;"),
    "a negative time": _timer("= &quot;-PT5S&quot;"),
    "two thousand instances": (user("x", _each("= for i in 1..2000 return i")), "x>y"),
    "a loop without a wait": (
        node("scriptTask", "x", _script("= 1")) + node("exclusiveGateway", "g"), "x>g g>x:=n=1 g>y:=n=2",
    ),
    "an error that nothing catches": (
        node("exclusiveGateway", "x") + node("endEvent", "u", ERROR), "x>u:=1=1 x>y:=1=2",
    ),
    "a join that never fills": (
        node("exclusiveGateway", "x") + node("task", "p") + node("task", "q") + node("parallelGateway", "j"),
        "x>p:=1=1 x>q:=1=2 p>j q>j j>y",
    ),
    "a limit that cannot be counted": (user("x", _limit("= &quot;sebentar&quot;")), "x>y"),
    "a connector without what it needs": (work("x", topic="alur.jam.perpanjang"), "x>y"),
    "a call of what is not there": (node("callActivity", "x", calledElement="tiada"), "x>y"),
    "a script of another language": (
        node("scriptTask", "x", "<script>import os</script>", scriptFormat="python"), "x>y",
    ),
}  # fmt: skip


def _at_once(fault: Fault) -> bytes:
    return process(S, fault[0], user("y"), E, flows=f"s>x {fault[1]} y>e")


def _behind_a_task(fault: Fault) -> bytes:
    return process(S, user("a"), fault[0], user("y"), E, flows=f"s>a a>x {fault[1]} y>e")


def _behind_a_timer(fault: Fault) -> bytes:
    wait = node("intermediateCatchEvent", "w", TIMER)
    return process(S, wait, fault[0], user("y"), E, flows=f"s>w w>x {fault[1]} y>e")


def _beside_a_task(fault: Fault) -> bytes:
    fork, join = node("parallelGateway", "f"), node("parallelGateway", "h")
    return process(
        S, fork, user("a"), fault[0], user("y"), join, E, flows=f"s>f f>a f>x {fault[1]} y>h a>h h>e"
    )


def _in_a_subprocess(fault: Fault) -> bytes:
    flows = "".join(drawn_flow(word) for word in f"s1>x {fault[1]} y>e1".split())
    inside = '<startEvent id="s1"/>' + fault[0] + user("y") + '<endEvent id="e1"/>' + flows
    return process(S, user("a"), node("subProcess", "b", inside), E, flows="s>a a>b b>e")


PLACES: dict[str, Callable[[Fault], bytes]] = {
    "at once": _at_once,
    "behind a task": _behind_a_task,
    "behind a timer": _behind_a_timer,
    "beside a task": _beside_a_task,
    "in a subprocess": _in_a_subprocess,
}


def definitions() -> Iterator[tuple[str, bytes]]:
    """Every fault at every place."""
    for place, draw in PLACES.items():
        for name, fault in FAULTS.items():
            yield f"{name}, {place}", draw(fault)
