"""Drafts: unfinished work is kept, a version stays with its process, files are text, games end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bpmn import elements
from engine.cases.play import Player
from engine.catalog import definitions, library, overview, versions
from engine.catalog.replication import Identity, blank
from engine.errors import Conflict, NotFound, Refused
from engine.runtime.house import House
from tests.support import agency

MINE = Identity("lapor_saya", "Lapor saya", "Contoh", "CT")
LANES = [("admin_unit", "Admin unit"), ("pimpinan", "Pimpinan")]
BROKEN = b"<definitions>"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = agency.open_house(database_url, tmp_path)
    agency.open_agency(opened)
    yield opened
    opened.database.close()


def test_unfinished_work_is_kept_but_not_published(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    draft, _ = definitions.upload(house, who, blank(MINE, LANES, "Asia/Jakarta"))
    change = {"lapor_saya.bpmn": BROKEN}
    with pytest.raises(Refused):
        definitions.edit(house, who, draft.id, 1, files=change)
    kept, verdict = definitions.edit(house, who, draft.id, 1, files=change, unfinished=True)
    assert kept.verdict == verdict.verdict == "REFUSE" and verdict.findings
    assert versions.files(house, who, draft.id, source=True)["lapor_saya.bpmn"] == BROKEN
    with pytest.raises(Refused):
        definitions.submit(house, who, draft.id)
    with pytest.raises(Refused):
        definitions.activate(house, agency.principal(house, "perancang2@contoh"), draft.id)


def test_a_version_stays_with_its_process(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    draft, _ = definitions.upload(house, who, blank(MINE, LANES, "Asia/Jakarta"))
    other = blank(Identity("lapor_lain", "Lain", "Contoh", "CT"), LANES, "Asia/Jakarta")
    swapped: dict[str, bytes | None] = {"lapor_saya.bpmn": None, **other}
    with pytest.raises(Refused) as caught:
        definitions.edit(house, who, draft.id, 1, files=swapped, unfinished=True)
    assert "lapor_lain" in str(caught.value.findings[0].message)


def test_diagrams_in_another_encoding_are_taken_and_other_files_named(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    files = blank(MINE, LANES, "Asia/Jakarta")
    text = files["lapor_saya.bpmn"].decode().replace("UTF-8", "ISO-8859-1", 1)
    drawn = text.replace("Tangani laporan", "Tangani kafé").encode("latin-1")
    with pytest.raises(Refused) as caught:
        definitions.upload(house, who, {**files, "gambar.png": b"\x89PNG\xff"})
    assert [each.element for each in caught.value.findings] == ["gambar.png"]
    draft, verdict = definitions.upload(house, who, {**files, "lapor_saya.bpmn": drawn})
    kept = versions.files(house, who, draft.id, source=True)["lapor_saya.bpmn"]
    assert "Tangani kafé".encode() in kept and verdict.verdict == "FIX"
    assert elements(versions.files(house, who, draft.id))["T01"].name == "Tangani kafé"


def test_what_is_called_and_nowhere_is_a_finding(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    files = blank(MINE, LANES, "Asia/Jakarta")
    files["sop.toml"] = files["sop.toml"].replace(b"memanggil = []", b'memanggil = ["contoh/tidak_ada"]')
    with pytest.raises(Refused) as caught:
        definitions.upload(house, who, files)
    assert any("tidak_ada" in str(each.message) for each in caught.value.findings)


def test_the_overview_tells_what_is_where(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    draft, _ = definitions.upload(house, who, blank(MINE, LANES, "Asia/Jakarta"))
    definitions.submit(house, who, draft.id)
    (row,) = overview.sops(house, who)
    assert (row.process, row.in_force, [one.id for one in row.waiting]) == ("lapor_saya", None, [draft.id])
    definitions.activate(house, agency.principal(house, "perancang2@contoh"), draft.id)
    definitions.upload(house, who, blank(MINE, LANES, "Asia/Jakarta"))
    (row,) = overview.sops(house, who)
    assert row.in_force is not None and row.in_force.id == draft.id
    assert [one.version for one in row.drafts] == [2] and row.open_cases == 0
    assert overview.version(house, who, "lapor_saya", 2).answers == {}
    assert overview.names(house, who, [who.id, None, "x"]) == {who.id: who.name}
    agency.open_agency(house, "lain", "LN")
    stranger = agency.principal(house, "perancang@lain")
    with pytest.raises(NotFound):
        overview.version(house, stranger, "lapor_saya", 1)
    with pytest.raises(NotFound):
        overview.versions_of(house, stranger, "lapor_saya")
    assert overview.sops(house, stranger) == [] and overview.names(house, stranger, [who.id]) == {}


def test_a_game_ends_where_its_timers_do_not() -> None:
    start = agency.START
    cycle = library.built_in().package("sp4n_umum", "sp4n_umum")
    player = Player(
        library.assemble(cycle, library.built_in().resolve),
        "sp4n_umum",
        start,
        programs=agency.PROGRAMS,
        firings=2,
    )
    try:
        player.apply({"start": "M01_laporan", "with": dict(agency.REPORT)})
        with pytest.raises(Conflict):
            player.apply({"advance": "P400D"})
    finally:
        player.close()
