"""The unit that an old store's report accuses stays accused, and the words it names people with are kept."""

from alembic import command
from sqlalchemy import select, text

from engine.db.models import AccusedName, AccusedUnit
from engine.db.session import Database
from tests.integration.upkeep.conftest import with_secret

BEFORE = "0015"
CASE = {
    "id": "c", "agency_id": "a", "instance_id": "i", "tracking_number": "t", "case_number": "A-2026-000001",
    "title": "Antrean", "process_key": "p", "status": "diterima", "channel": "web", "anonymous": False,
    "secret": False, "language": "id", "answers": '{"terlapor_nama": "Bapak Joko Contohsono, loket 3"}',
    "filed_at": "2026-05-01 00:00:00.000000", "reopened": 0, "accused_unit": "Loket",
}  # fmt: skip
ITEM = {
    "id": "w", "agency_id": "a", "instance_id": "i", "wait_id": "w", "kind": "task", "element": "t",
    "name": "Periksa", "roles": "[]", "state": "open", "version": 1, "sort_key": "9999:w", "level": 0,
    "created_at": "2026-05-01 00:00:00.000000", "local": "{}", "draft": "{}", "outcome": b"",
    "excluded_unit": "gudang",
}  # fmt: skip


def test_what_an_old_report_accuses_stays_accused(old_url: str) -> None:
    command.upgrade(with_secret(old_url), BEFORE)
    database = Database(old_url)
    with database.write() as session:
        for name, row in (("cases", CASE), ("work_items", ITEM)):
            places = ", ".join(f":{key}" for key in row)
            session.execute(text(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({places})"), row)
    command.upgrade(with_secret(old_url), "head")
    with database.read() as session:
        assert set(session.scalars(select(AccusedUnit.unit))) == {"loket", "gudang"}
        kept = session.scalars(select(AccusedName)).one()
        assert (kept.instance_id, kept.agency_id) == ("i", "a")
        assert kept.words == " | bapak joko contohsono loket | "
    command.downgrade(with_secret(old_url), BEFORE)
    with database.read() as session:
        assert session.scalars(text("SELECT accused_unit FROM cases")).one() == "gudang"
    database.close()
