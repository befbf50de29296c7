"""Of several officers who complete a task at the same moment one succeeds: a slice of the proof."""

from pathlib import Path

import pytest

from tests.faults import contest


@pytest.mark.postgres
def test_each_task_is_won_once(postgres_url: str, tmp_path: Path) -> None:
    outcome = contest.prove(postgres_url, tmp_path, tasks=20)
    assert outcome.holds, outcome.told()
