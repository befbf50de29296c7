"""The board of heads, and several tasks handed over with a preview and a result for each."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.cases import inbox
from engine.clock import ManualClock
from engine.people import staff
from engine.runtime import work_items
from engine.runtime.house import House
from engine.runtime.jobs import run_due
from tests.web import officers
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import send, sign_in

PERSON = "/pantau/orang/petugas_pengaduan@bpom"


@pytest.fixture
def busy(house: House) -> list[str]:
    """Two reports whose registration Petugas Pengaduan has taken; a colleague has nothing."""
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    for key in ("1", "2"):
        people.report(house, key, rahasia=key == "2", judul=f"Judul {key}")
    who = people.who(house, "petugas_pengaduan@bpom")
    items = [row.item.id for row in inbox.page(house, who, inbox.Query()).rows]
    for item in items:
        work_items.claim(house, who, item)
    return items


def test_only_those_who_lead_have_a_board(client: FlaskClient) -> None:
    assert client.get("/pantau").location.startswith("/masuk")
    sign_in(client, "petugas_pengaduan@bpom")
    assert client.get("/pantau").status_code == 403
    assert "/pantau" not in text_of(client.get("/tugas"))
    assert client.get(PERSON).status_code == 403
    sign_in(client, "admin_instansi@bpom")
    assert "Pantauan" in text_of(client.get("/tugas"))
    assert client.get("/pantau").status_code == 200


def test_an_empty_board_says_when_the_next_task_is_due(client: FlaskClient, house: House) -> None:
    people.report(house)
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get("/pantau"))
    assert "Tidak ada yang lewat tenggat." in html
    assert "Tugas berikutnya jatuh tempo Rab 3 Jun 2026 16.00 WIB." in html
    assert "<b>1</b> belum diambil" in html
    assert re.search(r"Rab 3 Jun 2026</th>.*?figure\">1<", html, re.DOTALL)


def test_the_board_counts_load_overdue_escalations_and_empty_roles(
    client: FlaskClient, house: House, busy: list[str]
) -> None:
    people.let_time_pass(house, days=2)
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get("/pantau"))
    assert "<b>2</b> eskalasi ke saya" in html and "<b>2</b> lewat tenggat" in html
    assert re.search(r"Petugas Pengaduan</th>.*?Terbuka\">2<.*?Lewat\">2<", html, re.DOTALL)
    assert "Judul 1" in html and "(judul tertutup)" in html and "Judul 2" not in html
    sign_in(client, "pimpinan@bpom")
    assert "Peran kosong" in text_of(client.get("/pantau"))
    assert re.search(r"<b>[1-9]</b> peran kosong", text_of(client.get("/pantau")))


def test_the_board_tells_which_deadlines_are_paused_since_when_and_until_when(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    people.report(house)
    sign_in(client, "admin_instansi@bpom")
    assert "Tidak ada tenggat yang dijeda." in text_of(client.get("/pantau"))
    officers.ask(house, "Mohon kirim foto kuitansi.")
    for login, seen in (("pimpinan@bpom", True), ("kepala_unit@bpom", False)):
        sign_in(client, login)
        html = text_of(client.get("/pantau"))
        assert ("BP-2026-000001" in html) == seen, "only who leads the roles that worked on it"
        assert ("Dijeda sejak Sel 2 Jun 2026 09.00 WIB, sejauh ini 0 hari kerja" in html) == seen
        assert ("paling lambat Rab 17 Jun 2026 23.59 WIB" in html) == seen
        assert (f"<b>{int(seen)}</b> menunggu pelapor" in html) == seen
    clock.advance(timedelta(days=16))
    run_due(house)
    sign_in(client, "pimpinan@bpom")
    assert "Tidak ada tenggat yang dijeda." in text_of(client.get("/pantau"))


def test_a_paused_deadline_of_a_secret_report_shows_no_title(client: FlaskClient, house: House) -> None:
    people.report(house, rahasia=True, judul="Judul rahasia")
    officers.ask(house, "Mohon kirim foto kuitansi.")
    sign_in(client, "pimpinan@bpom")
    html = text_of(client.get("/pantau"))
    assert "Dijeda sejak" in html and "Judul rahasia" not in html and "(judul tertutup)" in html
    assert "/laporan/BP-2026-000001" not in html


def test_handing_over_looks_first_then_acts_and_tells_each_result(
    client: FlaskClient, house: House, busy: list[str]
) -> None:
    sign_in(client, "admin_instansi@bpom")
    page = client.get(PERSON)
    assert "Judul 2" not in text_of(page)
    preview = send(client, page, PERSON, tugas=busy, kepada="rekan@bpom", alasan="Cuti", _aksi="tinjau")
    html = text_of(preview)
    assert "Akan dialihkan: 2" in html and "Belum ada yang berubah." in html
    assert {people.row(house, each).assignee_id for each in busy} == {"P-petugas_pengaduan"}
    work_items.release(house, people.who(house, "petugas_pengaduan@bpom"), busy[1])
    done = text_of(send(client, preview, PERSON, _aksi="lakukan"))
    assert "Dialihkan: 1" in done and "Rekan Contoh" in done
    assert people.row(house, busy[0]).assignee_id == "P-rekan@bpom"
    assert people.row(house, busy[1]).assignee_id is None


def test_who_may_not_do_a_task_is_left_out_with_the_reason(
    client: FlaskClient, house: House, busy: list[str]
) -> None:
    sign_in(client, "admin_instansi@bpom")
    page = client.get(PERSON)
    preview = send(client, page, PERSON, tugas=busy, kepada="admin_instansi@bpom", alasan="", _aksi="tinjau")
    html = text_of(preview)
    assert "Dilewati: 2" in html and "Admin Instansi tidak boleh mengerjakan tugas ini." in html
    assert 'value="lakukan"' not in html


def test_a_hand_over_without_choice_keeps_the_page(client: FlaskClient, busy: list[str]) -> None:
    sign_in(client, "admin_instansi@bpom")
    answer = send(client, client.get(PERSON), PERSON, kepada="rekan@bpom", alasan="Cuti", _aksi="tinjau")
    html = text_of(answer)
    assert answer.status_code == 422 and "Cuti" in html
    unknown = send(client, answer, PERSON, tugas=busy, kepada="", _aksi="tinjau")
    assert unknown.status_code == 422 and text_of(unknown).count(" checked") == 2 + 1


def test_a_report_about_the_heads_own_unit_is_not_on_the_board(client: FlaskClient, house: House) -> None:
    people.employ(house, "kepala@bpom", "admin_instansi", unit="loket")
    filed = people.report(house)
    people.let_time_pass(house, days=2)
    sign_in(client, "kepala@bpom")
    assert filed.case_number in text_of(client.get("/pantau"))
    people.accuse(house, filed, "loket")
    html = text_of(client.get("/pantau"))
    assert filed.case_number not in html and "<b>0</b> belum diambil" in html


def test_people_of_others_are_unknown_here(client: FlaskClient, house: House, busy: list[str]) -> None:
    people.second_agency(house)
    sign_in(client, "admin_instansi@bpom")
    for login in ("petugas@kemenkes", "pimpinan@bpom", "siapa@bpom"):
        assert client.get(f"/pantau/orang/{login}").status_code == 404


def test_whoever_left_keeps_their_tasks_on_the_board_until_they_are_handed_over(
    client: FlaskClient, house: House, busy: list[str]
) -> None:
    admin = people.who(house, "admin@bpom")
    staff.change_person(house, admin, "P-petugas_pengaduan", name="Petugas Pengaduan", active=False)
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get("/pantau"))
    assert re.search(r"Petugas Pengaduan.*?akun ditutup.*?Terbuka\">2<", html, re.DOTALL)
    preview = send(client, client.get(PERSON), PERSON, tugas=busy, kepada="rekan@bpom", _aksi="tinjau")
    assert "Dialihkan: 2" in text_of(send(client, preview, PERSON, _aksi="lakukan"))
    assert "akun ditutup" not in text_of(client.get("/pantau"))


def test_a_head_far_above_hands_over_a_late_task(client: FlaskClient, house: House, busy: list[str]) -> None:
    """Pimpinan stands above the two levels that the limit escalates to."""
    people.let_time_pass(house, days=2)
    sign_in(client, "pimpinan@bpom")
    assert busy[0] in text_of(client.get("/pantau"))
    page = client.get(f"/tugas/{busy[0]}")
    assert page.status_code == 200
    done = send(client, page, "/alihkan", kepada="rekan@bpom", alasan="Terlambat")
    assert done.status_code == 303
    assert people.row(house, busy[0]).assignee_id == "P-rekan@bpom"
