"""Of rivals in one process exactly one gets through, at each step of a case."""

from pathlib import Path

from tests.faults import rush


def test_of_rivals_exactly_one_gets_through(database_url: str, tmp_path: Path) -> None:
    outcome = rush.prove(database_url, tmp_path, cases=6)
    assert outcome.holds, outcome.told()
