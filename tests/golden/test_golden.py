"""Every saved case of every release loads into the tables of today and goes on as it went on then."""

import random
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy.engine import make_url

from engine.cases.play import Player
from engine.clock import instant
from engine.db.migrate import config, migrate
from engine.db.session import Database
from engine.runtime.program import Programs
from engine.upkeep import audit
from tests.golden.drawings import DRAWINGS
from tests.golden.saved import Release, Saved, put_rows, read, releases
from tests.golden.stories import DRAWN, apply, end_of
from tests.support.postgres import PostgresServer

RELEASES = {path.name.removesuffix(".json.xz"): path for path in releases()}
PROGRAMS = Programs()
AT_LEAST = 30
# What was decided anew since a case was saved: the parts of its end that differ, by tables and case.
DECIDED = {
    # A clock that stops while it is paused counts when it would have been due.
    "0009": {"BP-S6@2": {"clocks"}},
}


@cache
def release(name: str) -> Release:
    return read(RELEASES[name])


@dataclass(frozen=True)
class Past:
    """A release, and an empty database with the tables it had."""

    release: Release
    url: str


@pytest.fixture(scope="module", params=RELEASES)
def on_sqlite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Past:
    found = release(request.param)
    url = f"sqlite:///{tmp_path_factory.mktemp('golden') / 'past.db'}"
    command.upgrade(config(url), found.revision)
    return Past(found, url)


@pytest.fixture(scope="module", params=RELEASES)
def on_postgres(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Past:
    found = release(request.param)
    url = postgres_server.empty()
    command.upgrade(config(url), found.revision)
    return Past(found, url)


def test_each_saved_case_goes_on_as_it_did(on_sqlite: Past, tmp_path: Path) -> None:
    path = tmp_path / "now.db"
    faults = []
    for state in on_sqlite.release.states:
        shutil.copyfile(str(make_url(on_sqlite.url).database), path)
        faults += load_and_finish(state, on_sqlite.release, f"sqlite:///{path}")
    assert faults == []


@pytest.mark.postgres
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 10])
def test_each_saved_case_goes_on_as_it_did_on_postgres(
    on_postgres: Past, postgres_server: PostgresServer, every: int
) -> None:
    faults = []
    for state in on_postgres.release.states[::every]:
        url = postgres_server.copy(on_postgres.url)
        faults += load_and_finish(state, on_postgres.release, url)
        postgres_server.drop(url)
    assert faults == []


@pytest.mark.parametrize("name", RELEASES)
def test_there_are_enough_of_them(name: str) -> None:
    """Thirty that end, of all seven SOPs and at each kind of wait."""
    states = release(name).states
    assert sum(state.end["status"] == "completed" for state in states) >= AT_LEAST
    assert len({state.process for state in states}) == 8
    kinds = {wait.split()[1] for state in states for wait in state.waits}
    assert {"user", "timer", "topic", "message", "signal", "condition", "clock"} <= kinds
    assert any("clock paused" in wait for state in states for wait in state.waits)


def test_the_newest_hold_every_story() -> None:
    """Each drawing where it stands first at least, and cases that wait for an operator."""
    states = release(list(RELEASES)[-1]).states
    assert {state.id.partition("@")[0] for state in states if state.process == DRAWN} == set(DRAWINGS)
    assert {"incident w", "incident g"} <= {wait.partition(": ")[2] for one in states for wait in one.waits}


def load_and_finish(state: Saved, found: Release, url: str) -> list[str]:
    """Load one case into the tables of its release, bring them up to date, let it go on; what differs."""
    put_rows(url, state.rows, {state.bundle: found.bundles[state.bundle]})
    migrate(url, found.secret.encode())
    files = {name: text.encode() for name, text in found.bundles[state.bundle].items()}
    player = Player(files, state.process, instant(state.now), programs=PROGRAMS)
    player.house.database.close()
    player.house.database = Database(url)
    player.house.random = random.Random(state.id).randbytes
    player.instance_id = state.instance
    try:
        for step in state.steps:
            apply(player, step)
        now, then = _flat(end_of(player)), _flat(state.end)
        decided = DECIDED.get(found.revision, {}).get(state.id, set())
        faults = [
            f"{state.id}: {key} is {now.get(key)}, was {then.get(key)}"
            for key in sorted(now.keys() | then.keys())
            if (now.get(key) != then.get(key)) != (key in decided)
        ]
        return faults + [f"{state.id}: {each}" for each in audit.verify(player.house)]
    finally:
        player.close()


def _flat(end: dict[str, Any]) -> dict[str, Any]:
    return {**end, "data": None, **{f"data.{key}": value for key, value in end["data"].items()}}
