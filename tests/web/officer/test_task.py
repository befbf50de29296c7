"""A task: taken and sent in one step, drafted, handed over; two people at one task; what stays hidden."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.db.models import File
from engine.runtime import work_items
from engine.runtime.house import House
from tests.web import officers
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import forms, send, sign_in

PDF = b"%PDF-1.4\n%%EOF"
FORM = {"nomor_register": "R-17/2026"}


@pytest.fixture
def task(house: House) -> str:
    """The first task of a new report, as an address."""
    people.report(house)
    return "/tugas/" + people.item_of(house, "T01_registrasi")


def id_of(address: str) -> str:
    return address.removeprefix("/tugas/")


def test_report_and_form_stand_beside_each_other(client: FlaskClient, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get(task))
    for words in (
        "Antre terlalu lama",
        "lima puluh ribu",
        "Nomor register",
        "Ambil & kirim",
        "Sisa 1 hari",
    ):
        assert words in html
    assert "Sisa 1 hari kerja" in html and "Bagaimana dihitung?" in html and "Dihitung dari" in html
    assert "Sari Contohwati" not in html  # identity is asked for with a reason


def test_take_and_send_in_one_step_then_the_next_task_is_open(
    client: FlaskClient, house: House, task: str
) -> None:
    people.report(house, "2", judul="Parkir liar")
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(task + "?tab=peran")
    done = people.submit(client, page, **FORM)
    assert done.status_code == 303
    following = client.get(done.location)
    html = text_of(following)
    assert "Terkirim. Berikutnya: BP-2026-000002, Registrasi dan beri tanda terima." in html
    assert "Parkir liar" in html
    stored = people.row(house, id_of(task))
    assert (stored.state, stored.completed_by, stored.outcome) == ("completed", "P-petugas_pengaduan", FORM)


def test_after_the_last_task_the_inbox_says_that_it_is_sent(client: FlaskClient, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    done = people.submit(client, client.get(task), **FORM)
    html = text_of(client.get(done.location))
    assert "Terkirim." in html and "Tidak ada tugas." in html


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(
    client: FlaskClient, house: House, task: str
) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    typed = "R-" + "9" * 70
    answer = people.submit(client, client.get(task), nomor_register=typed)
    html = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Galat:" in html and 'href="#f-nomor_register"' in html
    assert 'id="f-nomor_register-error"' in html and typed in html
    assert people.row(house, id_of(task)).assignee_id is None


def test_the_second_of_two_officers_is_told_who_and_when_and_keeps_the_text(
    client: FlaskClient, house: House, task: str
) -> None:
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(task)
    rekan = people.who(house, "rekan@bpom")
    work_items.complete(house, rekan, id_of(task), 1, {"nomor_register": "LAIN"}, take=True)
    answer = people.submit(client, page, **FORM)
    html = text_of(answer)
    assert answer.status_code == 409
    assert "Rekan Contoh sudah menyelesaikan tugas ini Sel 2 Jun 2026 09.00 WIB." in html
    assert "Jawaban Anda tersimpan, belum dikirim." in html and FORM["nomor_register"] in html
    assert people.row(house, id_of(task)).outcome == {"nomor_register": "LAIN"}


def test_who_took_it_meanwhile_is_named(client: FlaskClient, house: House, task: str) -> None:
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(task)
    work_items.claim(house, people.who(house, "rekan@bpom"), id_of(task))
    for action in ("kirim", "draf"):
        answer = people.submit(client, page, _aksi=action, **FORM)
        html = text_of(answer)
        assert answer.status_code == 409 and FORM["nomor_register"] in html
        assert "Rekan Contoh mengambil tugas ini Sel 2 Jun 2026 09.00 WIB." in html
    assert send(client, page, "/ambil").status_code == 409


def test_another_persons_draft_stays_theirs(client: FlaskClient, house: House, task: str) -> None:
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(task)
    rekan = people.who(house, "rekan@bpom")
    work_items.claim(house, rekan, id_of(task))
    work_items.save_draft(house, rekan, id_of(task), {"nomor_register": "DRAF-REKAN"})
    assert "DRAF-REKAN" not in text_of(client.get(task))
    assert "DRAF-REKAN" not in text_of(people.submit(client, page, _tampil=""))
    sign_in(client, "admin_instansi@bpom")
    assert "DRAF-REKAN" not in text_of(client.get(task))


def test_ones_own_second_press_is_no_error(client: FlaskClient, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(task)
    people.submit(client, page, **FORM)
    again = people.submit(client, page, **FORM)
    assert again.status_code == 303
    assert "Anda sudah mengirim tugas ini." in text_of(client.get(again.location))


def test_a_page_from_before_taking_can_be_sent_again(client: FlaskClient, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    old = client.get(task)
    send(client, old, "/ambil")
    answer = people.submit(client, old, **FORM)
    assert answer.status_code == 409
    assert "Periksa jawaban Anda lalu kirim lagi." in text_of(answer)
    assert people.submit(client, answer).status_code == 303


def test_a_draft_is_kept_taken_and_not_sent(client: FlaskClient, house: House, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    done = people.submit(client, client.get(task), _aksi="draf", **FORM)
    page = client.get(done.location)
    assert "Draf tersimpan. Belum ada yang terkirim." in text_of(page)
    own = next(each for each in forms(page) if "_versi" in each["fields"])
    assert own["fields"]["nomor_register"] == [FORM["nomor_register"]]
    stored = people.row(house, id_of(task))
    assert (stored.state, stored.draft, stored.assignee_id) == ("open", FORM, "P-petugas_pengaduan")
    assert people.submit(client, page).status_code == 303


def test_an_ended_session_gives_the_form_back_filled(client: FlaskClient, house: House, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(task)
    client.delete_cookie("alur")
    asked = people.submit(client, page, **FORM)
    assert asked.status_code in (400, 401)
    signed = send(client, asked, "/masuk", login="petugas_pengaduan@bpom", kata_sandi="rahasia sekali")
    back = send(client, signed, task, _isi="1")
    assert back.status_code == 200 and FORM["nomor_register"] in text_of(back)
    assert people.row(house, id_of(task)).state == "open"


def test_unknown_and_foreign_tasks_look_alike(client: FlaskClient, house: House, task: str) -> None:
    people.second_agency(house)
    sign_in(client, "petugas@kemenkes")
    own = re.search(r'name="_token" value="([^"]+)"', text_of(client.get("/tugas")))
    assert own
    token = {"_token": own[1], "_kunci": "k"}
    pages = []
    for item in (id_of(task), "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        for part in ("", "/ambil", "/lepas", "/alihkan"):
            address = f"/tugas/{item}{part}"
            answer = client.post(address, data=token) if part else client.get(address)
            assert answer.status_code == 404, address
            html = re.sub(r'value="[^"]*"', "", text_of(answer)).replace(item, "X")
            pages.append((part, html))
    assert pages[:4] == pages[4:]


def test_a_colleague_without_the_role_does_not_see_the_task(client: FlaskClient, task: str) -> None:
    sign_in(client, "pejabat_penghubung@bpom")
    assert client.get(task).status_code == 404


def test_a_head_sees_the_task_but_does_not_fill_it_in(client: FlaskClient, task: str) -> None:
    sign_in(client, "admin_instansi@bpom")  # registration escalates there
    html = text_of(client.get(task))
    assert "Anda atasan tugas ini" in html and 'name="nomor_register"' not in html


def test_release_and_hand_over(client: FlaskClient, house: House, task: str) -> None:
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    sign_in(client, "petugas_pengaduan@bpom")
    send(client, client.get(task), "/ambil")
    send(client, client.get(task), "/lepas")
    assert people.row(house, id_of(task)).assignee_id is None
    send(client, client.get(task), "/ambil")
    wrong = send(client, client.get(task), "/alihkan", kepada="pimpinan@bpom", alasan="cuti")
    assert wrong.status_code == 422 and "Pilih siapa yang menerima tugas." in text_of(wrong)
    done = send(client, client.get(task), "/alihkan", kepada="rekan@bpom", alasan="cuti")
    html = text_of(client.get(done.location))
    assert "Rekan Contoh kini memegang tugas ini." in html
    assert "dialihkan kepada Rekan Contoh" in html and "cuti" in html
    assert people.row(house, id_of(task)).assignee_id == "P-rekan@bpom"


def test_late_tasks_say_where_they_went_and_can_be_done(client: FlaskClient, house: House, task: str) -> None:
    people.let_time_pass(house, days=2)
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get(task))
    assert "Lewat tenggat, sudah naik ke" in html and "Anda tetap dapat menyelesaikannya." in html
    assert people.submit(client, client.get(task), **FORM).status_code == 303


def test_an_escalation_is_answered_by_giving_the_task_to_somebody(
    client: FlaskClient, house: House, task: str
) -> None:
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    people.let_time_pass(house, days=2)
    escalation = "/tugas/" + people.item_of(house, "T01_registrasi", kind="escalation")
    sign_in(client, "admin_instansi@bpom")
    page = client.get(escalation)
    html = text_of(page)
    assert "Ini tentang tugas yang lewat tenggat:" in html and task in html and "Ambil alih tugas ini" in html
    asked = people.submit(client, page, tindakan="tugaskan_ulang", alasan="Sedang cuti")
    assert asked.status_code == 422 and "rekan@bpom" in text_of(asked)
    done = people.submit(client, asked, pelaksana_baru="rekan@bpom")
    assert done.status_code == 303
    assert people.row(house, id_of(task)).assignee_id == "P-rekan@bpom"
    assert people.row(house, id_of(escalation)).state == "completed"
    assert "dijawab, ditugaskan ulang" in text_of(client.get(task))


def test_files_are_checked_by_name_kept_through_faults_and_join_the_report(
    client: FlaskClient, house: House, task: str
) -> None:
    people.employ(house, "unit@bpom", "admin_unit", "kepala_unit", unit="loket")
    officers.complete(house, "T01_registrasi", "petugas_pengaduan", **FORM)
    officers.complete(house, "V_T01", "admin_instansi", hasil_verifikasi="lengkap")
    officers.complete(
        house, "T03_disposisi", "admin_instansi", unit_ditunjuk="loket", arahan="Tindak lanjuti segera."
    )
    unit = people.who(house, "unit@bpom")
    accepted = people.item_of(house, "T04_terima")
    work_items.complete(house, unit, accepted, 1, {"diterima": True}, take=True)
    address = "/tugas/" + people.item_of(house, "T05_tindak_lanjut")
    sign_in(client, "unit@bpom")
    answer = people.submit(
        client,
        client.get(address),
        tindakan="Loket ditertibkan kembali.",
        bukti_tindakan=[(io.BytesIO(PDF), "bukti.pdf"), (io.BytesIO(b"MZ"), "jahat.exe")],
    )
    html = text_of(answer)
    assert answer.status_code == 422 and "jahat.exe" in html and "1 berkas terlampir." in html
    assert "Loket ditertibkan kembali." in html
    assert people.submit(client, answer).status_code == 303
    with house.database.read() as session:
        file = session.scalars(select(File)).one()
    assert file.name == "bukti.pdf" and file.case_id is not None
    page = text_of(client.get("/laporan/BP-2026-000001"))
    assert "bukti.pdf" in page


def test_finished_tasks_show_who_did_them_and_no_form(client: FlaskClient, house: House, task: str) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    people.submit(client, client.get(task), **FORM)
    html = text_of(client.get(task))
    assert "Petugas Pengaduan" in html and FORM["nomor_register"] in html
    assert 'name="nomor_register"' not in html and "Alihkan kepada orang lain" not in html
    sign_in(client, "admin_instansi@bpom")
    following = text_of(client.get("/tugas/" + people.item_of(house, "V_T01")))
    assert "Langkah sebelumnya" in following and FORM["nomor_register"] in following
