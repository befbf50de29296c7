"""Diagrams in a few lines of text, written out as a tool exports them.

A line of a plan is one of::

    tool NAME · verdict NAME · finds RULE:ELEMENT …      how it is written and what the check must say
    process ID "name" · pool "name" · lane "name" ELEMENT … · {…}   a process, empty pool, lane, nested lanes
    KIND ID "name" [EVENT] [+] [on HOST] [key=value …]  a step; + does not interrupt; { opens a subprocess
    FROM TO … ["label"] [= CONDITION]                    flows in a row
    message FROM TO "name"                               a message flow
    in ELEMENT XML · raw XML · root XML                  as it stands, with {p} for the tool's prefix
"""

import re
import shlex
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.conformance.exports.tools import TOOLS, Tool

KINDS = {
    "start": "startEvent", "end": "endEvent", "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent", "boundary": "boundaryEvent", "task": "task", "user": "userTask",
    "manual": "manualTask", "service": "serviceTask", "send": "sendTask", "receive": "receiveTask",
    "rule": "businessRuleTask", "script": "scriptTask", "call": "callActivity", "sub": "subProcess",
    "eventsub": "subProcess", "adhoc": "adHocSubProcess", "xor": "exclusiveGateway",
    "and": "parallelGateway", "or": "inclusiveGateway", "wait": "eventBasedGateway",
    "complex": "complexGateway", "store": "dataStoreReference", "data": "dataObjectReference",
    "group": "group", "note": "textAnnotation",
}  # fmt: skip
EVENTS = (
    "message", "timer", "signal", "error", "escalation", "conditional", "link", "terminate", "compensate",
    "cancel",
)  # fmt: skip
_NODE = re.compile(rf"({'|'.join(KINDS)}) ([^ ]+)(.*)")


@dataclass
class Step:
    id: str
    kind: str
    name: str
    events: list[str]
    attributes: dict[str, str]
    inside: list[str] = field(default_factory=list)
    inner: "Level | None" = None


@dataclass
class Line:
    id: str
    source: str
    target: str
    name: str
    condition: str


@dataclass
class Level:
    """A process or the inside of a subprocess."""

    id: str
    name: str = ""
    steps: dict[str, Step] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    def levels(self) -> "list[Level]":
        return [self, *(level for one in self.steps.values() if one.inner for level in one.inner.levels())]


class Plan:
    """One plan, read."""

    def __init__(self, text: str) -> None:
        self.verdict, self.tool_name = "", ""
        self.finds: set[str] = set()
        self.processes: list[Level] = []
        self.pools: list[str] = []
        self.messages: list[tuple[str, str, str]] = []
        self.roots: list[str] = []
        self._open: list[Level] = []
        self.steps: dict[str, Step] = {}
        self._flows = 0
        for line in text.splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                self._read(line.strip())

    @property
    def tool(self) -> Tool:
        return TOOLS[self.tool_name]

    # ------------------------------------------------------------ reading

    def _read(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word in ("in", "raw", "root"):
            self._as_it_stands(word, rest)
        elif word == "tool":
            self.tool_name = rest
        elif word == "verdict":
            self.verdict = rest
        elif word == "finds":
            self.finds |= set(rest.split())
        elif word == "pool":
            self.pools.append(*shlex.split(rest))
        elif word == "process":
            name, *title = shlex.split(rest)
            self._open = [Level(name, "".join(title))]
            self.processes += self._open
        elif word in ("lane", "lanes}"):
            self._open[-1].lanes.append(rest if word == "lane" else "}")
        elif word == "message":
            source, target, *name = shlex.split(rest)
            self.messages.append((source, target, "".join(name)))
        elif line == "}":
            self._open.pop()
        elif match := _NODE.fullmatch(line):
            self._step(*match.groups())
        else:
            self._lines(line)

    def _as_it_stands(self, word: str, rest: str) -> None:
        if word == "root":
            self.roots.append(rest)
        elif word == "raw":
            self._open[-1].raw.append(rest)
        else:
            name, _, xml = rest.partition(" ")
            self.steps[name].inside.append(xml)

    def _step(self, kind: str, name: str, rest: str) -> None:
        opens = rest.rstrip().endswith("{")
        words = shlex.split(rest.rstrip().removesuffix("{"))
        events = [word for word in words if word in EVENTS]
        attributes = dict(word.split("=", 1) for word in words if "=" in word)
        if "+" in words:
            attributes["isInterrupting" if kind == "start" else "cancelActivity"] = "false"
        if "on" in words:
            attributes["attachedToRef"] = words[words.index("on") + 1]
        if kind == "eventsub":
            attributes["triggeredByEvent"] = "true"
        title = words[0] if rest.lstrip().startswith('"') else ""
        step = Step(name, KINDS[kind], title, [event for event in events if event != title], attributes)
        self._open[-1].steps[name] = self.steps[name] = step
        if opens:
            step.inner = Level(name)
            self._open.append(step.inner)

    def _lines(self, line: str) -> None:
        head, _, condition = line.partition(" = ")
        words = shlex.split(head)
        label = words.pop() if head.rstrip().endswith('"') else ""
        for source, target in pairwise(words):
            self._flows += 1
            self._open[-1].lines.append(Line(f"f_{source}_{target}", source, target, label, condition))

    @property
    def ids(self) -> dict[str, str]:
        """The ids that the tool writes, with those of the plan."""
        levels = [level for process in self.processes for level in process.levels()]
        plain = [
            name for level in levels for name in (level.id, *level.steps, *(line.id for line in level.lines))
        ]
        return {self.tool.ids(name): name for name in plain}


def plans() -> dict[str, Path]:
    """The plans beside this file, by name."""
    return {path.stem: path for path in sorted(Path(__file__).parent.glob("*.plan"))}
