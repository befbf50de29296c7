"""Drawings are pleasant to read, in numbers: on the SOPs of the repository and on random diagrams."""

from pathlib import Path

import pytest

import processes
from engine.bpmn.layout import layout, needs_layout
from tests.unit.bpmn_layout import measure
from tests.unit.bpmn_layout.diagrams import chance

_FILES = sorted(Path(processes.__file__).parent.rglob("*.bpmn"))
# The largest SOP has 59 flows over 12 lanes; a hand-drawn diagram of that size has more crossings than this.
_MOST_CROSSINGS = 25


def _assert_readable(drawing: measure.Drawing) -> None:
    assert measure.overlaps(drawing) == []
    assert measure.strays(drawing) == []
    assert measure.slanted(drawing) == []
    assert measure.loose_ends(drawing) == []
    assert measure.passages(drawing) == []
    assert measure.covered_words(drawing) == []


def test_there_are_sops_to_draw() -> None:
    assert len(_FILES) >= 12


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_sops(path: Path) -> None:
    drawn = layout(path.read_bytes())
    drawing = measure.read(drawn)
    _assert_readable(drawing)
    assert measure.shared_lines(drawing) == []
    assert measure.crossings(drawing) <= _MOST_CROSSINGS
    assert not needs_layout(drawn)


@pytest.mark.parametrize("seed", range(12))
def test_random_diagrams(seed: int) -> None:
    drawing = measure.read(layout(chance(20 + 3 * seed, 1 + seed % 5, seed)))
    _assert_readable(drawing)
    assert measure.shared_lines(drawing) == []


def test_the_same_file_gives_the_same_drawing() -> None:
    xml = chance(40, 4, 99)
    once = layout(xml)
    assert layout(xml) == once
    assert layout(once) == once


def test_two_hundred_elements() -> None:
    """A large diagram keeps the same promises; how long it takes is a figure of the benchmarks."""
    drawing = measure.read(layout(chance(200, 8, 5)))
    assert len(drawing.nodes()) >= 200
    _assert_readable(drawing)
