"""Three schedulers, three workers and two servers on one PostgreSQL, killed at random: nothing is lost."""

from pathlib import Path

import pytest

from tests.faults import fleet

SEED = 20261125


@pytest.mark.postgres
def test_several_of_each_are_safe_beside_each_other(postgres_url: str, tmp_path: Path) -> None:
    outcome = fleet.prove(postgres_url, tmp_path, timers=40, kills=16, seed=SEED)
    assert outcome.holds, outcome.told()
