"""What the limit of a closed work item came to stands with the item, and no longer among those that run."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.db.migrations.pages import pages
from engine.db.models.base import UtcDateTime
from engine.db.models.packed import Packed

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Columns that move, and what they hold when nothing is kept of them.
MOVED: dict[str, tuple[Any, Any]] = {
    "limit": (sa.String(40), ""),
    "extension": (sa.String(40), None),
    "ends": (sa.String(8), None),
    "unit": (sa.String(60), None),
    "reminder_percent": (sa.Integer(), 80),
    "roles": (sa.JSON(), []),
    "pauses": (sa.JSON(), []),
    "receipt": (Packed(), {}),
    "told": (sa.Integer(), 0),
}
LIMITS = sa.table(
    "deadlines",
    *(sa.column(name, sa.String()) for name in ("id", "agency_id", "instance_id", "subject", "key", "state")),
    *(sa.column(name, sa.String()) for name in ("element", "name")),
    *(sa.column(name, UtcDateTime()) for name in ("started_at", "due_at", "reminder_at", "stopped_at")),
    sa.column("round", sa.Integer()),
    *(sa.column(name, kind) for name, (kind, _) in MOVED.items()),
)
ITEMS = sa.table(
    "work_items",
    *(sa.column(name, sa.String()) for name in ("id", "agency_id", "instance_id", "wait_id", "element")),
    *(sa.column(name, sa.String()) for name in ("name", "deadline_id")),
    *(sa.column(name, UtcDateTime()) for name in ("created_at", "due_at", "reminder_at", "completed_at")),
    sa.column("ended_limit", Packed()),
)
ENDED = (LIMITS.c.subject == "item") & (LIMITS.c.state == "stopped")


def upgrade() -> None:
    op.add_column("work_items", sa.Column("ended_limit", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    fill = sa.update(ITEMS).where(
        ITEMS.c.instance_id == sa.bindparam("of"), ITEMS.c.wait_id == sa.bindparam("wait")
    )
    fill = fill.values(ended_limit=sa.bindparam("kept"))
    for rows in pages(revision, sa.select(LIMITS).where(ENDED), LIMITS.c.id):
        connection.execute(
            fill, [{"of": row["instance_id"], "wait": row["key"], "kept": _kept(row)} for row in rows]
        )
    connection.execute(sa.delete(LIMITS).where(ENDED))


def _kept(row: sa.RowMapping) -> dict[str, Any]:
    return {name: row[name] for name, (_, empty) in MOVED.items() if row[name] != empty}


def downgrade() -> None:
    connection = op.get_bind()
    for rows in pages(revision, sa.select(ITEMS).where(ITEMS.c.ended_limit.is_not(None)), ITEMS.c.id):
        connection.execute(sa.insert(LIMITS), [_limit(row) for row in rows])
    with op.batch_alter_table("work_items") as batch:
        batch.drop_column("ended_limit")


def _limit(item: sa.RowMapping) -> dict[str, Any]:
    kept = {name: item["ended_limit"].get(name, empty) for name, (_, empty) in MOVED.items()}
    same = {name: item[name] for name in ("agency_id", "instance_id", "element", "name")}
    same |= {"due_at": item["due_at"], "reminder_at": item["reminder_at"], "id": item["deadline_id"]}
    times = {"started_at": item["created_at"], "stopped_at": item["completed_at"]}
    own = {"subject": "item", "key": item["wait_id"], "state": "stopped", "round": 1}
    return {**same, **times, **own, **kept}
