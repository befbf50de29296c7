"""A server that dies exactly at named points: what was acknowledged is there, once. All: make test-faults."""

from pathlib import Path

from tests.faults import kills
from tests.faults.points import POINTS

SEED = 20261124
SLICE = (
    "filing: before commit",
    "filing: after commit",
    "attachment: before INSERT INTO files",
    "completion: after commit",
    "completion: after INSERT INTO history",
    "due jobs: after DELETE FROM jobs",
    "outbox: after INSERT INTO cases",
    "sendings: after send",
    "sendings: before send",
)


def test_there_are_enough_points() -> None:
    assert len(set(POINTS)) == len(POINTS) >= 40
    assert set(SLICE) <= set(POINTS)


def test_nothing_is_lost_or_done_twice(database_url: str, tmp_path: Path) -> None:
    points = list(SLICE if database_url.startswith("sqlite") else SLICE[1::2])
    outcome = kills.prove(database_url, tmp_path, len(points), SEED, points)
    assert outcome.holds, outcome.told()
