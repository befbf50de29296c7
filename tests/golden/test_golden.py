"""Every saved case of every release loads into the tables of today and goes on as it went on then."""

import random
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from engine.cases.play import Player
from engine.clock import instant
from engine.db.migrate import config, migrate
from engine.db.revisions import is_current
from engine.db.session import Database
from engine.runtime.program import Programs
from engine.upkeep import audit
from tests.golden.saved import Release, Saved, put_rows, read, releases
from tests.golden.stories import end_of

RELEASES = {path.name.removesuffix(".json.xz"): path for path in releases()}
PROGRAMS = Programs()
AT_LEAST = 30


@cache
def release(name: str) -> Release:
    return read(RELEASES[name])


@pytest.fixture(scope="module", params=RELEASES)
def past(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Release, Path]]:
    """A release and an empty database with the tables it had."""
    found = release(request.param)
    path = tmp_path_factory.mktemp("golden") / "past.db"
    command.upgrade(config(f"sqlite:///{path}"), found.revision)
    yield found, path


def test_each_saved_case_goes_on_as_it_did(past: tuple[Release, Path], tmp_path: Path) -> None:
    found, empty = past
    faults, current = [], is_current(f"sqlite:///{empty}")
    for state in found.states:
        path = tmp_path / "now.db"
        shutil.copyfile(empty, path)
        put_rows(path, state.rows, {state.bundle: found.bundles[state.bundle]})
        if not current:
            migrate(f"sqlite:///{path}", found.secret.encode())
        faults += finish(state, found, path)
    assert faults == []


def test_there_are_enough_of_them(past: tuple[Release, Path]) -> None:
    """Thirty that end, of all seven SOPs and at each kind of wait."""
    states = past[0].states
    assert sum(state.end["status"] == "completed" for state in states) >= AT_LEAST
    assert len({state.process for state in states}) == 8
    kinds = {wait.split()[1] for state in states for wait in state.waits}
    assert {"user", "timer", "topic", "message", "signal", "condition", "clock"} <= kinds
    assert any("clock paused" in wait for state in states for wait in state.waits)


def finish(state: Saved, found: Release, path: Path) -> list[str]:
    """Load one case and let it go on; what differs from then."""
    files = {name: text.encode() for name, text in found.bundles[state.bundle].items()}
    player = Player(files, state.process, instant(state.now), programs=PROGRAMS)
    player.house.database.close()
    player.house.database = Database(f"sqlite:///{path}")
    player.house.random = random.Random(state.id).randbytes
    player.instance_id = state.instance
    try:
        for step in state.steps:
            player.apply(step)
        now, then = _flat(end_of(player)), _flat(state.end)
        faults = [
            f"{state.id}: {key} is {now.get(key)}, was {then.get(key)}"
            for key in sorted(now.keys() | then.keys())
            if now.get(key) != then.get(key)
        ]
        return faults + [f"{state.id}: {each}" for each in audit.verify(player.house)]
    finally:
        player.close()


def _flat(end: dict[str, Any]) -> dict[str, Any]:
    return {**end, "data": None, **{f"data.{key}": value for key, value in end["data"].items()}}
