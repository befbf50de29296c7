"""Findings as designers see them: numbered, the gravest first, each with its place in the drawing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine import bpmn
from engine.bpmn.finding import Finding, Option, Severity
from engine.bpmn.kinds import bpmn_files
from engine.bpmn.rules import RULES
from engine.errors import Message
from webapp.designer.words import SEVERITIES, Word

ORDER = ("error", "question", "publish", "warning", "repair")
MARKS = {"error": "!", "question": "?", "publish": "!"}
_PUBLISHING = frozenset(rule.name for rule in RULES if rule.sop)
_WRITES = frozenset(rule.name for rule in RULES if rule.answer is not None)


@dataclass(frozen=True)
class Shown:
    """A finding with its number. ``shape`` is what the drawing's badge stands at: a flow's is its source."""

    number: int
    id: str
    severity: str
    element: str
    shape: str
    name: str
    path: str
    line: int
    message: Message
    hint: Message | None
    options: tuple[Option, ...]

    @property
    def word(self) -> Word:
        return SEVERITIES[self.severity]

    @property
    def badge(self) -> str:
        return f"{self.number}{MARKS.get(self.severity, '')}"

    @property
    def asks(self) -> bool:
        """Whether it can be answered on the page."""
        return self.severity == "question" and self.id.partition(":")[0] in _WRITES


def shown(found: Iterable[Finding], files: Mapping[str, bytes], *, publishing: bool) -> list[Shown]:
    """The findings in the order in which they matter.

    ``publishing`` says that the check counted the rules about accountability as errors: they forbid coming
    into force, not running.
    """
    sources = _sources(files)
    weighed = [(_severity(each, publishing), each) for each in found]
    weighed.sort(key=lambda pair: (ORDER.index(pair[0]), pair[1].path, pair[1].line, pair[1].id))
    return [
        Shown(
            number=number,
            id=each.id,
            severity=severity,
            element=each.element,
            shape=sources.get(each.element, each.element),
            name=each.name or each.element,
            path=each.path,
            line=each.line,
            message=each.message,
            hint=each.hint,
            options=each.options,
        )
        for number, (severity, each) in enumerate(weighed, start=1)
    ]


def counts(found: Iterable[Shown]) -> list[tuple[Word, int]]:
    """How many there are of each severity, the gravest first."""
    numbers = {name: 0 for name in ORDER}
    for each in found:
        numbers[each.severity] += 1
    return [(SEVERITIES[name], number) for name, number in numbers.items() if number]


def badges(found: Iterable[Shown], path: str) -> dict[str, str]:
    """The numbers at the corner of each shape of one file."""
    said: dict[str, list[str]] = {}
    for each in found:
        if each.path in ("", path) and each.shape:
            said.setdefault(each.shape, []).append(each.badge)
    return {shape: " ".join(numbers) for shape, numbers in said.items()}


def _severity(finding: Finding, publishing: bool) -> str:
    if publishing and finding.severity == Severity.ERROR and finding.rule in _PUBLISHING:
        return "publish"
    return finding.severity.value


def _sources(files: Mapping[str, bytes]) -> dict[str, str]:
    """The source of each sequence flow: lines carry no badge."""
    return {
        flow.id: flow.source
        for path, data in bpmn_files(files)
        for process in bpmn.read(data, path).processes
        for scope in process.scope.scopes()
        for flow in scope.flows
    }
