"""Diagrams as tools export them, each answered with exactly what its plan says, then answered and played."""

from pathlib import Path

import pytest

from engine import bpmn
from tests.conformance import samples
from tests.conformance.exports.plan import Plan, plans
from tests.conformance.exports.written import written

QUICK = 30
ROUTINE = ("task-form", "task-deadline", "task-role", "task-escalation", "lane-role", "not-executable")
"""What nearly every drawing lacks that no engine was meant for: a plan does not list it."""


@pytest.mark.parametrize("path", plans().values(), ids=lambda path: path.stem)
def test_an_export_gets_exactly_these_findings(path: Path) -> None:
    plan = Plan(path.read_text(encoding="utf-8"))
    verdict = bpmn.check({f"{path.stem}.bpmn": written(plan)})
    names = plan.ids
    told = [f"{one.rule}:{names.get(one.element, one.element)}" for one in verdict.findings]
    told = [one for one in told if one.partition(":")[0] not in ROUTINE]
    assert (str(verdict.verdict).lower(), sorted(told)) == (plan.verdict, sorted(plan.finds))


@pytest.mark.parametrize("path", plans().values(), ids=lambda path: path.stem)
def test_an_export_once_answered_reaches_every_step(path: Path, tmp_path: Path) -> None:
    file = tmp_path / f"{path.stem}.bpmn"
    file.write_bytes(written(Plan(path.read_text(encoding="utf-8"))))
    found = samples.report(file, QUICK)
    assert found.is_good, found.faults


def test_the_plans_are_many_and_of_every_tool() -> None:
    made = [Plan(path.read_text(encoding="utf-8")) for path in plans().values()]
    assert len(made) >= 40
    assert len({plan.tool_name for plan in made}) >= 15


def test_a_time_that_the_drawing_says_is_the_first_option() -> None:
    plan = Plan(plans()["bizagi-pengadilan"].read_text(encoding="utf-8"))
    (timer,) = (one for one in bpmn.check({"p.bpmn": written(plan)}).findings if one.rule == "timer")
    assert timer.options[0].value == "P5WD"


def test_both_ends_of_a_message_flow_are_offered_one_name() -> None:
    plan = Plan(plans()["bpmnio-collab-three"].read_text(encoding="utf-8"))
    names = plan.ids
    first = {
        names[one.element]: one.options[0].value
        for one in bpmn.check({"p.bpmn": written(plan)}).findings
        if one.rule == "event-reference"
    }
    assert first["pe"] == first["ks"] == "laporan"
