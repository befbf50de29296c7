"""A role that nobody can answer for: the next level gets the work, and an incident tells of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from engine.cases import inbox
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive
from engine.catalog import library
from engine.db.models import AccusedUnit, Agency, Incident, Instance, Person, RoleHolder, Unit, WorkItem
from engine.people import appointments, staff, substitutions
from engine.runtime import jobs, operations, staffing, work_items
from engine.runtime.conflicts import first_unit
from engine.runtime.house import House
from tests.support.agency import REPORT, principal, put_files_in_force


def nobody_holds(house: House, *roles: str) -> None:
    with house.database.write() as session:
        session.execute(update(RoleHolder).where(RoleHolder.role.in_(roles)).values(until=house.now()))


def report(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))


def rows(house: House, table: type[Any], **wanted: Any) -> list[Any]:
    with house.database.read() as session:
        return list(session.scalars(select(table).filter_by(**wanted).order_by(table.id)))


def pass_time(house: House, **time: int) -> None:
    house.clock.set(house.now() + timedelta(**time))  # type: ignore[attr-defined]
    jobs.run_due(house)


def test_a_task_of_a_role_nobody_holds_stands_in_the_next_levels_inbox_too(house: House) -> None:
    nobody_holds(house, "petugas_pengaduan")
    report(house)
    item = rows(house, WorkItem, element="T01_registrasi")[0]
    assert item.roles == ["petugas_pengaduan", "admin_instansi"]
    senior = principal(house, "admin_instansi@contoh")
    assert item.id in [row.item.id for row in inbox.page(house, senior, inbox.Query()).rows]
    work_items.complete(house, senior, item.id, item.version, {"nomor_register": "1"}, take=True)
    assert rows(house, WorkItem, element="V_T01", state="open") != []


def test_an_incident_tells_of_it_once_and_the_flow_goes_on(house: House) -> None:
    nobody_holds(house, "petugas_pengaduan")
    report(house)
    incident = rows(house, Incident)[0]
    assert (incident.kind, incident.element, incident.state) == ("role", "T01_registrasi", "open")
    assert "petugas_pengaduan" in incident.message and "admin_instansi" in incident.message
    assert rows(house, Instance)[0].state == "active"
    operator = principal(house, "operator@contoh")
    operations.retry(house, operator, incident.id)
    assert operations.incidents(house, operator) == []
    assert rows(house, Instance)[0].state == "active"


def test_a_role_that_somebody_holds_falls_nowhere(house: House) -> None:
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles == ["petugas_pengaduan"]
    assert rows(house, Incident) == []


def test_people_who_left_hold_nothing(house: House) -> None:
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login.like("petugas%")).values(active=False))
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles[-1] == "admin_instansi"


def test_an_escalation_passes_over_levels_nobody_holds(house: House) -> None:
    report(house)
    nobody_holds(house, "admin_instansi")
    pass_time(house, days=1, hours=8)
    escalation = rows(house, WorkItem, kind="escalation", level=2)[0]
    assert escalation.roles == ["admin_instansi", "pimpinan"]
    assert rows(house, Incident)[0].kind == "role"


def test_the_second_escalation_goes_where_the_diagram_says(house: House) -> None:
    """Not to the superior that the SOP names for the first role."""
    tree = library.built_in()
    source = tree.package("sp4n_umum", "sp4n_umum")
    first = b'<zeebe:property name="alur:escalateTo" value="admin_instansi"/>'
    again = b'<zeebe:property name="alur:escalateAgain" value="apip"/>'
    changed = {path: data.replace(first, first + again) for path, data in source.items()}
    assert changed != source
    with house.database.read() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
    bundle = library.assemble(changed, tree.resolve)
    put_files_in_force(house, agency_id, "sp4n_umum", bundle, changed, version=2)
    report(house)
    pass_time(house, days=3)
    escalations = rows(house, WorkItem, kind="escalation", element="T01_registrasi")
    assert [(item.level, item.roles) for item in escalations] == [(2, ["admin_instansi"]), (3, ["apip"])]


def test_above_the_last_level_stand_the_administrators(house: House) -> None:
    nobody_holds(house, "petugas_pengaduan", "admin_instansi", "pimpinan")
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles == ["petugas_pengaduan", "admin"]
    assert inbox.page(house, principal(house, "admin@contoh"), inbox.Query()).rows != []


def test_where_nobody_is_left_the_incident_says_so(house: House) -> None:
    nobody_holds(house, "petugas_pengaduan", "admin_instansi", "pimpinan", "admin")
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles == ["petugas_pengaduan"]
    assert "nor anybody above" in rows(house, Incident)[0].message


def test_a_task_whose_holders_are_all_of_the_accused_unit_falls_to_the_next_level(house: House) -> None:
    with house.database.write() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
        session.add(Unit(id="U", agency_id=agency_id, key="loket", name="Loket"))
        session.flush()
        session.execute(update(Person).where(Person.login.like("petugas%")).values(unit_id="U"))
    accused = {"laporan": {**REPORT, "unit_terlapor": "loket"}, "unit_terlapor": "loket"}
    receive(house, principal(house, "operator@contoh"), Incoming("laporan_diteruskan", accused))
    item = rows(house, WorkItem, state="open")[0]
    assert "admin_instansi" in item.roles
    assert rows(house, Incident) == []  # somebody holds the role: passing over the unit is no fault


def away(house: House, absent: str, deputy: str) -> None:
    admin = principal(house, "admin2@contoh")
    until = house.now() + timedelta(days=9)
    substitutions.substitute(
        house, admin, principal(house, f"{absent}@contoh").id, f"{deputy}@contoh", None, until, "Cuti"
    )


def left(house: House, *logins: str) -> None:
    with house.database.write() as session:
        people = [f"{login}@contoh" for login in logins]
        session.execute(update(Person).where(Person.login.in_(people)).values(active=False))


def test_a_deputy_answers_for_whoever_is_away(house: House) -> None:
    left(house, "petugas_pengaduan2")
    away(house, "petugas_pengaduan", "apip")
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles == ["petugas_pengaduan"]
    assert rows(house, Incident) == []


def test_where_the_deputy_left_too_the_next_level_gets_it(house: House) -> None:
    left(house, "petugas_pengaduan2")
    away(house, "petugas_pengaduan", "apip")
    left(house, "apip")
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles == ["petugas_pengaduan", "admin_instansi"]
    assert "is away" in rows(house, Incident)[0].message


def test_where_the_deputy_is_accused_the_next_level_gets_it(house: House) -> None:
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == "apip@contoh").values(name="Ani Rekaan"))
    left(house, "petugas_pengaduan2")
    away(house, "petugas_pengaduan", "apip")
    named = {"laporan": {**REPORT, "terlapor_nama": "Ani Rekaan"}, "terlapor_nama": "Ani Rekaan"}
    receive(house, principal(house, "operator@contoh"), Incoming("laporan_diteruskan", named))
    assert "admin_instansi" in rows(house, WorkItem, state="open")[0].roles


def test_where_all_levels_are_away_it_stays_with_who_holds_the_role(house: House) -> None:
    nobody_holds(house, "admin_instansi", "pimpinan")
    left(house, "petugas_pengaduan2", "admin")
    away(house, "petugas_pengaduan", "apip")
    away(house, "admin2", "apip2")
    left(house, "apip")
    report(house)
    assert rows(house, WorkItem, element="T01_registrasi")[0].roles == ["petugas_pengaduan"]
    assert len(rows(house, Incident)) == 1


def test_whoever_is_appointed_later_finds_the_task(house: House) -> None:
    nobody_holds(house, "petugas_pengaduan")
    report(house)
    pass_time(house, minutes=1)
    admin = principal(house, "admin@contoh")
    person = staff.new_person(house, admin, "baru", "Orang Baru", "kata sandi panjang")
    appointments.grant(house, admin, person.id, "petugas_pengaduan")
    assert len(inbox.page(house, principal(house, "baru@contoh"), inbox.Query()).rows) == 1


def _asked(house: House, role: str) -> staffing.Answering:
    item = rows(house, WorkItem, element="T01_registrasi")[0]
    with house.database.read() as session:
        return staffing.who_answers(
            session,
            item.agency_id,
            role,
            house.now(),
            first_unit(session, item.instance_id),
            item.instance_id,
        )


def test_pages_tell_who_answers_by_the_rule_that_falls_to_the_next_level(house: House) -> None:
    report(house)
    found = _asked(house, "petugas_pengaduan")
    assert found.people and found.gap is None and all(absent is None for _, absent in found.people)
    with house.database.write() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
        session.add(Unit(id="U", agency_id=agency_id, key="loket", name="Loket"))
        session.flush()
        session.execute(update(Person).where(Person.login.like("petugas%")).values(unit_id="U"))
    assert _asked(house, "petugas_pengaduan").gap is None
    with house.database.write() as session:
        instance_id = rows(house, WorkItem, element="T01_registrasi")[0].instance_id
        session.add(AccusedUnit(instance_id=instance_id, unit="loket"))
    assert _asked(house, "petugas_pengaduan") == staffing.Answering([], staffing.BARRED)
    nobody_holds(house, "petugas_pengaduan")
    assert _asked(house, "petugas_pengaduan") == staffing.Answering([], staffing.UNHELD)
