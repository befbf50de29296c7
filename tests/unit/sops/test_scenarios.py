"""The scenarios are all there and speak of elements, roles, forms and clocks that exist."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from engine.bpmn import elements
from engine.bpmn.elements import Element
from tests.unit.sops import repository as repo

PACKAGES = [p for p in repo.packages() if p.scenarios]
BY_PACKAGE = pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.process)
STEPS = {"start", "complete", "until", "advance", "message", "topic"}
EXPECTED = {"terbuka", "tertutup", "jam", "eskalasi", "terjadi", "data", "akhir"}


def _elements(package: repo.Package) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for each in (package, *package.called):
        path = f"{each.process}.bpmn"
        found |= elements({path: (each.folder / path).read_bytes()})
    return found


def test_there_are_eighty_nine_with_an_id_of_their_own() -> None:
    counts = {p.process: len(p.scenarios) for p in PACKAGES}
    assert counts == {
        "sp4n_umum": 11,
        "kemenkumham_lapdu": 13,
        "kemenkes_dumas": 11,
        "kemendikbud_ult": 13,
        "ma_siwas": 12,
        "kejaksaan_lapdu": 15,
        "bpom_ulpk": 14,
    }
    ids = [s["id"] for p in PACKAGES for s in p.scenarios]
    assert len(ids) == len(set(ids)) == 89
    totals = Counter(step for p in PACKAGES for s in p.scenarios for each in s["langkah"] for step in each)
    assert (totals["complete"], totals["until"], totals["message"], totals["start"]) == (488, 94, 26, 82)
    assert sum(len(s["harap"]) for p in PACKAGES for s in p.scenarios) == 287


@BY_PACKAGE
def test_each_tells_its_story_and_starts_the_case(package: repo.Package) -> None:
    for scenario in package.scenarios:
        assert scenario["nama"] and "Diketahui:" in scenario["uraian"] and "Maka:" in scenario["uraian"]
        assert scenario["id"].startswith(package.sop["kode_nomor"] + "-S")
        assert {"start", "message"} & set(scenario["langkah"][0]), scenario["id"]


@BY_PACKAGE
def test_steps_act_on_elements_messages_and_topics_that_exist(package: repo.Package) -> None:
    known = _elements(package)
    messages, topics = {e.message for e in known.values()}, {e.topic for e in known.values()}
    for scenario in package.scenarios:
        for step in scenario["langkah"]:
            assert len(STEPS & set(step)) == 1, scenario["id"]
            assert set(step) <= STEPS | {"with", "error"}
            assert step.get("complete", step.get("start")) in {None, *known}, step
            assert step.get("message") in {None, *messages}, step
            assert step.get("topic") in {None, *topics}, step


@BY_PACKAGE
def test_answers_use_keys_of_the_form(package: repo.Package) -> None:
    known = _elements(package)
    for scenario in package.scenarios:
        for step in scenario["langkah"]:
            element = step.get("complete") or step.get("start")
            if element is None:
                continue
            form = known[element].form
            assert form is not None
            assert set(step.get("with", {})) <= repo.form_keys(package.form(form)), step


@BY_PACKAGE
def test_time_never_runs_backwards(package: repo.Package) -> None:
    for scenario in package.scenarios:
        stops = [scenario["mulai"], *(s["until"] for s in scenario["langkah"] if "until" in s)]
        times = [datetime.fromisoformat(text) for text in stops]
        assert times == sorted(times) and all(t.tzinfo for t in times), scenario["id"]


def _check_expectation(package: repo.Package, known: dict[str, Element], each: dict[str, Any]) -> None:
    for key in ("terbuka", "tertutup", "terjadi", "akhir"):
        assert each.get(key) in {None, *known}, each
    assert each.get("role") in {None, *package.sop["peran"]}, each
    assert each.get("jam") in {None, *package.sop["jam"]}, each
    if "eskalasi" in each:
        names = {e.name for e in known.values()} | set(package.sop["jam"])
        assert each["eskalasi"].removeprefix("Eskalasi: ") in names, each
    for key in ("due", "pengingat", "pada"):
        assert key not in each or datetime.fromisoformat(each[key]).tzinfo, each


@BY_PACKAGE
def test_expectations_speak_of_things_that_exist(package: repo.Package) -> None:
    known = _elements(package)
    for scenario in package.scenarios:
        assert scenario["harap"], scenario["id"]
        for each in scenario["harap"]:
            assert len(EXPECTED & set(each)) == 1 and 1 <= each["setelah"] <= len(scenario["langkah"])
            _check_expectation(package, known, each)


def test_every_user_task_opens_in_some_scenario() -> None:
    """Of the Kejari path the brief plays all but the last two, which only follow one another."""
    scenarios = [scenario for p in PACKAGES for scenario in p.scenarios]
    done = {step.get("complete") for scenario in scenarios for step in scenario["langkah"]}
    opened = {each.get("terbuka") for scenario in scenarios for each in scenario["harap"]}
    tasks = {t.get("id") for p in repo.packages() for t in repo.find(p.diagram, "//bpmn:userTask")}
    assert tasks - done - opened <= {"KT05_ekspose", "KT06_laporan"}
