"""One chain per agency over the history, and keys of cases.

Old history is sealed where it is personal, and linked in the order it came.
"""

import hashlib
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from engine.db import keys
from engine.db.encoding import encoded
from engine.db.migrations.pages import pages
from engine.db.models.base import UtcDateTime
from engine.errors import AlurError, msg
from engine.ids import random_bytes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(26)
START = bytes(32)
TOLD_IN_NAME = frozenset({"terminated"})
READABLE = frozenset(
    {
        "action", "after", "attempt", "before", "calendar", "count", "deadline", "due", "incident", "item",
        "kind", "late_seconds", "level", "rating", "role", "roles", "subject", "to", "variables",
    }
)  # fmt: skip
HISTORY = sa.table(
    "history",
    sa.column("id", sa.BigInteger),
    sa.column("agency_id", ID),
    sa.column("instance_id", ID),
    sa.column("at", UtcDateTime()),
    sa.column("kind", sa.String),
    sa.column("element", sa.String),
    sa.column("name", sa.String),
    sa.column("actor_id", ID),
    sa.column("actor", sa.String),
    sa.column("data", sa.JSON),
    sa.column("seq", sa.BigInteger),
    sa.column("link", sa.LargeBinary),
    sa.column("sealed", sa.LargeBinary),
)
REWRITE = (
    sa.update(HISTORY)
    .where(HISTORY.c.id == sa.bindparam("of"))
    .values({name: sa.bindparam("new_" + name) for name in ("name", "data", "sealed", "seq", "link")})
)


def upgrade() -> None:
    heads = op.create_table(
        "chain_heads",
        sa.Column("agency_id", ID, primary_key=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "case_keys",
        sa.Column("instance_id", ID, sa.ForeignKey("instances.id"), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary()),
    )
    op.add_column("history", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column("history", sa.Column("link", sa.LargeBinary(), nullable=True))
    op.add_column("history", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    _link(op.get_bind(), heads)
    with op.batch_alter_table("history") as table:
        table.alter_column("seq", existing_type=sa.BigInteger(), nullable=False)
        table.alter_column("link", existing_type=sa.LargeBinary(), nullable=False)
        table.create_unique_constraint("uq_history_agency_id_seq", ["agency_id", "seq"])


def _link(connection: sa.Connection, heads: sa.Table) -> None:
    ends: dict[str, tuple[int, bytes]] = {}
    ring = _ring()
    for rows in pages(revision, sa.select(HISTORY), HISTORY.c.id):
        linked: list[dict[str, Any]] = []
        for row in rows:
            event = dict(row)
            if event["instance_id"] and _is_personal(event):
                _seal(event, _key_of(ring, connection, event["instance_id"]))
            seq, link = ends.get(event["agency_id"], (0, START))
            seq, link = seq + 1, _link_of(link, seq + 1, event)
            ends[event["agency_id"]] = seq, link
            changed = {"new_" + name: event[name] for name in ("name", "data", "sealed")}
            linked.append({"of": event["id"], "new_seq": seq, "new_link": link, **changed})
        connection.execute(REWRITE, linked)
    if ends:
        connection.execute(
            heads.insert(),
            [{"agency_id": key, "seq": seq, "link": link} for key, (seq, link) in ends.items()],
        )


def _is_personal(event: dict[str, Any]) -> bool:
    return event["kind"] in TOLD_IN_NAME or not READABLE.issuperset(event["data"])


def _seal(event: dict[str, Any], key: keys.Seal | None) -> None:
    data = event["data"]
    apart: dict[str, Any] = {"data": {name: data[name] for name in data if name not in READABLE}}
    event["data"] = {name: data[name] for name in data if name in READABLE}
    if event["kind"] in TOLD_IN_NAME:
        apart["name"], event["name"] = event["name"], ""
    event["sealed"] = key.close(apart) if key else b""


def _link_of(before: bytes, seq: int, event: dict[str, Any]) -> bytes:
    entry = [
        event["agency_id"],
        seq,
        event["instance_id"],
        event["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        event["kind"],
        event["element"],
        event["name"],
        event["actor_id"],
        event["actor"],
        event["data"],
        None if event["sealed"] is None else event["sealed"].hex(),
    ]
    return hashlib.sha256(before + encoded(entry)).digest()


def _ring() -> keys.Keyring | None:
    secret = context.config.attributes.get("secret")
    return keys.Keyring(secret, random_bytes) if secret else None


def _key_of(ring: keys.Keyring | None, connection: sa.Connection, instance_id: str) -> keys.Seal | None:
    if ring is None:
        raise AlurError(
            msg("There is history to seal, and no secret key to do it with."), hint=msg("Run `alur migrate`.")
        )
    return keys.of_case(ring, connection, instance_id)


def downgrade() -> None:
    with op.batch_alter_table("history") as table:
        table.drop_constraint("uq_history_agency_id_seq", type_="unique")
        table.drop_column("sealed")
        table.drop_column("link")
        table.drop_column("seq")
    op.drop_table("case_keys")
    op.drop_table("chain_heads")
