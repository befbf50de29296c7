"""Rows of a whole installation carried over: out of one database in order, into another, empty one."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select
from sqlalchemy.orm import Session

from engine.db import Database
from engine.db import migrate as migrations
from engine.db.models import Base
from engine.errors import Conflict, msg
from engine.runtime.house import House
from engine.upkeep import chain

BATCH = 500
TABLES = Base.metadata.sorted_tables  # each behind those it refers to
Row = dict[str, Any]


def move(house: House, target_url: str) -> dict[str, int]:
    """Copy every row into another, empty database; compare the counts and follow the history's chains.

    Raises Conflict, and leaves nothing in the target, where it holds data or the copy differs.
    """
    migrations.migrate(target_url)
    target = Database(target_url)
    try:
        with house.database.snapshot() as connection, target.write() as session:
            counts = fill(session, lambda table: rows(connection, table))
            before = {
                str(table.name): connection.scalar(select(func.count()).select_from(table)) or 0
                for table in TABLES
            }
            wrong = [name for name, count in before.items() if counts[name] != count]
            if wrong:
                raise Conflict(
                    msg("These tables differ in their number of rows: %(names)s.", names=", ".join(wrong))
                )
            _compare_chains(connection, session.connection())
            return counts
    finally:
        target.close()


def _compare_chains(source: Connection, target: Connection) -> None:
    """The history must hold link by link, up to the same ends; what was broken before may come along."""
    ends = chain.read_heads({"heads": chain.heads(source)})
    wrong = list(chain.verify(target, ends))
    if wrong and wrong != list(chain.verify(source, ends)):
        raise Conflict(msg("The history is not the same there: %(what)s.", what=wrong[0]["what"]))


def rows(connection: Connection, table: Table, query: Select[Any] | None = None) -> Iterator[Row]:
    """Every row of a table, or of a query over it, in the order of its key, a batch at a time in memory."""
    ordered = (select(table) if query is None else query).order_by(*table.primary_key.columns)
    for row in connection.execute(ordered.execution_options(yield_per=BATCH)).mappings():
        yield dict(row)


def fill(session: Session, rows_of: Callable[[Table], Iterator[Row]]) -> dict[str, int]:
    """Put rows into empty tables, within the caller's transaction; how many by table. Raises Conflict."""
    connection = session.connection()
    filled = [
        table.name for table in TABLES if connection.scalar(select(func.count()).select_from(table)) != 0
    ]
    if filled:
        raise Conflict(msg("The target holds data already (%(tables)s).", tables=", ".join(filled[:5])))
    counts = {}
    for table in TABLES:
        coming, name = rows_of(table), str(table.name)
        counts[name] = 0
        within: list[str] = _within(table)
        later: list[Row] = []
        while batch := list(islice(coming, BATCH)):
            later += [dict(row) for row in batch if any(row[column] for column in within)]
            connection.execute(table.insert(), [{**row, **dict.fromkeys(within)} for row in batch])
            counts[name] += len(batch)
        _link(connection, table, within, later)
    return counts


def _within(table: Table) -> list[str]:
    """The columns that refer to rows of the table itself, perhaps to one that stands further below."""
    return [str(key.parent.name) for key in table.foreign_keys if key.column.table is table]


def _link(connection: Connection, table: Table, within: list[str], rows: list[Row]) -> None:
    """Put the references of rows to each other in, now that all rows are there."""
    for row in rows:
        same = [column == row[column.name] for column in table.primary_key.columns]
        connection.execute(table.update().where(*same).values({name: row[name] for name in within}))
