"""What stood as plain text before the packing is read the same behind it, and in front of it again."""

from typing import Any

import sqlalchemy as sa
from alembic import command

from engine.db.models import Deadline, WorkItem
from engine.db.models.base import UtcDateTime
from engine.db.session import Database
from tests.integration.upkeep.conftest import AT, with_secret

RECEIPT, OUTCOME = {"calendar": "id-nasional", "days": 5}, {"nomor_register": "R-7"}
OF_ALL = {"id": "x", "agency_id": "a", "instance_id": "i", "element": "t", "name": "T", "roles": []}
ROWS: dict[str, dict[str, Any]] = {
    "work_items": {
        **OF_ALL, "wait_id": "1", "kind": "task", "state": "open", "version": 1, "sort_key": "9:x",
        "created_at": AT, "level": 0, "local": {}, "outcome": OUTCOME,
    },
    "deadlines": {
        **OF_ALL, "subject": "item", "key": "1", "limit": "P5WD", "reminder_percent": 80, "state": "running",
        "started_at": AT, "pauses": [], "receipt": RECEIPT, "round": 1, "told": 0,
    },
}  # fmt: skip


def _kept(url: str) -> tuple[Any, Any]:
    database = Database(url)
    try:
        with database.read() as session:
            return session.scalar(sa.select(Deadline.receipt)), session.scalar(sa.select(WorkItem.outcome))
    finally:
        database.close()


def _typed(value: Any) -> Any:
    return UtcDateTime() if value is AT else sa.JSON() if isinstance(value, dict | list) else None


def test_receipts_and_outcomes_survive_both_ways(old_url: str) -> None:
    command.upgrade(with_secret(old_url), "0006")
    database = Database(old_url)
    with database.write() as session:
        for name, row in ROWS.items():
            table = sa.table(name, *(sa.column(key, _typed(value)) for key, value in row.items()))
            session.execute(table.insert().values(row))
    command.upgrade(with_secret(old_url), "0009")
    assert _kept(old_url) == (RECEIPT, OUTCOME)
    command.downgrade(with_secret(old_url), "0006")
    with database.read() as session:
        plain = session.execute(sa.text("SELECT outcome, receipt FROM work_items, deadlines")).one()
    database.close()
    assert "R-7" in str(plain[0]) and "id-nasional" in str(plain[1])
    command.upgrade(with_secret(old_url), "head")
    assert _kept(old_url) == (RECEIPT, OUTCOME)
