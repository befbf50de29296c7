"""The front end on whole files: others' diagrams when they are there, and the seven SOPs."""

from pathlib import Path

import pytest

from engine import bpmn
from tests.support.effort import at_most

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT.parent / "shared" / "samples"
FILES = sorted(path for path in SAMPLES.glob("D*") if path.is_file())
CALLS = 8_000_000  # a second has some four million
SOPS = sorted(path.parent for path in (ROOT / "processes").glob("*/*/sop.toml"))
# The verdicts of samples/README.md section 4, read as it says: what is translated or run right is FIX.
WANTED = {
    "D01": "FIX",
    "D02": "REFUSE",
    "D03": "ASK",
    "D04": "ASK",
    "D05": "FIX",
    "D06": "RUN",
    "D07": "ASK",
    "D08": "ASK",
    "D09": "ASK",
    "D10": "ASK",
    "D11": "ASK",
    "D12": "REFUSE",
    "D14": "RUN",
}


@pytest.mark.skipif(not FILES, reason="the sample files of others are not on this machine")
def test_every_sample_is_answered_with_little_work() -> None:
    for path in FILES:
        files = {path.name: path.read_bytes()}
        with at_most(CALLS):
            verdict = bpmn.check(files)
            bpmn.elements(files)
            bpmn.executable(files)
        wanted = WANTED.get(path.name[:3])
        assert wanted is None or verdict.verdict == wanted, path.name


@pytest.mark.parametrize("folder", SOPS, ids=lambda folder: folder.name)
def test_our_own_procedures_run_and_may_be_published(folder: Path) -> None:
    files = package(folder)
    verdict = bpmn.check(files, sop=True, resolve=lambda entry: package(ROOT / "processes" / entry))
    assert verdict.runs, [(finding.id, str(finding.message)) for finding in verdict.findings]
    assert set(verdict.processes) <= {key.partition("#")[0] for key in bpmn.executable(files)}
    for path, data in files.items():
        if path == "sop.toml":
            assert bpmn.load_sop(data).process_id in verdict.processes


def package(folder: Path) -> dict[str, bytes]:
    files = bpmn.read_folder(folder)
    for agency in (folder.parent.name, "bersama"):
        for path in sorted((ROOT / "forms" / agency).glob("*.json")):
            files.setdefault(f"forms/{path.name}", path.read_bytes())
    return files
