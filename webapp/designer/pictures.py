"""The diagrams of a package as drawings, each with its text twin."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine import bpmn
from engine.bpmn import Element, drawing
from engine.bpmn.kinds import bpmn_files
from engine.bpmn.layout import needs_layout

LARGEST = 1500  # elements: a larger diagram is listed, not drawn
LARGEST_UNDRAWN = 400  # elements: seating more of them on a page takes too long for an answer

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StepRow:
    """One element in the list beside a drawing."""

    id: str
    name: str
    kind: str
    lane: str
    inside: str
    element: Element | None


@dataclass(frozen=True)
class Picture:
    """One diagram file: its drawing (empty when it cannot be drawn) and its steps in reading order."""

    path: str
    title: str
    svg: str
    steps: tuple[StepRow, ...]


def pictures(
    files: Mapping[str, bytes],
    *,
    badges: Mapping[str, Mapping[str, str]] | None = None,
    marks: Mapping[str, Mapping[str, str]] | None = None,
    words: Mapping[str, str] = drawing.MARKS,
) -> list[Picture]:
    """All diagrams of the files; ``badges`` and ``marks`` by path and element id."""
    return [
        _picture(path, data, _pairs((badges or {}).get(path)), _pairs((marks or {}).get(path)), _pairs(words))
        for path, data in bpmn_files(files)
    ]


def _pairs(given: Mapping[str, str] | None) -> Pairs:
    return tuple(sorted((given or {}).items()))


@lru_cache(maxsize=64)
def _picture(path: str, data: bytes, badges: Pairs, marks: Pairs, words: Pairs) -> Picture:
    """The same diagram with the same numbers is drawn once."""
    read = bpmn.read(data, path)
    title = next((process.name for process in read.processes if process.name), path)
    known = bpmn.elements({path: data})
    if read.root is None or len(known) > LARGEST:
        return Picture(path, title, "", _listed(known))
    if len(known) > LARGEST_UNDRAWN and needs_layout(data):
        return Picture(path, title, "", _listed(known))
    svg = drawing.svg(data, badges=dict(badges), marks=dict(marks), words=dict(words), title=title)
    steps = tuple(
        StepRow(step.id, step.name, step.kind, step.lane, step.parent or step.host, known.get(step.id))
        for step in drawing.element_list(data)
    )
    return Picture(path, title, svg, steps)


def _listed(known: Mapping[str, Element]) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(each.id, each.name, each.kind, each.lane or "", each.parent or each.host or "", each)
        for each in known.values()
    )
