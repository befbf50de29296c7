"""Diagrams for the waits that no built-in SOP comes to: repetition, compensation, ad hoc, events."""

from collections.abc import Mapping
from typing import Any

from tests.conformance.bpmn.kit import (
    CANCEL,
    COMPENSATE,
    CONDITION,
    ERROR,
    ESCALATION,
    MESSAGE,
    OUTSIDE,
    SIGNAL,
    TIMER,
    E,
    S,
    boundary,
    chain,
    node,
    process,
    user,
    work,
)

Step = Mapping[str, Any]
INSIDE = '<startEvent id="s1"/>' + user("a") + user("b") + '<endEvent id="e1"/>' + chain("s1", "a", "b", "e1")
CYCLE = "<timerEventDefinition><timeCycle>R3/PT2H</timeCycle></timerEventDefinition>"


def undone(activity: str) -> str:
    """A handler that undoes an activity."""
    tie = f'<association id="t{activity}" sourceRef="b{activity}" targetRef="u{activity}"/>'
    border = f'<boundaryEvent id="b{activity}" attachedToRef="{activity}">{COMPENSATE}</boundaryEvent>'
    return border + user(f"u{activity}", isForCompensation="true") + tie


def repeated(sequential: bool) -> str:
    given = '<zeebe:loopCharacteristics inputCollection="= [1, 2, 3]" inputElement="nomor"/>'
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<extensionElements>{given}</extensionElements></multiInstanceLoopCharacteristics>"
    )


def handling(name: str, definition: str, interrupting: bool) -> str:
    """An event subprocess with one task."""
    start = node("startEvent", f"{name}s", definition, isInterrupting=str(interrupting).lower())
    inside = start + user(f"{name}t") + f'<endEvent id="{name}e"/>'
    inside += chain(f"{name}s", f"{name}t", f"{name}e")
    return node("subProcess", name, inside, triggeredByEvent="true")


START: Step = {"start": None, "with": {"n": 0}}
A, B, Z = {"complete": "a"}, {"complete": "b"}, {"complete": "z"}
FAILS = {"topic": "kerja", "fail": True}
CALLED = f'<process id="q" isExecutable="true">{INSIDE}</process>'
CALL = node("callActivity", "c", calledElement="q")
CANCELLED = (
    '<startEvent id="s1"/>' + user("a") + undone("a") + user("b") + node("endEvent", "x1", CANCEL)
    + chain("s1", "a", "b", "x1")
)  # fmt: skip
RAISED = (
    '<startEvent id="s1"/>' + node("intermediateThrowEvent", "k", ESCALATION) + user("a")
    + '<endEvent id="e1"/>' + chain("s1", "k", "a", "e1")
)  # fmt: skip

