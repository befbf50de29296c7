"""The databases that tests get are their own, migrated and empty."""

import pytest
from sqlalchemy import inspect, text

from engine.db.session import Database


@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_of_one_test_reaches_the_next(database: Database, turn: int) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE left_over (turn INTEGER)"))
        session.execute(text("INSERT INTO left_over VALUES (:turn)"), {"turn": turn})
    with database.read() as session:
        assert session.execute(text("SELECT turn FROM left_over")).scalars().all() == [turn]


def test_a_fresh_database_has_the_newest_tables(database: Database) -> None:
    assert {"agencies", "work_items"} <= set(inspect(database.engine).get_table_names())


@pytest.mark.postgres
def test_an_empty_postgresql_has_no_table(empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    try:
        assert inspect(database.engine).get_table_names() == []
        with database.read() as session:
            assert session.execute(text("SHOW server_encoding")).scalar() == "UTF8"
    finally:
        database.close()
