"""What stood as plain text before the packing is read the same behind it, and in front of it again."""

from typing import Any

from alembic import command
from sqlalchemy import select, text

from engine.cases.filing import Filing, file
from engine.db.migrate import config
from engine.db.models import Deadline, WorkItem
from engine.runtime import work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, principal


def _kept(house: House) -> list[Any]:
    with house.database.read() as session:
        receipts = session.execute(select(Deadline.id, Deadline.receipt).order_by(Deadline.id)).all()
        outcomes = session.execute(select(WorkItem.id, WorkItem.outcome).order_by(WorkItem.id)).all()
    return [*receipts, *outcomes]


def test_receipts_and_outcomes_survive_both_ways(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    with house.database.read() as session:
        item = session.scalars(select(WorkItem)).one()
    who = principal(house, "petugas_pengaduan@contoh")
    work_items.complete(house, who, item.id, item.version, {"nomor_register": "R-7"}, take=True)
    before = _kept(house)
    house.database.close()
    command.downgrade(config(house.database.url), "0006")
    with house.database.read() as session:
        plain = session.execute(text("SELECT outcome, receipt FROM work_items, deadlines")).all()
    assert any("R-7" in str(outcome) for outcome, _ in plain)
    assert all("id-nasional" in str(receipt) for _, receipt in plain)
    house.database.close()
    command.upgrade(config(house.database.url), "head")
    assert _kept(house) == before
