"""Files of others through the front end, where they are present; and files of the same kinds made here."""

import os
from pathlib import Path

import pytest

from engine import bpmn
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


@pytest.mark.parametrize("path", samples.paths(OWN), ids=lambda path: path.name)
def test_a_drawing_made_here_gets_the_answer_its_name_says(path: Path) -> None:
    found = samples.report(path, QUICK)
    assert found.verdict.lower() == path.name.partition("-")[0]
    assert found.is_good, found.faults


def test_all_faults_are_told_in_one_pass_each_once() -> None:
    data = (OWN / "refuse-faults.bpmn").read_bytes()
    errors = [finding.id for finding in bpmn.check({"p.bpmn": data}).of(bpmn.Severity.ERROR)]
    assert len(errors) == len(set(errors))
    assert {
        "duplicate-id:t",
        "unreachable:sendiri",
        "boundary:lepas",
        "script:kode",
        "event-gateway:eg",
        "dangling-flow:f6",
        "link-event:link",
    } <= set(errors)


def test_what_no_tool_of_bpmn_wrote_is_answered_with_the_way_out() -> None:
    wanted = {"refuse-bizagi.bpm": "Bizagi", "refuse-bonita.proc": "Bonita", "refuse-drawio.xml": "modeler"}
    for name, word in wanted.items():
        (finding,) = bpmn.check({name: (OWN / name).read_bytes()}).of(bpmn.Severity.ERROR)
        assert finding.hint is not None and word in str(finding.hint), name
