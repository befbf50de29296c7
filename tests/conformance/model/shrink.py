"""Smaller diagrams that still diverge: leave out one thing after the other, keep what still fails."""

import copy
import time
from collections.abc import Callable, Iterator

from tests.conformance.model.generator import Drawing
from tests.conformance.model.sketch import Sketch

SECONDS = 60.0


def shrunk(drawing: Drawing, fails: Callable[[Drawing], bool], seconds: float = SECONDS) -> Drawing:
    """The smallest drawing found in the time that still fails; ``fails`` must be false for invalid ones."""
    until = time.monotonic() + seconds
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(drawing):
            if time.monotonic() > until:
                return drawing
            if _size(candidate) < _size(drawing) and fails(candidate):
                drawing, smaller = candidate, True
                break
    return drawing


def _size(drawing: Drawing) -> int:
    return sum(sketch.size() for sketch in drawing.sketches.values())


def _candidates(drawing: Drawing) -> Iterator[Drawing]:
    """The drawing without one shape (its flows joined up) or without one flow, big things first."""
    for change in (_without_shape, _without_line):
        for process, sketch in drawing.sketches.items():
            for at, level in enumerate(sketch.levels()):
                names = sorted(level.shapes, key=lambda name: -_weight(level, name))
                things = names if change is _without_shape else [line.id for line in level.lines]
                for thing in things:
                    smaller = copy.deepcopy(drawing)
                    inside = list(smaller.sketches[process].levels())[at]
                    change(inside, thing)
                    _tidy(inside)
                    yield smaller


def _weight(level: Sketch, name: str) -> int:
    inner = level.shapes[name].inner
    return inner.size() if inner is not None else 0


def _without_shape(level: Sketch, name: str) -> None:
    onward = level.leaving(name)
    for line in level.entering(name):
        if onward:
            line.target = onward[0].target
        else:
            level.lines.remove(line)
    level.lines = [line for line in level.lines if line.source != name]
    del level.shapes[name]


def _without_line(level: Sketch, name: str) -> None:
    level.lines = [line for line in level.lines if line.id != name]


def _tidy(level: Sketch) -> None:
    """Take out what nothing leads to any more."""
    gone = True
    while gone:
        gone = False
        for name, shape in list(level.shapes.items()):
            lost = shape.host is not None and shape.host not in level.shapes
            reached = level.entering(name) or shape.host or shape.kind == "startEvent"
            apart = "triggeredByEvent" in shape.attributes or "linkEvent" in shape.body
            if lost or not (reached or apart or not level.starts()):
                level.lines = [line for line in level.lines if name not in (line.source, line.target)]
                del level.shapes[name]
                gone = True