DRAWINGS: dict[str, tuple[bytes, list[Step]]] = {
    "multi-parallel": (
        process(S, user("a", repeated(False)), user("z"), E, flows="s>a a>z z>e"),
        [START, A, A, A, Z],
    ),
    "multi-sequential": (
        process(S, user("a", repeated(True)), user("z"), E, flows="s>a a>z z>e"),
        [START, A, A, A, Z],
    ),
    "multi-subprocess": (
        process(S, node("subProcess", "x", INSIDE + repeated(False)), E, flows="s>x x>e"),
        [START, A, A, B, A, B, B],
    ),
    "compensation": (
        process(
            S, user("a") + undone("a"), user("b") + undone("b"),
            node("intermediateThrowEvent", "k", COMPENSATE), user("z"), E, flows="s>a a>b b>k k>z z>e",
        ),
        [START, A, B, {"complete": "ub"}, {"complete": "ua"}, Z],
    ),
    "ad-hoc": (
        process(S, node("adHocSubProcess", "x", user("a") + user("b")), user("z"), E, flows="s>x x>z z>e"),
        [START, B, A, Z],
    ),
    "event-subprocess-message": (
        process(S, user("a"), handling("h", MESSAGE, False), E, flows="s>a a>e"),
        [START, {"message": "pesan"}, {"complete": "ht"}, A],
    ),
    "event-subprocess-timer": (
        process(S, user("a"), handling("h", TIMER, True), E, flows="s>a a>e"),
        [START, {"advance": "PT3H"}, {"complete": "ht"}],
    ),
    "signal": (
        process(
            S, node("parallelGateway", "g"), node("intermediateCatchEvent", "c", SIGNAL), user("a"),
            node("parallelGateway", "j"), E, flows="s>g g>c g>a c>j a>j j>e",
        ),
        [START, A, {"signal": "isyarat"}],
    ),
    "condition": (
        process(
            S, node("parallelGateway", "g"), node("intermediateCatchEvent", "c", CONDITION), user("a"),
            node("parallelGateway", "j"), E, flows="s>g g>c g>a c>j a>j j>e",
        ),
        [START, {"complete": "a", "with": {"n": 1}}],
    ),
    "event-gateway": (
        process(
            S, node("eventBasedGateway", "g"), node("intermediateCatchEvent", "m", MESSAGE),
            node("intermediateCatchEvent", "w", TIMER), user("z"), E, flows="s>g g>m g>w m>z w>z z>e",
        ),
        [START, {"advance": "PT3H"}, Z],
    ),
    "boundary-cycle": (
        process(
            S, user("a"), boundary("r", "a", CYCLE, interrupting=False), user("b"), E,
            flows="s>a a>e r>b b>e",
        ),
        [START, {"advance": "PT3H"}, B, {"advance": "PT2H"}, B, A],
    ),
    "boundary-error-of-a-worker": (
        process(S, work("w"), boundary("r", "w", ERROR), user("z"), E, flows="s>w w>e r>z z>e"),
        [START, {"topic": "kerja", "error": "GAGAL"}, Z],
    ),
    "topic-tried-again": (
        process(S, work("w"), user("z"), E, flows="s>w w>z z>e"),
        [START, FAILS, {"topic": "kerja", "with": {"n": 2}}, Z],
    ),
    "receive-task": (
        process(S, node("receiveTask", "a", messageRef="mx"), user("z"), E, flows="s>a a>z z>e"),
        [START, {"message": "pesan", "with": {"n": 1}}, Z],
    ),
    "timer": (
        process(S, node("intermediateCatchEvent", "w", TIMER), user("z"), E, flows="s>w w>z z>e"),
        [START, {"advance": "PT3H"}, Z],
    ),
    "call": (
        process(S, CALL, user("z"), E, flows="s>c c>z z>e", outside=OUTSIDE + CALLED),
        [START, A, B, Z],
    ),
    "subprocess-with-a-limit": (
        process(
            S, node("subProcess", "x", INSIDE), boundary("r", "x", TIMER), user("z"), E,
            flows="s>x x>e r>z z>e",
        ),
        [START, A, {"advance": "PT3H"}, Z],
    ),
    "transaction": (
        process(
            S, node("transaction", "x", CANCELLED), boundary("r", "x", CANCEL), user("z"), E,
            flows="s>x x>e r>z z>e",
        ),
        [START, A, B, {"complete": "ua"}, Z],
    ),
    "escalation": (
        process(
            S, node("subProcess", "x", RAISED), boundary("r", "x", ESCALATION, interrupting=False), user("b"),
            E, flows="s>x x>e r>b b>e",
        ),
        [START, B, A],
    ),
    "inclusive-join": (
        process(
            S, node("inclusiveGateway", "g", default="g_z"), user("a"), user("b"),
            node("inclusiveGateway", "j"), user("z"), E, "g>a:= n = 0", "g>b:= 1 > n",
            flows="s>g g>z a>j b>j j>z z>e",
        ),
        [START, A, B, Z],
    ),
    "incident-of-a-worker": (
        process(S, work("w"), user("z"), E, flows="s>w w>z z>e"),
        [START, FAILS, FAILS, FAILS, {"retry": "w"}, {"topic": "kerja"}, Z],
    ),
    "incident-of-a-condition": (
        process(
            S, user("a"), node("exclusiveGateway", "g"), user("b"), user("z"), E,
            "g>b:= n = 1", "g>z:= n = 2", flows="s>a a>g b>e z>e",
        ),
        [START, A, {"retry": "g", "with": {"n": 2}}, Z],
    ),
}  # fmt: skip
