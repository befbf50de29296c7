"""A report that is another agency's matter arrives there, once, without the reporter's identity."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import following
from engine.cases.filing import Filing, file
from engine.db.models import Case, Letter, OutboxEntry, Reporter, WorkItem
from engine.runtime import outbox, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    for key, code in (("contoh", "CT"), ("tujuan", "TJ")):
        put_in_force(house, open_agency(house, key, code))
    yield house
    house.database.close()


def _complete(house: House, element: str, login: str, answers: dict[str, Any]) -> None:
    with house.database.read() as session:
        item = session.scalars(
            select(WorkItem).where(WorkItem.element == element, WorkItem.state == "open")
        ).one()
    work_items.complete(house, principal(house, login), item.id, item.version, answers, take=True)


def test_a_forwarded_report_arrives_once(house: House) -> None:
    filed = file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    reason = "Layanan ini diselenggarakan oleh instansi lain."
    _complete(house, "T01_registrasi", "petugas_pengaduan@contoh", {"nomor_register": "1"})
    verdict = {"hasil_verifikasi": "bukan_wewenang", "alasan_verifikasi": reason, "instansi_tujuan": "tujuan"}
    _complete(house, "V_T01", "admin_instansi@contoh", verdict)
    _complete(house, "V_T04", "admin_instansi@contoh", {"instansi_tujuan": "tujuan"})
    assert outbox.deliver_due(house) > 0
    with house.database.write() as session:
        for entry in session.scalars(select(OutboxEntry)):  # as if the first delivery's commit was lost
            entry.state, entry.next_at = "pending", house.now()
    outbox.deliver_due(house)
    with house.database.read() as session:
        cases = {case.case_number: case for case in session.scalars(select(Case))}
        assert set(cases) == {"CT-2026-000001", "TJ-2026-000001"}
        assert cases["CT-2026-000001"].status == "diteruskan"
        arrived = cases["TJ-2026-000001"]
        assert arrived.title == REPORT["judul"]
        assert session.get(Reporter, arrived.id) is None
        letters = session.scalars(select(Letter).where(Letter.kind == "teruskan_instansi_lain")).all()
        assert [letter.data["instansi_tujuan"] for letter in letters] == ["tujuan"]
    seen = following.public_status(house, filed.tracking_number)
    assert seen is not None and seen.status == "diteruskan"
