"""Every scenario of every SOP that comes with Alur, played through the production runtime on a fake clock."""

from functools import cache

import pytest

from engine.cases import scenarios
from engine.catalog import library
from engine.runtime.program import Programs

BUILT_IN = library.built_in()
PROGRAMS = Programs()


@cache
def bundle(agency: str, process: str) -> dict[str, bytes]:
    return library.assemble(BUILT_IN.package(agency, process), BUILT_IN.resolve)


def all_scenarios() -> list[tuple[str, str, scenarios.Scenario]]:
    found = []
    for agency, process in BUILT_IN.names():
        path = BUILT_IN.root / "processes" / agency / process / "scenarios.toml"
        if path.is_file():
            found += [(agency, process, one) for one in scenarios.read(path.read_bytes())]
    return found


ALL = all_scenarios()


def test_there_are_89_scenarios_of_seven_sops() -> None:
    assert len(ALL) == 89
    assert len({process for _, process, _ in ALL}) == 7
    assert all(one.expected for _, _, one in ALL)


@pytest.mark.parametrize(("agency", "process", "scenario"), ALL, ids=[one.id for _, _, one in ALL])
def test_scenario(agency: str, process: str, scenario: scenarios.Scenario) -> None:
    result = scenarios.run(bundle(agency, process), process, scenario, programs=PROGRAMS)
    assert result.faults == []
    assert result.checked == len(scenario.expected)


def test_a_wrong_expectation_fails() -> None:
    agency, process, scenario = next(one for one in ALL if one[2].id == "SU-S1")
    for wrong in (
        {"setelah": 1, "terbuka": "T01_registrasi", "role": "nobody"},
        {"setelah": 1, "tertutup": "T01_registrasi"},
        {"setelah": 1, "jam": "jam_tanggapan", "keadaan": "jeda"},
        {"setelah": 1, "eskalasi": "Eskalasi: jam_tanggapan", "role": "pimpinan"},
        {"setelah": 1, "terjadi": "W01"},
        {"setelah": 1, "data": {"kelas": "berkadar"}},
        {"setelah": 1, "akhir": "E04_selesai"},
        {"setelah": 1, "warna": "merah"},
        {"setelah": 99, "terbuka": "T01_registrasi"},
    ):
        lone = scenarios.Scenario(scenario.id, "", scenario.start, scenario.steps[:1], [wrong])
        assert not scenarios.run(bundle(agency, process), process, lone, programs=PROGRAMS).passed, wrong
