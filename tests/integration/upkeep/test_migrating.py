"""An operator who migrates sees how far it is, and may break it off: no migration is ever half done."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select

from engine.db.history import HISTORY
from engine.db.migrate import applied, config, migrate
from engine.db.migrations import pages
from engine.db.revisions import NEWEST, is_current
from engine.db.session import Database
from tests.integration.upkeep.conftest import SECRET, with_secret

Told = list[tuple[str, int, int]]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two rows to a page, each page told of, so that the three rows of old history are more than one."""
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(pages, "TOLD", 2)
    yield


@pytest.mark.usefixtures("small_pages")
def test_it_is_told_how_many_rows_are_rewritten(old_url: str) -> None:
    told: Told = []
    migrate(old_url, SECRET, lambda *words: told.append(words))
    assert [words for words in told if words[0] in ("0005", "0010")] == [
        ("0005", 2, 3),
        ("0005", 3, 3),
        ("0010", 2, 3),
        ("0010", 3, 3),
    ]
    database = Database(old_url)
    try:
        with database.snapshot() as connection:
            numbers = connection.scalars(select(HISTORY.c.seq).order_by(HISTORY.c.seq))
            assert list(numbers) == [1, 2, 3]
    finally:
        database.close()


@pytest.mark.usefixtures("small_pages")
def test_whoever_breaks_a_migration_off_has_the_database_as_before_it(old_url: str) -> None:
    command.upgrade(with_secret(old_url), "0008")
    before = _content(old_url)

    def break_off(revision: str, done: int, of: int) -> None:
        if revision == "0010":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(old_url, SECRET, break_off)
    assert applied(old_url)[0] == "0009"  # which was done before
    assert _content(old_url) == before
    assert migrate(old_url, SECRET)[0] == "0010"


def test_a_database_is_current_once_it_had_the_last_migration(old_url: str) -> None:
    assert ScriptDirectory.from_config(config(old_url)).get_heads() == [NEWEST]
    assert not is_current(old_url)
    migrate(old_url, SECRET)
    assert is_current(old_url)


def test_a_database_without_tables_is_not_current() -> None:
    assert not is_current("sqlite://")


def test_the_server_starts_without_loading_what_only_migrations_need() -> None:
    """A tenth of the time until the first overdue timer fires."""
    code = "import sys, webapp.cli.serve; print(*(name for name in sys.modules if name == 'alembic'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def _content(url: str) -> list[tuple[object, ...]]:
    """The history in its old form."""
    database = Database(url)
    try:
        with database.snapshot() as connection:
            rows = connection.exec_driver_sql("SELECT kind, name, data, link FROM history ORDER BY seq").all()
            return [tuple(row) for row in rows]
    finally:
        database.close()
