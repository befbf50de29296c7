"""Every rule against its fixtures: nothing about a good drawing, and exactly the faults of a bad one.

A fixture is a diagram whose first comment, or a folder whose ``expect.txt``, lists what its rule must find;
``held.txt`` names the roles that somebody holds.
"""

import re
from pathlib import Path

import pytest

from engine import bpmn
from engine.bpmn.packages import read_folder
from engine.bpmn.rules import RULES

FIXTURES = Path(__file__).parent / "fixtures"
DOCS = Path(__file__).parents[3] / "docs" / "rules"
CASES = sorted(
    path for rule in FIXTURES.iterdir() for path in rule.iterdir() if path.is_dir() or path.suffix == ".bpmn"
)


def load(path: Path) -> tuple[dict[str, bytes], set[str]]:
    if path.is_dir():
        files = read_folder(path)
        return files, expected(files.pop("expect.txt").decode())
    data = path.read_bytes()
    found = re.search(rb"<!-- expect: (.*?) -->", data)
    assert found is not None, f"{path} does not say what it expects"
    return {path.name: data}, expected(found.group(1).decode())


def expected(text: str) -> set[str]:
    return set() if text.strip() == "nothing" else {part.strip() for part in text.split(",")}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_rule_finds_exactly_what_its_fixture_expects(path: Path) -> None:
    files, wanted = load(path)
    held = files.pop("held.txt", None)
    verdict = bpmn.check(files, held=held.decode().split() if held is not None else None)
    rule = path.parent.name
    found = {f"{item.severity} {item.id}" for item in verdict.findings if item.rule == rule}
    assert found == wanted
    if not wanted:
        assert not verdict.of(bpmn.Severity.ERROR)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_both_fixtures_and_a_page(rule: object) -> None:
    name = rule.name  # type: ignore[attr-defined]
    stems = {path.stem for path in (FIXTURES / name).iterdir()}
    assert any(stem.startswith("valid") for stem in stems), "no drawing that the rule leaves alone"
    assert any(not stem.startswith("valid") for stem in stems), "no drawing that the rule speaks about"
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {name}\n")


def test_every_finding_of_a_fixture_can_be_placed() -> None:
    for path in CASES:
        files, _ = load(path)
        files.pop("held.txt", None)
        for finding in bpmn.check(files).findings:
            assert finding.path in files, finding
            assert finding.element, finding
            assert str(finding.message), finding
            assert finding.line > 0 or finding.path.endswith((".json", ".toml")), finding


def test_every_refusal_says_what_to_do_instead() -> None:
    """What is no drawing has its advice in its own sentence."""
    others = {"unreadable", "decision-file", "form-file", "sop-toml", "package"}
    for path in CASES:
        files, _ = load(path)
        files.pop("held.txt", None)
        for finding in bpmn.check(files, sop=True).of(bpmn.Severity.ERROR):
            assert finding.hint is not None or finding.rule in others, (path.parent.name, finding)


def test_accountability_rules_count_only_when_asked() -> None:
    data = (FIXTURES / "task-role" / "invalid.bpmn").read_bytes()
    assert bpmn.check({"a.bpmn": data}).verdict == "RUN"
    strict = bpmn.check({"a.bpmn": data}, sop=True)
    assert strict.verdict == "REFUSE"
    assert "task-role:t" in {finding.id for finding in strict.of(bpmn.Severity.ERROR)}
