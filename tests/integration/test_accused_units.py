"""A report may accuse several units, and whom it means is asked anew when people and units change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases import inbox, search, views
from engine.cases.connectors import find_similar
from engine.cases.intake import Incoming, receive
from engine.db.models import AccusedName, AccusedUnit, Case, Person, Unit, WorkItem
from engine.errors import AlurError
from engine.people import agencies, keeping, staff
from engine.people.naming import units_named
from engine.people.principals import Principal
from engine.runtime import recount, work_items
from engine.runtime.conflicts import is_accused
from engine.runtime.house import House
from engine.runtime.restaffing import Restaffing
from engine.runtime.step import Step
from tests.support.agency import REPORT, open_agency, principal, put_in_force

ONE, OTHER = "petugas_pengaduan@contoh", "petugas_pengaduan2@contoh"
LIKE = {"judul": "Antrean panjang sekali"}


@pytest.fixture
def house(house: House) -> House:
    """Two desks, one officer at each."""
    for key, name, login in (("depan", "Loket Depan", ONE), ("belakang", "Loket Belakang", OTHER)):
        _unit(house, key, name)
        _move(house, login, key)
    return house


def _admin(house: House) -> Principal:
    return principal(house, "admin@contoh")


def _unit(house: House, key: str, name: str, parent: str | None = None) -> None:
    agencies.save_unit(house, _admin(house), key, name, parent)


def _person(house: House, login: str) -> Person:
    with house.database.read() as session:
        return session.scalars(select(Person).where(Person.login == login)).one()


def _change(house: House, login: str, **values: Any) -> None:
    """As the page does it: what is not named stays, but for the unit."""
    row = _person(house, login)
    staff.change_person(house, _admin(house), row.id, **{"name": row.name, **values})


def _move(house: House, login: str, unit: str) -> None:
    _change(house, login, unit=unit)


def _arrive(house: House, **named: Any) -> None:
    payload = {"laporan": {**REPORT, **named}}
    receive(house, principal(house, "operator@contoh"), Incoming("laporan_diteruskan", payload))


def _sees(house: House, login: str) -> bool:
    """Whether this person finds, opens and takes it; by every way or by none."""
    who = principal(house, login)
    with house.database.read() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.state == "open")).one()
    answers = {
        inbox.page(house, who, inbox.Query()).rows != [],
        search.page(house, who, search.Query()).cases != [],
        _may(lambda: work_items.get(house, who, item.id)),
        _may(lambda: work_items.claim(house, who, item.id)),
    }
    assert len(answers) == 1, "one path is open, another shut"
    return answers.pop()


def _may(act: Callable[[], Any]) -> bool:
    try:
        act()
    except AlurError:
        return False
    return True


@pytest.mark.parametrize(
    "units",
    [["depan", "Loket Belakang"], "Loket Depan; loket belakang", "depan, belakang", "depan\nbelakang"],
    ids=["list", "semicolon", "comma", "lines"],
)
def test_a_report_keeps_the_people_of_every_unit_it_accuses_away(house: House, units: Any) -> None:
    _arrive(house, unit_terlapor=units)
    assert not _sees(house, ONE)
    assert not _sees(house, OTHER)
    with house.database.read() as session:
        assert "admin_instansi" in session.scalars(select(WorkItem)).one().roles


def test_a_unit_below_one_of_several_is_kept_away_and_others_are_not(house: House) -> None:
    _unit(house, "kanwil", "Kantor Wilayah")
    _unit(house, "depan", "Loket Depan", "kanwil")
    _arrive(house, unit_terlapor=["gudang", "kanwil"])
    assert not _sees(house, ONE)
    assert _sees(house, OTHER)


def test_a_unit_whose_name_holds_a_comma_is_known_as_a_whole(house: House) -> None:
    _unit(house, "umum", "Biro Umum, Arsip")
    with house.database.read() as session:
        agency_id = session.scalars(select(Unit.agency_id).limit(1)).one()
        assert units_named(session, agency_id, "biro umum, arsip") >= {"umum"}


def test_an_account_opened_later_is_meant_by_the_words(house: House) -> None:
    _arrive(house, terlapor_nama="Bapak Joko Contohsono di loket")
    _change(house, ONE, name="Joko Contohsono")
    assert not _sees(house, ONE)
    admin = _admin(house)
    staff.new_person(house, admin, "joko", "Dr. Joko Contohsono, S.H.", "kata sandi panjang")
    with house.database.read() as session:
        assert session.scalars(select(AccusedName.words)).one() == " | bapak joko contohsono di loket | "
    assert _accused(house, "joko@contoh")


def test_who_is_renamed_away_stays_accused(house: House) -> None:
    _change(house, ONE, name="Joko Contohsono", unit="depan")
    _arrive(house, terlapor_nama="Joko Contohsono")
    _change(house, ONE, name="Orang Lain", unit="depan")
    assert not _sees(house, ONE)


def test_another_agencys_new_account_is_not_meant(house: House) -> None:
    put_in_force(house, open_agency(house, "lain", "LN"))
    _arrive(house, terlapor_nama="Joko Contohsono")
    admin = principal(house, "admin@lain")
    staff.new_person(house, admin, "joko", "Joko Contohsono", "kata sandi panjang")
    assert not _accused(house, "joko@lain")


def _accused(house: House, login: str) -> bool:
    with house.database.read() as session:
        instance_id = session.scalars(select(Case.instance_id)).one()
        return is_accused(session, principal(house, login), instance_id)


def test_who_is_moved_into_the_unit_later_is_kept_away(house: House) -> None:
    _arrive(house, unit_terlapor="depan")
    assert _sees(house, OTHER)
    _move(house, OTHER, "depan")
    assert not _sees(house, OTHER)


def test_a_unit_made_or_renamed_later_is_meant_by_the_words(house: House) -> None:
    _arrive(house, unit_terlapor=["Loket Sementara", "Gudang Arsip"])
    _unit(house, "sementara", "Loket Sementara")
    _move(house, ONE, "sementara")
    assert not _sees(house, ONE)
    assert _sees(house, OTHER)
    _unit(house, "belakang", "Gudang Arsip")
    assert not _sees(house, OTHER)
    with house.database.read() as session:
        kept = set(session.scalars(select(AccusedUnit.unit)))
    assert {"sementara", "belakang"} <= kept


def test_a_unit_put_below_an_accused_one_later_is_kept_away(house: House) -> None:
    _unit(house, "kanwil", "Kantor Wilayah")
    _arrive(house, unit_terlapor="kanwil")
    assert _sees(house, ONE)
    _unit(house, "depan", "Loket Depan", "kanwil")
    assert not _sees(house, ONE)


def test_a_report_that_accuses_a_person_is_not_proposed_as_similar_to_others(house: House) -> None:
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == ONE).values(name="Joko Contohsono"))
    _arrive(house, **LIKE, terlapor_nama="Joko Contohsono")
    _arrive(house, **LIKE)
    assert _proposed(house) == []


def test_reports_that_accuse_the_same_are_proposed(house: House) -> None:
    for _ in range(2):
        _arrive(house, **LIKE, unit_terlapor=["depan", "gudang"])
    assert len(_proposed(house)) == 1


def _proposed(house: House) -> Any:
    """What is proposed as similar to the newest report."""
    with house.database.read() as session:
        newest = session.scalars(select(Case.instance_id).order_by(Case.id.desc()).limit(1)).one()
        step = Step.look(house, session, newest)
        return find_similar(step, step.run.waits()[0])["calon_duplikat"]


def test_a_forwarded_reports_accused_are_read_from_the_report_itself(house: House) -> None:
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == ONE).values(name="Joko Contohsono"))
    _arrive(house, terlapor_nama="Joko Contohsono")
    assert not _sees(house, ONE)


def test_what_a_new_calendar_moves_is_not_shown_of_reports_about_the_asker(house: House) -> None:
    _arrive(house, unit_terlapor="depan")
    keeper = principal(house, "admin2@contoh")
    keeping.add_change(house, keeper, (house.now() + timedelta(days=1)).date(), "libur", "Keputusan")
    _move(house, "admin2@contoh", "belakang")
    assert recount.preview(house, principal(house, "admin2@contoh")).moves != []
    _move(house, "admin2@contoh", "depan")
    assert recount.preview(house, principal(house, "admin2@contoh")).moves == []


def test_a_joined_report_is_not_named_to_whom_it_accuses(house: House) -> None:
    _arrive(house, **LIKE)
    _arrive(house, **LIKE, unit_terlapor="depan")
    with house.database.write() as session:
        first, second = session.scalars(select(Case).order_by(Case.id))
        second.parent_id, number = first.id, first.case_number
    assert views.report(house, principal(house, OTHER), number).duplicates != []
    assert views.report(house, principal(house, ONE), number).duplicates == []


def test_who_is_moved_into_the_unit_later_gives_back_what_they_had(house: House) -> None:
    _arrive(house, unit_terlapor="depan")
    with house.database.read() as session:
        item = session.scalars(select(WorkItem)).one()
    work_items.claim(house, principal(house, OTHER), item.id)
    _move(house, OTHER, "depan")
    assert not _sees(house, OTHER)
    Restaffing()(house)
    with house.database.read() as session:
        item = session.scalars(select(WorkItem)).one()
    assert item.assignee_id is None
    assert "admin_instansi" in item.roles


def test_who_is_named_by_a_later_name_gives_back_what_they_had(house: House) -> None:
    _arrive(house, terlapor_nama="Joko Contohsono")
    with house.database.read() as session:
        item = session.scalars(select(WorkItem)).one()
    work_items.claim(house, principal(house, OTHER), item.id)
    _change(house, OTHER, name="Joko Contohsono")
    Restaffing()(house)
    with house.database.read() as session:
        assert session.scalars(select(WorkItem.assignee_id)).one() is None
