"""Less stored for each case: no index twice, none over what is done; receipts and outcomes packed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.db.migrations.pages import pages
from engine.db.models.packed import Packed

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PACKED = (("deadlines", "receipt", False), ("work_items", "outcome", True))  # table, column, may be empty
OPEN, DONE = sa.text("state = 'open'"), sa.text("completed_by IS NOT NULL")
BEFORE = (
    ("ix_work_items_assignee", ["assignee_id", "state", "sort_key"]),
    ("ix_work_items_agency", ["agency_id", "state", "sort_key"]),
    ("ix_work_items_finished", ["agency_id", "completed_at"]),
    ("ix_work_items_instance_id", ["instance_id"]),
)
AFTER = (
    ("ix_work_items_assignee", ["assignee_id", "sort_key"], OPEN),
    ("ix_work_items_agency", ["agency_id", "sort_key"], OPEN),
    ("ix_work_items_finished", ["completed_by", "sort_key"], DONE),
)


def upgrade() -> None:
    for name, _ in BEFORE:
        op.drop_index(name, "work_items")
    op.drop_index("ix_deadlines_instance_id", "deadlines")
    for table, column, empty in PACKED:
        _convert(table, column, sa.JSON(), Packed(), empty)
    for name, columns, condition in AFTER:
        op.create_index(name, "work_items", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name, *_ in AFTER:
        op.drop_index(name, "work_items")
    for table, column, empty in PACKED:
        _convert(table, column, Packed(), sa.JSON(), empty)
    op.create_index("ix_deadlines_instance_id", "deadlines", ["instance_id"])
    for name, columns in BEFORE:
        op.create_index(name, "work_items", columns)


def _convert(table: str, column: str, old: Any, new: Any, empty: bool) -> None:
    """Put a column's values into a column of the other type and of the same name."""
    stored = sa.LargeBinary() if isinstance(new, Packed) else new
    op.add_column(table, sa.Column(f"{column}_new", stored, nullable=True))
    _copy(table, column, old, new)
    with op.batch_alter_table(table) as batch:
        batch.drop_column(column)
        batch.alter_column(f"{column}_new", new_column_name=column, existing_type=stored, nullable=empty)


def _copy(table: str, column: str, old: Any, new: Any) -> None:
    rows = sa.table(
        table, sa.column("id", sa.String), sa.column(column, old), sa.column(f"{column}_new", new)
    )
    fill = (
        sa.update(rows)
        .where(rows.c.id == sa.bindparam("of"))
        .values({f"{column}_new": sa.bindparam("value", type_=new)})
    )
    for found in pages(revision, sa.select(rows.c.id, rows.c[column]), rows.c.id):
        op.get_bind().execute(fill, [{"of": row["id"], "value": row[column]} for row in found])
