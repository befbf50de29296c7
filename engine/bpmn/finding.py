"""What the front end says about a diagram: findings and the verdict that follows from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from engine.errors import Message


class Severity(StrEnum):
    """How much a finding weighs. An error refuses, a question waits, a repair was made, a warning informs."""

    ERROR = "error"
    QUESTION = "question"
    REPAIR = "repair"
    WARNING = "warning"


class Answer(StrEnum):
    """The four answers to an upload."""

    RUN = "RUN"
    FIX = "FIX"
    ASK = "ASK"
    REFUSE = "REFUSE"


@dataclass(frozen=True)
class Option:
    """One possible answer to a question: what is written back, and how it reads."""

    value: str
    label: Message

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "label": str(self.label)}


@dataclass(frozen=True)
class Finding:
    """One fault, question, repair or warning; ``id`` is ``<rule>:<element>`` and the key of an answer."""

    rule: str
    severity: Severity
    element: str
    message: Message
    name: str = ""
    line: int = 0
    hint: Message | None = None
    options: tuple[Option, ...] = ()
    path: str = ""

    @property
    def id(self) -> str:
        return f"{self.rule}:{self.element}"

    def at(self, path: str) -> "Finding":
        """The same finding, placed in the file ``path``."""
        return replace(self, path=path)

    def weighing(self, severity: Severity) -> "Finding":
        """The same finding with another severity."""
        return replace(self, severity=severity)

    def as_json(self) -> dict[str, Any]:
        """The finding as the command line and the API print it (English; pages translate themselves)."""
        return {
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity.value,
            "element": self.element,
            "name": self.name,
            "line": self.line,
            "message": str(self.message),
            "hint": str(self.hint) if self.hint else None,
            "options": [option.as_json() for option in self.options],
            "path": self.path,
        }


@dataclass(frozen=True)
class Verdict:
    """The answer to an upload: all findings in one pass, and the files with every repair made.

    ``files`` are the files as they are to be deployed: answers written in, repairs made, drawing kept.
    """

    verdict: Answer
    processes: list[str]
    findings: list[Finding]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether the diagram can be started: RUN or FIX."""
        return self.verdict in (Answer.RUN, Answer.FIX)

    def of(self, severity: Severity) -> list[Finding]:
        """The findings of one severity, in document order."""
        return [finding for finding in self.findings if finding.severity == severity]

    def as_json(self) -> dict[str, Any]:
        """The document that ``alur check --json`` prints."""
        return {
            "verdict": self.verdict.value,
            "processes": self.processes,
            "findings": [finding.as_json() for finding in self.findings],
        }


def judge(findings: Iterable[Finding]) -> Answer:
    """REFUSE with an error, else ASK with a question, else FIX with a repair, else RUN."""
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Answer.REFUSE
    if Severity.QUESTION in severities:
        return Answer.ASK
    return Answer.FIX if Severity.REPAIR in severities else Answer.RUN
