"""Who extends a limit sees before sending what it comes to, which days are left out, by which calendar."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.cases import foresight
from engine.db.models import Deadline, Definition, Job, WorkItem
from engine.people import calendars, keeping
from engine.runtime import bundles
from engine.runtime.house import House
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import sign_in
from tests.web.sops import files_of

OFFICER = "petugas_pengaduan@bpom"
FORM = {"nomor_register": "R-17/2026"}
STRAIGHT = b'sourceRef="T01_registrasi" targetRef="C01_verifikasi"'
EXTENDS = """<bpmn:serviceTask id="S_perpanjang"><bpmn:extensionElements>
<zeebe:taskDefinition type="alur.jam.perpanjang"/><zeebe:ioMapping>
<zeebe:input source="= &quot;jam_tanggapan&quot;" target="jam"/><zeebe:input source="= 3" target="hari"/>
</zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:sequenceFlow id="F_lanjut" sourceRef="S_perpanjang" targetRef="C01_verifikasi"/>
<bpmn:sequenceFlow id="Flow_T01_registrasi_C01_verifikasi" """


@pytest.fixture
def task(house: House) -> str:
    """The first task of an SOP that extends the limit right behind it, as an address."""
    files = files_of("sp4n_umum", "sp4n_umum")
    name = next(name for name, content in files.items() if STRAIGHT in content)
    drawn = files[name].replace(STRAIGHT, b'sourceRef="T01_registrasi" targetRef="S_perpanjang"')
    opening = b'<bpmn:sequenceFlow id="Flow_T01_registrasi_C01_verifikasi" '
    assert drawn.count(opening) == 1
    files[name] = drawn.replace(opening, EXTENDS.encode())
    with house.database.write() as session:
        definition = session.scalars(select(Definition)).one()
        definition.bundle_hash = definition.source_hash = bundles.keep(session, files)
    people.report(house)
    return "/tugas/" + people.item_of(house, "T01_registrasi")


def stored(house: House) -> list[Any]:
    with house.database.read() as session:
        limits = session.execute(select(Deadline.id, Deadline.due_at, Deadline.extension, Deadline.round))
        items = session.execute(select(WorkItem.id, WorkItem.state, WorkItem.assignee_id, WorkItem.version))
        return [*limits, *items, *session.execute(select(Job.key, Job.due_at))]


def clock(house: House) -> Deadline:
    with house.database.read() as session:
        return session.scalars(select(Deadline).where(Deadline.key == "jam_tanggapan")).one()


def test_nothing_is_extended_before_its_consequence_was_seen(
    client: FlaskClient, house: House, task: str
) -> None:
    sign_in(client, OFFICER)
    before = stored(house)
    shown = people.submit(client, client.get(task), **FORM)
    html = text_of(shown)
    assert shown.status_code == 200 and stored(house) == before
    assert "kini Sel 9 Jun 2026 16.00 WIB, menjadi Jum 12 Jun 2026 16.00 WIB" in html
    version = calendars.calendar(house, people.who(house, OFFICER)).version
    assert f"dihitung menurut kalender versi {version}" in html
    assert people.submit(client, shown, **FORM).status_code == 303
    assert clock(house).due_at and clock(house).extension == "P3WD"


def test_what_comes_to_something_else_meanwhile_is_shown_again(
    client: FlaskClient, house: House, task: str
) -> None:
    sign_in(client, OFFICER)
    shown = people.submit(client, client.get(task), **FORM)
    keeping.add_change(house, people.who(house, "admin@bpom"), date(2026, 6, 11), "libur", "Libur setempat")
    again = people.submit(client, shown, **FORM)
    assert again.status_code == 200 and clock(house).extension is None
    html = text_of(again)
    assert "menjadi Sen 15 Jun 2026 16.00 WIB" in html and "Kam 11 Jun 2026: Libur setempat" in html
    assert people.submit(client, again, **FORM).status_code == 303
    assert clock(house).extension == "P3WD"


def test_of_an_anonymous_report_no_time_of_day_is_told(client: FlaskClient, house: House, task: str) -> None:
    people.report(house, "2", anonim=True, pelapor_nama=None, pelapor_kontak=None)
    with house.database.read() as session:
        items = session.scalars(select(WorkItem.id).order_by(WorkItem.id)).all()
    sign_in(client, OFFICER)
    for item, start in zip(items, ("Sel 2 Jun 2026 09.00 WIB.", "Sel 2 Jun 2026."), strict=True):
        html = text_of(people.submit(client, client.get(f"/tugas/{item}"), **FORM))
        assert f"Dihitung dari {start}" in html.partition("Kirim sekali lagi")[0]


def test_what_changes_no_limit_asks_nothing(client: FlaskClient, house: House) -> None:
    people.report(house)
    item = people.item_of(house, "T01_registrasi")
    who = people.who(house, OFFICER)
    assert foresight.completing(house, who, item, 1, FORM) == []
    sign_in(client, OFFICER)
    assert people.submit(client, client.get(f"/tugas/{item}"), **FORM).status_code == 303
