"""A jumping clock under the running scheduler: a slice of the proof, around a new year."""

from pathlib import Path

from tests.faults import jumps

SEED = 20261124


def test_timers_fire_once_though_the_clock_jumps(sqlite_url: str, tmp_path: Path) -> None:
    outcome = jumps.prove(sqlite_url, tmp_path, timers=18, seasons=1, seed=SEED)
    assert outcome.holds, outcome.told()
