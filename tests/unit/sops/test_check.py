"""The front end runs every SOP package as drawn, and the rules for publishing find nothing."""

from collections.abc import Mapping

import pytest

from engine import bpmn
from engine.bpmn import check
from tests.unit.sops import repository as repo

PACKAGES = repo.packages()
BY_PACKAGE = pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.process)


def _files(package: repo.Package) -> dict[str, bytes]:
    files = {f.name: f.read_bytes() for f in sorted(package.folder.iterdir()) if f.is_file()}
    for agency in (package.agency, "bersama"):
        for form in sorted((repo.FORMS / agency).glob("*.json")):
            files[f"forms/{form.name}"] = form.read_bytes()
    return files


def _called(entry: str) -> Mapping[str, bytes] | None:
    found = [p for p in PACKAGES if entry in (f"{p.agency}/{p.process}", p.process)]
    return _files(found[0]) if found else None


@BY_PACKAGE
def test_it_runs_as_drawn_and_may_be_published(package: repo.Package) -> None:
    verdict = check(_files(package), sop=True, resolve=_called)
    # The stages of some examinations together are longer than the limit of their class: that is told.
    found = [(f.id, str(f.message)) for f in verdict.findings if f.rule != "worst-path-by-class"]
    assert found == []
    assert str(verdict.verdict) == "RUN"
    assert list(verdict.processes) == [package.process]


@BY_PACKAGE
def test_it_is_rewritten_for_the_engine_with_its_ids(package: repo.Package) -> None:
    name = f"{package.process}.bpmn"
    drawn = {n.get("id") for n in repo.nodes(package.diagram)}
    made = b"".join(bpmn.executable({name: (package.folder / name).read_bytes()}).values()).decode()
    assert {each for each in drawn if f'"{each}' not in made} == set()
