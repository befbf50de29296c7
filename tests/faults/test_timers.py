"""Timers under schedulers that die: a slice of the proof, and the matcher itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults import timers
from tests.faults.matching import match

SEED = 20261124
NOON = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)


def test_each_fires_once(database_url: str, tmp_path: Path) -> None:
    outcome = timers.prove(database_url, tmp_path, timers=40, kills=4, seconds=2.5, seed=SEED)
    assert outcome.holds, outcome.told()


def test_the_matcher_sees_what_is_missed_extra_and_early() -> None:
    due = dict.fromkeys("abcd", NOON)
    late = timedelta(seconds=3)
    found = match(due, [("a", NOON + late), ("b", NOON), ("b", NOON + late), ("c", NOON - late), ("x", NOON)])
    assert (found.missed, sorted(found.extra), found.early) == (["d"], ["b", "x"], ["c"])
    assert not found.exact
    assert found.late(1) == 3.0
    assert match(due, [(key, NOON) for key in due]).exact
