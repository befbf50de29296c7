"""One entry of the history for each step instead of a row for each event.

What was written before keeps its numbers and links: each old event becomes an entry of its own in the form
that is linked as it was (``engine.db.entries.ALONE``), so ends of chains that somebody keeps still hold.
"""

import sqlalchemy as sa
from alembic import op

from engine.db.entries import ALONE, as_text, squeeze
from engine.db.migrations.pages import pages
from engine.db.models.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.String(26)
BEFORE = "history_before"
OLD = sa.table(
    BEFORE,
    sa.column("agency_id", ID),
    sa.column("seq", sa.BigInteger),
    sa.column("instance_id", ID),
    sa.column("at", UtcDateTime()),
    sa.column("kind", sa.String),
    sa.column("element", sa.String),
    sa.column("name", sa.String),
    sa.column("actor_id", ID),
    sa.column("actor", sa.String),
    sa.column("data", sa.JSON),
    sa.column("sealed", sa.LargeBinary),
    sa.column("link", sa.LargeBinary),
)
KEPT = ("agency_id", "seq", "instance_id", "sealed", "link")


def upgrade() -> None:
    op.rename_table("history", BEFORE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX pk_history RENAME TO pk_{BEFORE}")
    new = op.create_table(
        "history",
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_id", ID, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "seq", name="pk_history"),
    )
    _copy(op.get_bind(), new)
    op.drop_table(BEFORE)
    op.create_index("ix_history_instance_id", "history", ["instance_id"])


def _copy(connection: sa.Connection, new: sa.Table) -> None:
    for rows in pages(revision, sa.select(OLD), OLD.c.agency_id, OLD.c.seq):
        connection.execute(
            new.insert(), [{**{name: row[name] for name in KEPT}, "content": _content(row)} for row in rows]
        )


def _content(row: sa.RowMapping) -> bytes:
    is_sealed = 0 if row["sealed"] is None else 1
    event = [row["kind"], row["element"], row["name"], row["data"], is_sealed]
    return ALONE + squeeze([as_text(row["at"]), row["actor_id"], row["actor"], [event]])


def downgrade() -> None:
    raise NotImplementedError(
        "Entries cannot be taken apart into events without their keys: restore an earlier release's backup."
    )
