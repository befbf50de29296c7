"""The escalation chain on a report's page: who is told when, who was, and where nobody answers."""

from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.cases.filing import Filing, file
from engine.clock import ManualClock
from engine.db.models import AccusedPerson, Case, RoleHolder, Substitution
from engine.runtime import jobs
from engine.runtime.house import House
from tests.web.officer.people import ANSWERS, employ
from tests.web.pages import sign_in


def filed(house: House) -> str:
    return file(house, Filing("bpom", "sp4n_umum", ANSWERS, key="k")).case_number


def page_of(client: FlaskClient, number: str) -> str:
    sign_in(client, "petugas_pengaduan@bpom")
    return client.get(f"/laporan/{number}").get_data(as_text=True)


def chain(html: str) -> str:
    return html.split('id="rantai"')[1].split("<h2")[0]


def test_every_level_is_named_with_its_people_and_its_time(client: FlaskClient, house: House) -> None:
    shown = chain(page_of(client, filed(house)))
    assert "Pengingat: Petugas pengaduan" in shown and "(Petugas Pengaduan)" in shown
    assert "Eskalasi pertama: Admin Instansi" in shown and "Rab 3 Jun 2026 16.00 WIB" in shown
    assert "Eskalasi kedua: Pimpinan instansi" in shown and "Kam 4 Jun 2026 09.36 WIB" in shown
    assert "Di atasnya" in shown and "admin" in shown.lower()
    assert "diberitahu" not in shown and "kosong" not in shown


def test_a_year_nobody_decreed_is_warned_of_on_the_report(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    assert "cuti bersama belum ada" not in page_of(client, filed(house))
    clock.set(datetime.fromisoformat("2027-12-28T09:00+07:00"))
    number = file(house, Filing("bpom", "sp4n_umum", ANSWERS, key="later")).case_number
    html = page_of(client, number)
    assert "2028: cuti bersama belum ada dalam daftar." in html
    assert "Tenggat masih dapat berubah" in html


def test_what_was_told_is_marked_with_its_time(client: FlaskClient, house: House, clock: ManualClock) -> None:
    number = filed(house)
    clock.set(clock.now() + timedelta(days=1, hours=7, minutes=5))
    jobs.run_due(house)
    shown = chain(page_of(client, number))
    assert shown.count("diberitahu Rab 3 Jun 2026 16.05 WIB") == 2  # the reminder and the first escalation


def test_a_level_that_nobody_holds_is_marked(client: FlaskClient, house: House) -> None:
    with house.database.write() as session:
        session.execute(update(RoleHolder).where(RoleHolder.role == "pimpinan").values(until=house.now()))
    shown = chain(page_of(client, filed(house)))
    assert "(tidak ada pemegangnya)" in shown and "kosong" in shown and "dilewati" not in shown


def test_each_level_says_by_which_rule_it_stands_there(client: FlaskClient, house: House) -> None:
    shown = chain(page_of(client, filed(house)))
    first, second, above = (
        shown.index(word) for word in ("Eskalasi pertama", "Eskalasi kedua", "Di atasnya")
    )
    assert (
        "pelaksana tugasnya" in shown[:first] and shown.count("pelaksana tugasnya") == 1
    )  # a clock has none
    assert "ditetapkan dalam SOP" in shown[first:second]
    assert "atasan menurut SOP" in shown[second:above]
    assert "tingkat terakhir setiap SOP" in shown[above:]


def test_whoever_is_away_is_not_told_as_present(client: FlaskClient, house: House) -> None:
    employ(house, "plh@bpom", name="Plh Contoh")
    employ(house, "cadangan@bpom", name="Cadangan Contoh")
    number = filed(house)
    _away(house, "P-pimpinan", "P-plh@bpom")
    shown = chain(page_of(client, number))
    assert "(Plh Contoh menggantikan Pimpinan yang sedang tidak di tempat)" in shown
    assert "dilewati" not in shown
    _away(house, "P-plh@bpom", "P-cadangan@bpom")
    shown = chain(page_of(client, number))
    assert "(semua pemegangnya sedang tidak di tempat, tanpa pelaksana harian yang dapat menjawab)" in shown
    assert "dilewati" in shown and "Plh Contoh" not in shown and "Pimpinan yang" not in shown


def test_who_is_accused_is_passed_over_without_a_name(client: FlaskClient, house: House) -> None:
    number = filed(house)
    with house.database.write() as session:
        instance = session.scalars(select(Case.instance_id)).one()
        session.add(AccusedPerson(person_id="P-pimpinan", instance_id=instance))
    shown = chain(page_of(client, number))
    assert "(semua pemegangnya tidak boleh menangani laporan ini)" in shown and "dilewati" in shown
    assert "(Pimpinan)" not in shown


def _away(house: House, absent: str, deputy: str) -> None:
    with house.database.write() as session:
        session.add(
            Substitution(
                id=f"S-{absent}"[:26],
                agency_id="A1",
                absent_id=absent,
                deputy_id=deputy,
                since=house.now() - timedelta(hours=1),
                until=house.now() + timedelta(days=9),
                reason="Cuti",
                created_at=house.now(),
            )
        )


def test_a_task_that_fell_to_the_next_level_is_told_without_saying_that_the_flow_stopped(
    client: FlaskClient, house: House
) -> None:
    with house.database.write() as session:
        session.execute(
            update(RoleHolder).where(RoleHolder.role == "petugas_pengaduan").values(until=house.now())
        )
    number = filed(house)
    sign_in(client, "admin_instansi@bpom")
    html = client.get(f"/laporan/{number}").get_data(as_text=True)
    assert "tidak dipegang siapa pun" in html and "Alur berhenti" not in html
    assert "tingkat berikutnya yang menerimanya" in html  # in the history
