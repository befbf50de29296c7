"""A case that is sent back again and again must not grow: state and step at 5 and at 320 laps."""

import statistics
from datetime import UTC, datetime
from typing import Any

from benchmarks.floor import ANSWERS, Ground
from benchmarks.report import ROUNDS, Ratio, timed
from engine import bpmn, feel, spiff

FEW, MANY = 5, 320
WINDOW = 5  # the step's time is the median of the last five laps
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:alur:bench">
  <bpmn:process id="loop" isExecutable="true">
    <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="a" sourceRef="start" targetRef="join"/>
    <bpmn:exclusiveGateway id="join"/><bpmn:sequenceFlow id="b" sourceRef="join" targetRef="work"/>
    <bpmn:userTask id="work" name="Work"/><bpmn:sequenceFlow id="c" sourceRef="work" targetRef="split"/>
    <bpmn:exclusiveGateway id="split" default="finish"/>
    <bpmn:sequenceFlow id="back" sourceRef="split" targetRef="join">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= again</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="finish" sourceRef="split" targetRef="end"/><bpmn:endEvent id="end"/>
  </bpmn:process>
</bpmn:definitions>"""


class Surroundings:
    """A run without calendar and decisions."""

    def env(self, element: str) -> feel.Environment:
        return feel.Environment(now=NOW, zone=UTC)

    def decide(self, decision: str, context: dict[str, Any]) -> Any:
        raise AssertionError(f"{decision} is not called here")

    def deadline(self, element: str, value: Any, since: datetime | None = None) -> datetime:
        raise AssertionError(f"{element} has no deadline here")


class Case:
    """One case sent back lap after lap, stored and loaded at every step as the runtime does."""

    def __init__(self, compiled: spiff.Compiled) -> None:
        self._compiled = compiled
        self._services = Surroundings()
        run = spiff.Run.start(compiled, "loop", None, {"again": True}, self._services)
        run.step()
        self.blob = run.dump()
        self._lap = 0

    def lap(self) -> None:
        self._lap += 1
        run = spiff.Run.load(self._compiled, self.blob, self._services)
        (wait,) = run.waits()
        run.complete(wait.id, {"answers": ANSWERS, "lap": self._lap, "again": True})
        run.step()
        self.blob = run.dump()


def run(_: Ground) -> list[Ratio]:
    """State and step of one case, 320 laps against 5."""
    executable = bpmn.executable({"loop.bpmn": DIAGRAM.encode()})
    compiled = spiff.compile(executable)
    sizes, times, details = [], [], []
    for _round in range(ROUNDS):
        case, took = Case(compiled), []
        size = {}
        for lap in range(1, MANY + 1):
            took.append(timed(case.lap))
            if lap in (FEW, MANY):
                size[lap] = len(case.blob)
        few, many = (statistics.median(took[at - WINDOW : at]) for at in (FEW, MANY))
        sizes.append(size[MANY] / size[FEW])
        times.append(many / few)
        details.append((size[FEW], size[MANY], few, many))
    stored_few, stored_many, few, many = details[-1]
    return [
        Ratio("state per case, 320 ÷ 5 laps", sizes, 2.0, f"{stored_few} → {stored_many} bytes stored"),
        Ratio("step cost, 320 ÷ 5 laps", times, 2.0, f"{few:.2f} → {many:.2f} ms"),
    ]
