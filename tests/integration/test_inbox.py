"""What the lists of tasks hold: free ones of my roles and mine, by words of the report and of the step."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.cases import inbox, meanings
from engine.cases.filing import Filing, file
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

OFFICER, COLLEAGUE = "petugas_pengaduan@contoh", "petugas_pengaduan2@contoh"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    for number, title in enumerate(("Antrean loket", "Jalan rusak parah", "Jalan gelap")):
        file(house, Filing("contoh", "sp4n_umum", {**REPORT, "judul": title}, key=str(number)))
    yield house
    house.database.close()


def titles(house: House, login: str = OFFICER, **query: object) -> list[str]:
    rows = inbox.page(house, principal(house, login), inbox.Query(**query)).rows  # type: ignore[arg-type]
    return [row.case.title for row in rows if row.case]


def take(house: House, title: str, login: str) -> None:
    who = principal(house, login)
    rows = inbox.page(house, who, inbox.Query()).rows
    work_items.claim(house, who, next(row.item.id for row in rows if row.case and row.case.title == title))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jalan", ["Jalan rusak parah", "Jalan gelap"]),
        ("RUSAK jal", ["Jalan rusak parah"]),
        ("CT-2026-000003", ["Jalan gelap"]),
        ("2", ["Jalan rusak parah"]),
        ("registrasi", ["Antrean loket", "Jalan rusak parah", "Jalan gelap"]),
        ("alan", []),  # words are found by how they begin
        ("?", []),
    ],
)
@pytest.mark.parametrize("few", [meanings.FEW, 0], ids=["few", "many"])
def test_a_text_is_a_number_words_of_the_report_or_a_part_of_the_step(
    house: House, monkeypatch: pytest.MonkeyPatch, text: str, found: list[str], few: int
) -> None:
    monkeypatch.setattr(meanings, "FEW", few)
    assert titles(house, text=text) == found
    take(house, "Jalan rusak parah", OFFICER)
    assert titles(house, text=text) == found  # mine too
    assert titles(house, text=text, mine=True) == [one for one in found if one == "Jalan rusak parah"]
    assert titles(house, COLLEAGUE, text=text) == [one for one in found if one != "Jalan rusak parah"]
    assert titles(house, text=text, role="pimpinan") == []


def test_pages_of_a_text_follow_one_another(house: House) -> None:
    first = inbox.page(house, principal(house, OFFICER), inbox.Query(text="jalan", limit=1))
    assert first.next
    assert titles(house, text="jalan", limit=1, after=first.next) == ["Jalan gelap"]


def test_what_others_took_is_not_listed_and_comes_back_when_they_give_it_back(house: House) -> None:
    take(house, "Antrean loket", COLLEAGUE)
    assert titles(house) == ["Jalan rusak parah", "Jalan gelap"]
    assert titles(house, assignee=COLLEAGUE) == ["Antrean loket"]
    assert titles(house, assignee="-") == ["Jalan rusak parah", "Jalan gelap"]
    colleague = principal(house, COLLEAGUE)
    mine = inbox.page(house, colleague, inbox.Query(mine=True)).rows[0].item
    work_items.release(house, colleague, mine.id)
    assert len(titles(house)) == 3


def test_escalations_are_listed_apart(house: House) -> None:
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    senior = "admin_instansi@contoh"
    assert len(titles(house, senior, escalations=True)) == 3
    assert titles(house, OFFICER, escalations=True) == []
    assert inbox.counts(house, principal(house, senior))["escalations"] == 3
