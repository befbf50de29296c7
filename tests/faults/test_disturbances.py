"""Dropped connections, a crashed database server, many writers on one file: a slice of the proofs."""

from pathlib import Path

import pytest

from tests.faults import disturbances

SEED = 20261124


@pytest.mark.postgres
def test_no_dropped_connection_loses_anything(postgres_url: str, tmp_path: Path) -> None:
    outcome = disturbances.disturb(postgres_url, tmp_path, drops=10, crashes=0, seed=SEED)
    assert outcome.holds, outcome.told()


def test_many_writers_on_one_file_are_all_served(sqlite_url: str, tmp_path: Path) -> None:
    outcome = disturbances.crowd(sqlite_url, tmp_path, seconds=2, seed=SEED)
    assert outcome.holds, outcome.told()
