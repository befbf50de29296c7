"""A drawn diagram through the whole pipeline: checked, then played as ``alur play`` does.

Every step is a transaction of the runtime's own: the case is loaded before it and saved behind it.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from engine import bpmn, worktime
from engine.cases.play import Player
from engine.db import events
from engine.db.models import Instance
from engine.runtime import jobs
from tests.unit.bpmn.drawing_kit import diagram as diagram
from tests.unit.bpmn.drawing_kit import flow as flow

START = datetime.fromisoformat("2026-01-05T09:00+07:00")
OUTSIDE = (
    '<message id="mx" name="pesan"/><message id="my" name="kabar"/><signal id="sx" name="isyarat"/>'
    '<error id="ex" errorCode="GAGAL"/><escalation id="kx" escalationCode="NAIK"/>'
)
MESSAGE = '<messageEventDefinition messageRef="mx"/>'
SIGNAL = '<signalEventDefinition signalRef="sx"/>'
ERROR = '<errorEventDefinition errorRef="ex"/>'
ESCALATION = '<escalationEventDefinition escalationRef="kx"/>'
CONDITION = "<conditionalEventDefinition><condition>= n = 1</condition></conditionalEventDefinition>"
TIMER = "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>"
TERMINATE = "<terminateEventDefinition/>"
COMPENSATE = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"
S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'


def user(name: str, inside: str = "", **attributes: str) -> str:
    return node("userTask", name, inside, **attributes)


def node(kind: str, name: str, inside: str = "", **attributes: str) -> str:
    """One element. ``attributes`` are BPMN's."""
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<{kind} id="{name}"{written}>{inside}</{kind}>'


def boundary(name: str, host: str, definition: str, interrupting: bool = True) -> str:
    cancels = str(interrupting).lower()
    return node("boundaryEvent", name, definition, attachedToRef=host, cancelActivity=cancels)


def work(name: str, topic: str = "kerja", kind: str = "serviceTask", **attributes: str) -> str:
    """A task that a worker does."""
    definition = f'<extensionElements><zeebe:taskDefinition type="{topic}"/></extensionElements>'
    return node(kind, name, definition, **attributes)


def chain(*names: str) -> str:
    """Flows through the elements, for the inside of a subprocess."""
    return "".join(flow(a, b) for a, b in pairwise(names))


def process(*parts: str, flows: str = "", name: str = "p", outside: str = OUTSIDE) -> bytes:
    """A file with one process; ``flows`` are pairs such as ``"s>a a>e"``."""
    return diagram("|".join([*parts, *flows.split()]), beside=outside, process=name)


class Case:
    """One case of a drawn process. ``verdict`` is what the check must say of the drawing."""

    def __init__(
        self,
        data: bytes,
        *,
        verdict: str = "RUN",
        beside: Mapping[str, bytes] | None = None,
        start: str | None = None,
        first: Mapping[str, Any] | None = None,
        answers: Mapping[str, str] | None = None,
        name: str = "p",
        **variables: Any,
    ) -> None:
        found = bpmn.check({"p.bpmn": data, **(beside or {})})
        assert found.verdict == verdict, [(one.id, one.severity, str(one.message)) for one in found.findings]
        if answers:
            found = bpmn.check(found.files, answers=answers)
        assert found.runs, [(one.id, str(one.message)) for one in found.findings]
        self.player = Player(found.files, name, START)
        self.player.apply(first or {"start": start, "with": variables})

    def apply(self, **step: Any) -> "Case":
        self.player.apply({key.rstrip("_"): value for key, value in step.items()})
        return self

    def complete(self, element: str, **values: Any) -> "Case":
        return self.apply(complete=element, with_=values)

    def message(self, name: str = "pesan", **values: Any) -> "Case":
        return self.apply(message=name, with_=values)

    def advance(self, duration: str) -> "Case":
        return self.apply(advance=duration)

    # ------------------------------------------------------------ what is there

    @property
    def state(self) -> dict[str, Any]:
        return self.player.state()

    @property
    def waiting(self) -> list[str]:
        return sorted(row["element"] for row in self.state["waiting"])

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of what is waited for, by element."""
        return {row["element"]: row["kind"] for row in self.state["waiting"]}

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.state["data"]
        return found

    @property
    def done(self) -> bool:
        return bool(self.state["status"] == "completed")

    @property
    def incident(self) -> str | None:
        """The element at which the case stands with an incident."""
        found = self.state["incident"]
        return found["element"] if found else None

    def trace(self, *kinds: str) -> list[str]:
        """What happened, as ``"fired b"``; of the named kinds."""
        return [f"{row['event']} {row['element']}" for row in self.state["trace"] if row["event"] in kinds]

    def sleep(self, duration: str) -> None:
        """Let time pass while nothing is watched, then look once at what is due."""
        at = worktime.due(worktime.Limit.parse(duration), self.player.clock.now(), worktime.calendar()).at
        assert at is not None
        self.player.clock.set(at)
        jobs.run_due(self.player.house)

    def history(self, kind: str) -> list[dict[str, Any]]:
        """The details of the history's events of a kind."""
        with self.player.house.database.read() as session:
            told = events.read(session, kinds=(kind,), ring=self.player.house.keyring)
            return [event.data for event in told]

    def state_size(self) -> int:
        """Bytes of the saved state."""
        with self.player.house.database.read() as session:
            return len(session.get_one(Instance, self.player.instance_id).blob)

    def times(self, element: str) -> int:
        """How often the element was entered."""
        return self.trace("entered").count(f"entered {element}")


def refused(data: bytes, rule: str) -> bool:
    """Whether the check refuses the drawing because of the rule."""
    found = bpmn.check({"p.bpmn": data})
    errors = {one.rule for one in found.of(bpmn.Severity.ERROR)}
    return found.verdict == "REFUSE" and rule in errors
