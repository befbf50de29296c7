"""Small diagrams, and the command line called as the shell calls it, for the tests beside this file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from webapp.cli import main

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<definitions xmlns="{BPMN}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be exactly one JSON document."""
        return json.loads(self.out)


def alur(*arguments: str | Path, env: dict[str, str] | None = None) -> Said:
    """Run a command in this process; a traceback in its answer is a defect anywhere."""
    result = CliRunner().invoke(main, [str(each) for each in arguments], env=env)
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def diagram(body: str, *, outside: str = "", process: str = "p", flows: str = "") -> str:
    """A diagram with one process. ``flows`` are pairs like ``"s>a a>e"``, drawn as sequence flows."""
    drawn = "".join(
        f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in (pair.split(">") for pair in flows.split())
    )
    return f'{HEAD}{outside}<process id="{process}" isExecutable="true">{body}{drawn}</process></definitions>'


def user(name: str, extra: str = "", inside: str = "") -> str:
    """A user task with properties, for instance a service level."""
    return (
        f'<userTask id="{name}"><extensionElements><zeebe:userTask/>{extra}</extensionElements>'
        f"{inside}</userTask>"
    )


def properties(**values: str) -> str:
    """``zeebe:properties`` named ``alur:…``."""
    rows = "".join(f'<zeebe:property name="alur:{name}" value="{value}"/>' for name, value in values.items())
    return f"<zeebe:properties>{rows}</zeebe:properties>"


def topic(name: str, kind: str, retries: int = 3) -> str:
    """A service task that a worker does."""
    return (
        f'<serviceTask id="{name}"><extensionElements>'
        f'<zeebe:taskDefinition type="{kind}" retries="{retries}"/></extensionElements></serviceTask>'
    )


def timer(duration: str) -> str:
    """The event definition of a timer that waits for a time."""
    return (
        "<timerEventDefinition>"
        f'<timeDuration xsi:type="tFormalExpression">{duration}</timeDuration></timerEventDefinition>'
    )


def boundary(name: str, host: str, definition: str, *, cancels: bool = True) -> str:
    """A boundary event."""
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(cancels).lower()}">'
        f"{definition}</boundaryEvent>"
    )


def flow_if(source: str, target: str, condition: str) -> str:
    """A sequence flow with a condition."""
    return (
        f'<sequenceFlow id="if_{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression></sequenceFlow>'
    )


START_END = '<startEvent id="s"/><endEvent id="e"/>'


class Table:
    """A folder with a diagram, on which steps are played through ``alur play``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: str | bytes | list[Any] | dict[str, Any]) -> Path:
        """A file of the folder; lists and objects as JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, (list, dict)):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def play(self, path: Path | str, *steps: dict[str, Any], options: tuple[str | Path, ...] = ()) -> Said:
        """Play steps on a file, or on a diagram given as text."""
        if isinstance(path, str):
            path = self.put("played.bpmn", path)
        return alur("play", path, "--steps", self.put("steps.json", list(steps)), "--json", *options)


def elements(rows: list[dict[str, Any]]) -> list[str]:
    """The elements of ``waiting``, ``timers`` or ``trace``."""
    return [row["element"] for row in rows]
