"""Files of others through the front end, where they are present; and files of the same kinds made here."""

import os
from pathlib import Path

import pytest

from tests.conformance import samples
from tests.support.needs import lacking

SAMPLES = Path(os.environ.get("ALUR_SAMPLES") or Path(__file__).parents[3] / "shared" / "samples")
OWN = Path(__file__).parent / "drawings"
QUICK = 25


def test_the_samples_are_here() -> None:
    if not SAMPLES.is_dir():
        lacking("samples", f"{SAMPLES} is not on this machine; ALUR_SAMPLES names their folder")
    assert len(samples.paths(SAMPLES)) >= 14


@pytest.mark.parametrize(
    "path", samples.paths(SAMPLES) if SAMPLES.is_dir() else [], ids=lambda path: path.name[:40]
)
def test_a_sample_is_answered_and_what_runs_reaches_every_step(path: Path) -> None:
    found = samples.report(path, QUICK)
    assert found.is_good, found.faults
