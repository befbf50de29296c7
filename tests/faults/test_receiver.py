"""Other systems that behave badly get everything, each message under one key."""

from pathlib import Path

from tests.faults import receiver


def test_flaky_receivers_get_everything_under_one_key_each(database_url: str, tmp_path: Path) -> None:
    outcome = receiver.prove(database_url, tmp_path, size=24, seed=20261124)
    assert outcome.holds, outcome.told()
