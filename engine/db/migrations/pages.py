"""A whole table read page by page by a migration, which tells whoever waits for it how far it has come."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

PAGE = 1_000  # rows
TOLD = 100_000  # rows between two words about it


def pages(
    revision: str, query: sa.Select[Any], *key: sa.ColumnElement[Any]
) -> Iterator[Sequence[sa.RowMapping]]:
    """The rows of ``query`` in the order of ``key``, which is unique and among its columns.

    A page may be changed before the next one is read. ``migrate``'s ``progress`` hears the revision, how
    many rows are done and how many there are.
    """
    connection, progress = op.get_bind(), context.config.attributes.get("progress")
    total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    some, done = query.order_by(*key).limit(PAGE), 0
    rows = connection.execute(some).mappings().all()
    while rows:
        yield rows
        done += len(rows)
        if progress and (done % TOLD == 0 or done == total):
            progress(revision, done, total)
        last = [rows[-1][column] for column in key]
        rows = connection.execute(some.where(sa.tuple_(*key) > last)).mappings().all()
