"""Limits of closed items move to them in an old store, and back; those that run stay where they are."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from engine.db.models import Deadline, WorkItem
from engine.db.models.base import UtcDateTime
from engine.db.models.packed import pack
from engine.db.session import Database
from engine.runtime import item_limits
from tests.integration.upkeep.conftest import AT, with_secret

LATER = AT + timedelta(days=3)
OF_ALL = {"agency_id": "a", "instance_id": "i", "element": "t", "name": "Periksa", "roles": ["kepala_unit"]}
ITEM = {
    **OF_ALL, "kind": "task", "version": 1, "created_at": AT, "level": 0, "local": {}, "due_at": LATER,
    "completed_at": LATER,
}  # fmt: skip
LIMIT = {
    **OF_ALL, "limit": "P5WD", "extension": "P2WD", "reminder_percent": 70, "started_at": AT,
    "pauses": [["2026-05-04T00:00:00+00:00", None]], "receipt": pack({"days": 5}), "round": 3, "told": 2,
    "due_at": LATER, "unit": "kanwil",
}  # fmt: skip
COLUMNS = [
    *(Deadline.limit, Deadline.extension, Deadline.ends, Deadline.unit, Deadline.reminder_percent),
    *(Deadline.roles, Deadline.pauses, Deadline.receipt, Deadline.told, Deadline.due_at, Deadline.started_at),
]


def test_limits_of_closed_items_move_to_them_and_back(old_url: str) -> None:
    command.upgrade(with_secret(old_url), "0013")
    database = Database(old_url)
    with database.write() as session:
        for number, state in enumerate(("completed", "open")):
            key = {"id": f"W{number}", "wait_id": str(number), "sort_key": str(number)}
            _write(session, "work_items", ITEM | key | {"state": state, "deadline_id": f"L{number}"})
            limit = {"id": f"L{number}", "key": str(number), "subject": "item"}
            _write(session, "deadlines", LIMIT | limit | {"state": ("stopped", "running")[number]})
        stage = {"id": "L2", "key": "2", "subject": "scope", "state": "stopped"}
        _write(session, "deadlines", LIMIT | stage)
    before = _limits(database)
    command.upgrade(with_secret(old_url), "head")
    assert set(_limits(database)) == {"L1", "L2"}
    with database.read() as session:
        closed, still_open = (session.get_one(WorkItem, key) for key in ("W0", "W1"))
        assert still_open.ended_limit is None
        moved = item_limits.of(session, closed)
        assert moved is not None and moved.state == "stopped"
        assert tuple(getattr(moved, column.key) for column in COLUMNS) == before["L0"]
    command.downgrade(with_secret(old_url), "0013")
    assert _limits(database) == before
    database.close()


def _write(session: Session, name: str, row: dict[str, Any]) -> None:
    table = sa.table(name, *(sa.column(key, _typed(value)) for key, value in row.items()))
    session.execute(table.insert().values(row))


def _typed(value: Any) -> Any:
    return UtcDateTime() if value in (AT, LATER) else sa.JSON() if isinstance(value, dict | list) else None


def _limits(database: Database) -> dict[str, tuple[Any, ...]]:
    with database.read() as session:
        return {key: tuple(rest) for key, *rest in session.execute(sa.select(Deadline.id, *COLUMNS))}
