"""Somebody whom a report accuses by name neither handles it nor sees it, whoever they are in the agency."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases import board, handover, inbox, search, views
from engine.cases.intake import Incoming, receive
from engine.db.models import AccusedPerson, OutboxEntry, Person, WorkItem
from engine.errors import Forbidden, Invalid, NotFound
from engine.people.naming import folded, named_in, plain_name
from engine.people.principals import Principal
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, principal, put_in_force

ACCUSED, OTHER = "petugas_pengaduan@contoh", "petugas_pengaduan2@contoh"
NAME = "Dr. Budi Contohwan, S.H."


@pytest.fixture
def house(house: House) -> House:
    """Somebody of the agency bears the name that reports accuse."""
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == ACCUSED).values(name=NAME))
    return house


def accuse(house: House, named: str = "Bapak Budi  contohwan di loket 3") -> str:
    payload = {"laporan": {**REPORT, "terlapor_nama": named}, "terlapor_nama": named}
    received = receive(house, principal(house, "operator@contoh"), Incoming("laporan_diteruskan", payload))
    return str(received.case_number)


def first_item(house: House) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(select(WorkItem).where(WorkItem.state == "open")).one()


def listed(house: House, who: Principal) -> int:
    return len(inbox.page(house, who, inbox.Query()).rows)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Budi Contohwan", "Budi Contohwan", True),
        ("Bapak BUDI contohwan, petugas loket", "Budi Contohwan", True),
        ("Budi Contohwan", "Dr. Budi Contohwan, S.H., M.H.", True),
        ("Ibu Sari dan Budi-Contohwan", "Budi Contohwan", True),
        ("Budi", "Budi Contohwan", False),
        ("Budi Contohwanto", "Budi Contohwan", False),
        ("petugas berkacamata", "Budi Contohwan", False),
        ("Sari", "Sari", True),
        ("Sari loket tiga", "Sari", False),
        ("-", "", False),
    ],
)
def test_a_whole_name_in_the_reports_words_is_meant(text: str, name: str, found: bool) -> None:
    assert named_in(folded([text]), [("P", name)]) == (["P"] if found else [])


def test_titles_are_no_part_of_a_name() -> None:
    assert plain_name("Prof. Dr. H. Budi Contohwan, S.H., LL.M.") == ["budi", "contohwan"]
    assert plain_name("drg. Sari Rekaan") == ["sari", "rekaan"]


def test_the_accused_finds_opens_and_takes_nothing_of_it(house: House) -> None:
    number = accuse(house)
    item, accused = first_item(house), principal(house, ACCUSED)
    assert listed(house, accused) == 0
    assert inbox.counts(house, accused)["roles"] == 0
    assert search.page(house, accused, search.Query(text=number)).cases == []
    for refused in (
        lambda: work_items.claim(house, accused, item.id),
        lambda: work_items.save_draft(house, accused, item.id, {}),
        lambda: work_items.get(house, accused, item.id),
        lambda: views.task(house, accused, item.id),
        lambda: views.report(house, accused, number),
    ):
        with pytest.raises(NotFound):
            refused()
    assert listed(house, principal(house, OTHER)) == 1  # colleagues of the same role do


def test_nobody_can_hand_it_to_the_accused(house: House) -> None:
    accuse(house)
    item, other, head = first_item(house), principal(house, OTHER), principal(house, "admin@contoh")
    work_items.claim(house, other, item.id)
    with pytest.raises(Forbidden):
        work_items.reassign(house, other, item.id, ACCUSED)
    assert ACCUSED not in [one.login for one in handover.candidates(house, head, item)]
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    senior = principal(house, "admin_instansi@contoh")
    escalation = next(row.item for row in inbox.page(house, senior, inbox.Query(escalations=True)).rows)
    answers = {"tindakan": "tugaskan_ulang", "pelaksana_baru": ACCUSED, "alasan": "Sakit"}
    with pytest.raises(Invalid):
        work_items.complete(house, senior, escalation.id, escalation.version, answers, take=True)


def test_the_accused_is_told_of_nothing(house: House) -> None:
    accuse(house)
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    with house.database.read() as session:
        told = set(session.scalars(select(OutboxEntry.recipient).where(OutboxEntry.kind == "notice")))
    assert principal(house, OTHER).id in told
    assert principal(house, ACCUSED).id not in told


def test_a_head_who_is_accused_does_not_lead_it(house: House) -> None:
    with house.database.write() as session:
        session.execute(
            update(Person).where(Person.login == "admin_instansi@contoh").values(name="Ani Rekaan")
        )
    accuse(house, "Ani Rekaan")
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    head, other = (principal(house, f"admin_instansi{number}@contoh") for number in ("", "2"))
    assert board.board(house, head).overdue == []
    assert len(board.board(house, other).overdue) == 1
    assert inbox.page(house, head, inbox.Query(escalations=True)).rows == []
    with pytest.raises(NotFound):
        work_items.get(house, head, first_task(house).id)


def first_task(house: House) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(select(WorkItem).where(WorkItem.kind == "task")).one()


def test_where_the_accused_alone_hold_the_role_it_falls_to_the_next_level(house: House) -> None:
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == OTHER).values(active=False))
    accuse(house)
    assert "admin_instansi" in first_item(house).roles


def test_a_report_that_names_nobody_of_the_agency_keeps_nobody_away(house: House) -> None:
    accuse(house, "petugas berkacamata di loket 3")
    assert listed(house, principal(house, ACCUSED)) == 1
    with house.database.read() as session:
        assert session.scalars(select(AccusedPerson)).all() == []


def test_another_agencys_namesake_is_not_meant(house: House) -> None:
    put_in_force(house, open_agency(house, "lain", "LN"))
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == "apip@lain").values(name=NAME))
    accuse(house)
    with house.database.read() as session:
        kept: list[Any] = list(session.scalars(select(AccusedPerson.person_id)))
    assert kept == [principal(house, ACCUSED).id]
