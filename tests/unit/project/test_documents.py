"""Pages that repeat what the code says are held to it."""

import re
from pathlib import Path

import pytest

from engine import states

ROOT = Path(__file__).resolve().parents[3]
LISTS = (
    states.InstanceState,
    states.WorkItemState,
    states.JobState,
    states.IncidentState,
    states.DefinitionState,
    states.DeadlineState,
    states.CaseStatus,
)


@pytest.mark.parametrize("states_of", LISTS, ids=lambda each: each.__name__)
def test_every_state_stands_in_the_page_of_states(states_of: type[states.StrEnum]) -> None:
    page = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert [each.value for each in states_of if not re.search(rf"\b{each.value}\b", page)] == []


def test_final_statuses_are_marked_final() -> None:
    page = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    marked = set(re.findall(r"^\| `(\w+)` \| .*\(final\)", page, re.MULTILINE))
    assert marked == {each.value for each in states.FINAL_STATUSES}


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in documents()
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_make_targets_that_pages_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target
        for page in documents()
        for target in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert named <= targets
