"""Random diagrams in random orders: engine and model agree. ``make test-model`` plays 2,000 of them."""

import ast
import sys
from pathlib import Path

import pytest

from tests.conformance.model.__main__ import courses_of, main
from tests.conformance.model.generator import draw
from tests.conformance.model.mutants import MUTANTS
from tests.conformance.model.player import Refused
from tests.conformance.model.shrink import shrunk

HERE = Path(__file__).parent
INDEPENDENT = (
    "diagram", "state", "routes", "events", "instances", "compensation", "complex", "game", "sketch",
    "blocks", "generator",
)  # fmt: skip
"""The model and the generator; the other modules play it against the engine."""


@pytest.mark.parametrize("seed", range(60))
def test_engine_and_model_agree(seed: int) -> None:
    courses_of(draw(seed), seed)


@pytest.mark.parametrize("module", INDEPENDENT)
def test_the_model_knows_nothing_of_the_engine(module: str) -> None:
    own = {f"tests.conformance.model.{name}" for name in INDEPENDENT}
    for node in ast.walk(ast.parse((HERE / f"{module}.py").read_text())):
        if isinstance(node, ast.Import):
            assert all(name.name.partition(".")[0] in sys.stdlib_module_names for name in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module is not None
            assert node.module in own or node.module.partition(".")[0] in sys.stdlib_module_names


def test_the_same_seed_draws_the_same_diagram() -> None:
    assert draw(7).files == draw(7).files != draw(8).files


def test_a_divergence_is_named_and_shrunk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    MUTANTS["default_flow_is_ignored"](monkeypatch.setattr)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["--seed", "0"]) == 1
    told = capsys.readouterr().out
    assert "seed 0 diverged (python -m tests.conformance.model --seed 0)" in told and "Divergence" in told
    folder = Path(told.partition("shrunk to ")[2].partition("\n")[0])
    assert len((folder / "p.bpmn").read_bytes()) < len(draw(0).files["p.bpmn"])
    assert "Divergence" in (folder / "play.txt").read_text()


def test_shrinking_keeps_what_fails() -> None:
    def holds_a_gateway(drawing) -> bool:  # type: ignore[no-untyped-def]
        return any(shape.kind == "parallelGateway" for shape in drawing.sketches["p"].shapes.values())

    seed = next(seed for seed in range(100) if holds_a_gateway(draw(seed)))
    small = shrunk(draw(seed), holds_a_gateway)
    assert [shape.kind for shape in small.sketches["p"].shapes.values()] == ["parallelGateway"]


def test_an_invalid_diagram_is_no_agreement() -> None:
    drawing = draw(0)
    sketch = drawing.sketches["p"]
    for line in sketch.lines:
        line.source = line.target
    with pytest.raises(Refused):
        courses_of(drawing, 0)
