"""A stored outcome that is not what the history tells is found; what is as it was is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases import erasing
from engine.cases.filing import Filing, file
from engine.db import keys
from engine.db.history import HISTORY
from engine.db.models import Case, Instance, WorkItem
from engine.runtime import operations, work_items
from engine.runtime.house import House
from engine.states import WorkItemState
from engine.upkeep import answers, audit
from tests.faults.world import open_items
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

REPORTS = 3
COMPLETED = WorkItem.state == WorkItemState.COMPLETED


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Reports of which the first task is completed."""
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    officer = principal(house, "petugas_pengaduan@contoh")
    for number in range(REPORTS):
        file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=str(number)))
    for item in open_items(house):
        work_items.complete(house, officer, item.id, item.version, {"nomor_register": "R-1"}, take=True)
    yield house
    house.database.close()


def _found(house: House) -> list[str]:
    return [each["what"] for each in audit.verify(house) if each["kind"] == "answers"]


def _change(house: House, item_id: str, **values: Any) -> None:
    with house.database.write() as session:
        session.execute(update(WorkItem).where(WorkItem.id == item_id).values(values))


def _items(house: House, condition: Any = COMPLETED) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(WorkItem.id).where(condition).order_by(WorkItem.id)))


@pytest.mark.parametrize("changed", [{"nomor_register": "R-2"}, {}, {"nomor_register": "R-1", "lagi": 1}])
def test_changed_answers_are_found(house: House, changed: dict[str, Any]) -> None:
    assert len(_items(house)) == REPORTS
    assert audit.verify(house) == []
    item = _items(house)[1]
    _change(house, item, outcome=changed)
    assert _found(house) == [f"work item {item} holds other answers than the history"]


def test_a_completion_that_nobody_made_is_found(house: House) -> None:
    item = _items(house, WorkItem.state == WorkItemState.OPEN)[0]
    _change(house, item, state=WorkItemState.COMPLETED, outcome={"putusan": "ditolak"})
    assert f"work item {item} is completed, and the history tells nothing of it" in _found(house)


def test_of_an_erased_case_nothing_is_left_to_compare(house: House) -> None:
    with house.database.read() as session:
        number = session.scalars(select(Case.case_number).order_by(Case.case_number)).first()
        instance = session.scalars(select(Instance.id).order_by(Instance.id)).first()
    assert number and instance
    operations.terminate(house, principal(house, "operator@contoh"), instance, "Uji coba.")
    erasing.erase(house, principal(house, "penjaga_identitas@contoh"), number, "permintaan pelapor")
    assert audit.verify(house) == []


def test_entries_that_cannot_be_read_and_foreign_keys_are_told_and_end_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PAGE", 1)
    with house.database.write() as session:
        last = session.scalars(select(Instance.id).order_by(Instance.id.desc())).first()
        garbage = update(HISTORY).where(HISTORY.c.instance_id == last).values(content=b"\x02no")
        session.execute(garbage)
    [told] = _found(house)
    assert told.startswith(f"answers of the cases {last} to {last} cannot be compared")
    house.keyring = keys.Keyring(b"another" * 8, house.random)  # type: ignore[misc]
    assert len(_found(house)) == REPORTS


def test_it_is_told_how_far_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PAGE", 1)
    monkeypatch.setattr(answers, "TOLD_EVERY", 1)
    heard: list[tuple[int, int]] = []
    audit.verify(house, compared=lambda *far: heard.append(far))
    assert heard == [(1, REPORTS), (2, REPORTS), (3, REPORTS)]
