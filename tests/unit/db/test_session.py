"""What a connection to the database keeps, and what it must not."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from engine.db.session import Database


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A database of one empty table."""
    path = tmp_path / "alur.db"
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    database.close()
    yield path


def _insert(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO t VALUES (1)"))


def test_a_file_that_could_not_be_written_for_a_while_is_written_again(file: Path) -> None:
    """SQLite opens a file that cannot be written for reading, and the connection stays so: none is kept."""
    database = Database(f"sqlite:///{file}")
    with database._writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # as a connection opened at such a time is
    with database.look() as looking:
        found = looking.connection.dbapi_connection
        assert found is not None
        with pytest.raises(OperationalError, match="readonly"):
            _insert(database)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):  # it was in use, and is not kept either
        found.cursor().execute("SELECT 1")
    _insert(database)
    database.close()
