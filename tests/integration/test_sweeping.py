"""What nobody's report names is thrown away; what a report or a draft holds stays."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.cases import attachments, inbox
from engine.cases.filing import Filing, file
from engine.cases.sweeping import OF_STAFF, OF_STRANGERS, sweep
from engine.clock import ManualClock
from engine.db.models import File
from engine.runtime import work_items
from engine.runtime.house import House
from engine.runtime.scheduler import Heartbeat
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[tuple[House, ManualClock]]:
    house, clock = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    yield house, clock
    house.database.close()


def _kept(house: House) -> set[str]:
    with house.database.read() as session:
        rows = set(session.scalars(select(File.id)))
    bytes_ = {path.name for path in (house.data_dir / "files").rglob("*") if path.is_file()}
    assert rows == bytes_
    return rows


def test_a_strangers_file_goes_unless_a_report_names_it(world: tuple[House, ManualClock]) -> None:
    house, clock = world
    left, named = (attachments.keep(house, "contoh", "a.pdf", PDF) for _ in range(2))
    file(house, Filing("contoh", "sp4n_umum", REPORT | {"lampiran": [named]}, key="k"))
    clock.advance(OF_STRANGERS - timedelta(seconds=1))
    assert sweep(house) == 0
    clock.advance(timedelta(seconds=1))
    assert sweep(house) == 1
    assert _kept(house) == {named} and left != named


def test_an_officers_file_stays_while_a_draft_names_it(world: tuple[House, ManualClock]) -> None:
    house, clock = world
    officer = principal(house, "petugas_pengaduan@contoh")
    left, drafted = (attachments.keep(house, "contoh", "a.pdf", PDF, officer.id) for _ in range(2))
    file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    item = inbox.page(house, officer, inbox.Query()).rows[0].item
    work_items.claim(house, officer, item.id)
    work_items.save_draft(house, officer, item.id, {"bukti": [drafted]})
    clock.advance(OF_STRANGERS)
    assert sweep(house) == 0
    clock.advance(OF_STAFF)
    assert sweep(house) == 1
    assert _kept(house) == {drafted} and left != drafted


def test_the_heartbeat_does_it(world: tuple[House, ManualClock]) -> None:
    house, clock = world
    attachments.keep(house, "contoh", "a.pdf", PDF)
    clock.advance(OF_STRANGERS)
    Heartbeat(house).tidy()
    assert _kept(house) == set()
