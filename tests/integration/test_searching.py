"""Reports are found by the words kept when they were filed; a search reads what it finds, not all reports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases import erasing, search, views
from engine.cases.filing import Filing, file
from engine.db import words
from engine.db.models import Case, CaseWord, Instance, WorkItem
from engine.runtime import work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

OFFICER = "petugas_pengaduan@contoh"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = open_house(database_url, tmp_path)
    put_in_force(opened, open_agency(opened))
    yield opened
    opened.database.close()


def report(house: House, agency: str = "contoh", **answers: Any) -> str:
    filed = file(house, Filing(agency, "sp4n_umum", {**REPORT, **answers}, key=f"{agency}{answers}"))
    return filed.case_number


def found(house: House, looked_for: str, who: str = OFFICER, **more: Any) -> list[str]:
    return [
        case.case_number
        for case in search.page(house, principal(house, who), search.Query(looked_for, **more)).cases
    ]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Jalan RUSAK, jalan rusak!", ["jalan", "rusak"]),
        ("Café di Jl. Ra'aya", ["cafe", "di", "jl", "ra", "aya"]),
        ("CT-2026-000042", ["42"]),
        ("ct-2026-000042 banjir", ["42", "banjir"]),
        ("007 dan 000", ["7", "dan", "0"]),
        ("a_b % '", ["a", "b"]),
        ("x" * 50, ["x" * 40]),
        ("", []),
    ],
)
def test_words_are_folded_alike(said: str, kept: list[str]) -> None:
    assert words.folded(said) == kept


def test_title_place_and_number_are_found_by_whole_words_and_their_beginnings(house: House) -> None:
    first = report(house, judul="Jalan berlubang di Pasar Baru", lokasi_kejadian="Kabupaten Contoh Timur")
    second = report(house, judul="Jalanan macet", lokasi_kejadian="Kota Contoh")
    assert found(house, "jalan") == [second, first]
    assert found(house, "JALANAN") == [second]
    assert found(house, "pasar jalan") == [first]
    assert found(house, "timur") == [first]
    assert found(house, "contoh kab") == [first]
    assert found(house, "lubang") == []  # the middle of a word is no beginning
    assert found(house, "di") == [first]
    assert found(house, "ja") == []  # so short a word means itself
    assert found(house, second) == found(house, second.lower()) == found(house, "2") == [second]
    assert found(house, "2026") == []
    assert found(house, "jalan", status="selesai") == []


def test_pages_of_words_go_on_where_the_one_before_ended(house: House) -> None:
    numbers = [
        report(house, judul=f"Antrean {word} panjang") for word in ("loketku", "loketmu", "loketnya", "loket")
    ]
    seen: list[str] = []
    after = None
    for _ in numbers:
        page = search.page(
            house, principal(house, OFFICER), search.Query("loket antre", limit=1, after=after)
        )
        seen += [case.case_number for case in page.cases]
        after = page.next
    assert (seen, after) == (numbers[::-1], None)


def test_a_beginning_of_very_many_words_finds_every_one(house: House) -> None:
    numbers = [report(house, judul=f"kata{letter}{other} biasa") for letter in "abcde" for other in "uvwxy"]
    assert len(numbers) > words.MOST_MEANT
    assert found(house, "kata") == found(house, "kata bias") == numbers[::-1]


def test_a_secret_report_is_found_by_its_number_alone_and_by_those_who_may_see_it(house: House) -> None:
    number = report(house, judul="Pungutan rahasia", rahasia=True)
    assert found(house, "pungutan") == found(house, "contoh") == []
    assert found(house, number) == found(house, "1") == [number]
    assert found(house, number, "apip@contoh") == found(house, "1", "apip@contoh") == []
    with house.database.read() as session:
        assert session.scalars(select(CaseWord.word)).all() == ["1"]


def test_another_agencys_words_are_not_read(house: House) -> None:
    put_in_force(house, open_agency(house, "lain", "LN"))
    report(house, "lain", judul="Banjir besar")
    assert found(house, "banjir") == []
    assert found(house, "LN-2026-000001") == []


def test_words_go_with_an_erased_report(house: House) -> None:
    number = report(house, judul="Banjir besar")
    with house.database.write() as session:
        session.execute(update(Instance).values(state="completed"))
    erasing.erase(house, principal(house, "penjaga_identitas@contoh"), number, "Diminta pelapor")
    with house.database.read() as session:
        assert session.scalars(select(CaseWord)).all() == []
    assert found(house, number) == [number]


def test_like_reports_are_those_that_share_long_words_of_the_title(house: House) -> None:
    old = report(house, judul="Antrean loket panjang sekali")
    report(house, judul="Parkir liar", lokasi_kejadian="Antrean")  # a place is no title
    report(house, judul="Antrean loket rahasia", rahasia=True)
    new = report(house, judul="Antrean di loket tidak bergerak")
    who = principal(house, OFFICER)
    with house.database.read() as session:
        case = session.scalars(select(Case).where(Case.case_number == new)).one()
        first = next(iter(work_items_of(session, case.instance_id)))
    work_items.complete(house, who, first.id, first.version, {"nomor_register": "1"}, take=True)
    with house.database.read() as session:
        verify = next(item for item in work_items_of(session, case.instance_id) if item.state == "open")
    context = views.task(house, principal(house, "admin_instansi@contoh"), verify.id).context
    assert [each["nomor"] for each in context["calon_duplikat"]] == [old]


def work_items_of(session: Any, instance_id: str) -> list[Any]:
    return list(session.scalars(select(WorkItem).where(WorkItem.instance_id == instance_id)))
