"""Random drawings of everything Alur runs, played three times in step: live, saved and loaded after every
action, and never pruned. All three must always wait for the same, tell the same, and hold the same data."""

import random
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from engine import bpmn, spiff
from engine.spiff.workflow import Instance
from tests.conformance.bpmn.kit import (
    CANCEL,
    COMPENSATE,
    ERROR,
    ESCALATION,
    MESSAGE,
    OUTSIDE,
    SIGNAL,
    TIMER,
    boundary,
    chain,
    flow,
    node,
    user,
    work,
)
from tests.unit.bpmn.drawing_kit import diagram
from tests.unit.spiff.play import House

Piece = tuple[str, str, str]
"""XML, the element a flow leads to, the element a flow leaves."""
QUICK, ALL = 60, 1_000


class Artist:
    """Draws a random process. Whatever it draws, each scope has one start and paths that end."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0

    def name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def drawing(self) -> bytes:
        inside = self.scope(3) + (self.handler(1) if self.chance(0.4) else "")
        return diagram(inside, beside=OUTSIDE)

    def scope(self, depth: int, end: str = "") -> str:
        """Start, a sequence, an end."""
        start, stop = self.name("s"), self.name("e")
        xml, first, last = self.sequence(depth)
        ends = node("startEvent", start) + node("endEvent", stop, end)
        return ends + xml + flow(start, first) + flow(last, stop)

    def sequence(self, depth: int) -> Piece:
        pieces = [self.piece(depth) for _ in range(self.random.randint(1, 3))]
        links = [flow(a[2], b[1]) for a, b in pairwise(pieces)]
        return "".join([one[0] for one in pieces] + links), pieces[0][1], pieces[-1][2]

    def piece(self, depth: int) -> Piece:
        leaves: list[Callable[[int], Piece]] = [
            self.task,
            self.task,
            self.job,
            self.catch,
            self.gate,
            self.throw,
        ]
        inner = [self.fork, self.choice, self.lap, self.sub, self.sub, self.transaction, self.ad_hoc]
        return self.random.choice(leaves if depth == 0 else leaves + inner * 2)(depth)

    # ------------------------------------------------------------ leaves

    def task(self, depth: int) -> Piece:
        name = self.name("t")
        return self.dressed(user(name, self.marker()), name)

    def job(self, depth: int) -> Piece:
        name = self.name("w")
        return (
            self.bordered(work(name), name, ERROR, "true") if self.chance(0.5) else (work(name), name, name)
        )

    def catch(self, depth: int) -> Piece:
        name = self.name("c")
        triggers = self.random.choice([MESSAGE, TIMER, SIGNAL, MESSAGE + TIMER])
        every = str(self.chance(0.5)).lower()
        return node("intermediateCatchEvent", name, triggers, parallelMultiple=every), name, name

    def gate(self, depth: int) -> Piece:
        gate, join = self.name("g"), self.name("j")
        xml = node("eventBasedGateway", gate) + node("exclusiveGateway", join)
        for trigger in (MESSAGE, TIMER):
            name = self.name("c")
            xml += node("intermediateCatchEvent", name, trigger) + chain(gate, name, join)
        return xml, gate, join

    def throw(self, depth: int) -> Piece:
        name = self.name("k")
        definition = self.random.choice([COMPENSATE, COMPENSATE, MESSAGE, ESCALATION])
        return node("intermediateThrowEvent", name, definition), name, name

    def marker(self) -> str:
        """A loop or multi-instance marker, or none."""
        loop = "<standardLoopCharacteristics loopMaximum='3'><loopCondition>= lagi</loopCondition>"
        many = (
            "<extensionElements><zeebe:loopCharacteristics inputCollection='= [1, 2]'/></extensionElements>"
        )
        sequential = str(self.chance(0.5)).lower()
        many = node("multiInstanceLoopCharacteristics", self.name("mi"), many, isSequential=sequential)
        kind = self.random.random()
        return f"{loop}</standardLoopCharacteristics>" if kind < 0.15 else many if kind < 0.3 else ""

    def dressed(self, xml: str, name: str) -> Piece:
        """Perhaps with a compensation handler, perhaps with an event on the border."""
        if self.chance(0.4):
            event, handler = self.name("b"), self.name("u")
            xml += node("boundaryEvent", event, COMPENSATE, attachedToRef=name)
            xml += user(handler, isForCompensation="true")
            xml += node("association", self.name("as"), sourceRef=event, targetRef=handler)
        if self.chance(0.3):
            trigger = self.random.choice([MESSAGE, TIMER, MESSAGE + TIMER, ESCALATION, ERROR])
            return self.bordered(xml, name, trigger, str(self.chance(0.5)).lower())
        return xml, name, name

    def bordered(self, xml: str, name: str, trigger: str, cancels: str) -> Piece:
        event, task, join = self.name("b"), self.name("x"), self.name("j")
        border = boundary(event, name, trigger, cancels == "true")
        xml += border + user(task) + node("exclusiveGateway", join)
        return xml + chain(name, join) + chain(event, task, join), name, join

    # ------------------------------------------------------------ what holds others

    def fork(self, depth: int) -> Piece:
        kind = self.random.choice(["parallelGateway", "inclusiveGateway", "complexGateway"])
        split, join, out = self.name("p"), self.name("q"), self.name("o")
        until = f"<activationCondition>= activationCount >= {self.random.randint(1, 2)}</activationCondition>"
        xml = node("parallelGateway", split) + node("exclusiveGateway", out)
        if kind == "complexGateway":
            xml += node(kind, join, until) + flow(join, out, "= waitingForStart")
        else:
            xml += node(kind, join) + flow(join, out)
        for _ in range(2):
            inner, first, last = self.sequence(depth - 1)
            xml += inner + flow(split, first) + flow(last, join)
        return xml, split, out

    def choice(self, depth: int) -> Piece:
        split, join, other = self.name("p"), self.name("q"), self.name("f")
        (one, first, last), (two, second, end) = self.sequence(depth - 1), self.sequence(depth - 1)
        xml = node("exclusiveGateway", split, default=other) + node("exclusiveGateway", join)
        xml += one + two + flow(split, first, "= lagi") + flow(last, join) + flow(end, join)
        return xml + node("sequenceFlow", other, sourceRef=split, targetRef=second), split, join

    def lap(self, depth: int) -> Piece:
        begin, end = self.name("p"), self.name("q")
        inner, first, last = self.sequence(depth - 1)
        wait, leave = self.name("t"), self.name("f")
        xml = inner + user(wait) + node("exclusiveGateway", begin) + node("exclusiveGateway", end)
        out = self.name("o")
        xml += node("exclusiveGateway", out) + node("sequenceFlow", leave, sourceRef=end, targetRef=out)
        xml = xml.replace(f'<exclusiveGateway id="{end}"', f'<exclusiveGateway id="{end}" default="{leave}"')
        return xml + flow(begin, first) + chain(last, wait, end) + flow(end, begin, "= lagi"), begin, out

    def sub(self, depth: int) -> Piece:
        name, end = (
            self.name("x"),
            self.random.choice(["", "", ERROR, ESCALATION, "<terminateEventDefinition/>"]),
        )
        inside = self.scope(depth - 1, end) + (self.handler(depth - 1) if self.chance(0.3) else "")
        return self.dressed(node("subProcess", name, inside + self.marker()), name)

    def transaction(self, depth: int) -> Piece:
        name, event, task, join = self.name("x"), self.name("b"), self.name("t"), self.name("j")
        xml = node("transaction", name, self.scope(depth - 1, CANCEL if self.chance(0.7) else ""))
        xml += boundary(event, name, CANCEL) + user(task) + node("exclusiveGateway", join)
        return xml + chain(name, join) + chain(event, task, join), name, join

    def ad_hoc(self, depth: int) -> Piece:
        name = self.name("x")
        inside = "".join(self.sequence(depth - 1)[0] for _ in range(2))
        until = "<completionCondition>= lagi</completionCondition>" if self.chance(0.5) else ""
        cancels = str(self.chance(0.5)).lower()
        return node("adHocSubProcess", name, inside + until, cancelRemainingInstances=cancels), name, name

    def handler(self, depth: int) -> str:
        name, start, end = self.name("h"), self.name("s"), self.name("e")
        trigger = self.random.choice([MESSAGE, TIMER, ERROR, ESCALATION, MESSAGE + TIMER])
        xml, first, last = self.sequence(depth)
        begin = node("startEvent", start, trigger, isInterrupting=str(self.chance(0.5)).lower())
        inside = begin + node("endEvent", end) + xml + flow(start, first) + flow(last, end)
        return node("subProcess", name, inside, triggeredByEvent="true")


class Played:
    """One of the three runs."""

    def __init__(self, compiled: spiff.Compiled, reload: bool, prune: bool) -> None:
        self.compiled, self.reload, self.prune = compiled, reload, prune
        self.told: list[tuple[str, str]] = []
        self.failed: str | None = None
        self.house = House()
        self.run = spiff.Run.start(compiled, "p", None, {"lagi": False}, self.house)
        self.act(lambda: None)

    def act(self, action: Callable[[], Any]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            if not self.prune:
                patch.setattr(Instance, "prune", lambda self: None)
            action()
            try:
                self.run.step()
            except spiff.StepFailed as failure:
                self.failed = failure.element
            self.told += [(event.kind, event.element) for event in self.run.events]
            self.run.events.clear()
            if self.reload:
                self.run = spiff.Run.load(self.compiled, self.run.dump(), self.house)

    def state(self) -> Any:
        waits = [(one.id, one.element, one.kind, one.index, one.boundary) for one in self.run.waits()]
        failures = [(one.id, one.element) for one in self.run.failures()]
        scopes = [(one.id, one.element) for one in self.run.scopes()]
        return sorted(waits), failures, scopes, self.run.variables, self.run.done, self.failed, self.told


def play(seed: int) -> tuple[int, bool]:
    """How many actions were played, and whether the process ended; none for a drawing that is refused."""
    verdict = bpmn.check({"p.bpmn": Artist(seed).drawing()})
    if not verdict.runs:
        return 0, False
    compiled = spiff.compile(bpmn.executable(verdict.files))
    runs = [Played(compiled, reload, prune) for reload, prune in ((False, True), (True, True), (True, False))]
    chance = random.Random(seed)
    for turn in range(40):
        first = runs[0].state()
        for other in runs[1:]:
            assert other.state() == first, f"seed {seed}, turn {turn}"
        waits = sorted(runs[0].run.waits(), key=lambda one: int(one.id))
        if not waits or runs[0].failed:
            return turn, runs[0].run.done
        wait = chance.choice(waits)
        values = {"lagi": chance.random() < (0.4 if turn < 20 else 0)}
        error = wait.kind == "topic" and chance.random() < 0.3
        for one in runs:
            one.act(partial(answer, one.run, wait, values, error))
    return 40, False


def answer(run: spiff.Run, wait: spiff.Wait, values: dict[str, bool], error: bool) -> None:
    if wait.kind == "timer":
        run.fire(wait.id)
    elif wait.kind in ("message", "signal"):
        run.deliver(wait.id, {})
    elif error:
        run.throw_error(wait.id, "GAGAL")
    elif wait.kind == "topic":
        run.finish(wait.id, values)
    else:
        run.complete(wait.id, values)


@pytest.mark.parametrize("part", range(4))
def test_live_reloaded_and_unpruned_runs_never_part(part: int) -> None:
    played = [play(seed) for seed in range(part, QUICK, 4)]
    assert sum(turns > 0 for turns, _ in played) > QUICK / 16


@pytest.mark.slow
def test_a_thousand_drawings_in_step() -> None:
    played = [play(seed) for seed in range(QUICK, ALL)]
    assert sum(turns > 0 for turns, _ in played) > ALL / 4
    assert sum(done for _, done in played) > ALL / 10
