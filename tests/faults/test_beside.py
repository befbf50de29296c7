"""Some faulty definitions beside healthy cases, and some rounds of a loop; all: make test-faults."""

from pathlib import Path

from tests.faults import beside
from tests.faults.faulty import definitions


def test_there_are_sixty_faulty_definitions() -> None:
    assert len(dict(definitions())) == 60


def test_a_faulty_definition_harms_only_its_own_cases(database_url: str, tmp_path: Path) -> None:
    outcome = beside.prove(database_url, tmp_path, healthy=5, every=7)
    assert outcome.holds, outcome.told()


def test_a_loop_goes_on_as_long_as_it_is_told(sqlite_url: str, tmp_path: Path) -> None:
    outcome = beside.go_round(sqlite_url, tmp_path, rounds=40)
    assert outcome.holds, outcome.told()
