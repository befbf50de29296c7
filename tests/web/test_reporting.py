"""The reporter's own page: everything by number and code, nothing by cookie or address."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.clock import ManualClock
from engine.db.models import Case, Deadline, File, Letter
from engine.people.principals import SYSTEM
from engine.runtime import pausing
from engine.runtime.house import House
from engine.runtime.step import Step
from tests.web import officers
from tests.web.journeys import file_report, open_own, text_of
from tests.web.pages import form, forms, send

PDF = b"%PDF-1.4\n%%EOF"


def status(house: House) -> str:
    with house.database.read() as session:
        return session.scalars(select(Case.status)).one()


def letters(house: House) -> list[Letter]:
    with house.database.read() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_number_and_code_open_the_report(client: FlaskClient) -> None:
    page = open_own(client, file_report(client))
    html = text_of(page)
    assert page.status_code == 200
    assert "BP-2026-000001" in html and "Antre terlalu lama" in html
    assert "Sisa 5 hari kerja" in html and "Bagaimana dihitung?" in html
    assert "Sel 9 Jun 2026 16.00 WIB" in html
    assert "Set-Cookie" not in page.headers and page.headers["Cache-Control"] == "no-store"


def test_the_code_may_be_typed_in_any_way(client: FlaskClient) -> None:
    sent = file_report(client)
    typed = sent.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    page = send(client, client.get("/lacak"), "/pelapor", nomor=f" {sent.number} ", kode=typed)
    assert page.status_code == 200


def test_wrong_codes_unknown_numbers_and_forged_pages_look_alike(client: FlaskClient) -> None:
    sent, other = file_report(client), file_report(client)
    ask = client.get("/lacak")
    answers = [
        send(client, ask, "/pelapor", nomor=sent.number, kode="AAAA-AAAA-AAAA-AAAA"),
        send(client, ask, "/pelapor", nomor="AAAA-AAAA-AAAA", kode=sent.code),
        send(client, ask, "/pelapor", nomor=other.number, kode=sent.code),
        send(client, ask, "/pelapor", nomor="", kode=""),
        send(client, ask, "/pelapor", _akses="palsu"),
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert "Nomor atau kode tidak cocok." in text_of(answer)
        assert sent.code not in text_of(answer)


def test_the_page_has_no_address_of_its_own(client: FlaskClient) -> None:
    assert client.get("/pelapor").location == "/lacak"
    page = open_own(client, file_report(client))
    assert all("?" not in each["action"] for each in forms(page))


def test_a_question_is_shown_with_its_date_and_answered(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    sent = file_report(client)
    clock.advance(timedelta(hours=1))
    officers.ask(house, "Mohon kirim foto kuitansi.")
    page = open_own(client, sent)
    html = text_of(page)
    assert "Mohon kirim foto kuitansi." in html
    assert "Kami perlu jawaban Anda paling lambat Rab 17 Jun 2026. Tenggat kami dijeda." in html
    assert "Dijeda, sisa 5 hari kerja" in html
    assert "Dijeda sejak Sel 2 Jun 2026 10.00 WIB, sejauh ini 0 hari kerja: kami menunggu" in html
    assert "Berjalan lagi dengan sendirinya paling lambat Rab 17 Jun 2026 23.59 WIB, juga tanpa" in html
    assert "Jeda ke-1 dari paling banyak 2." in html
    assert status(house) == "menunggu_pelapor"
    clock.advance(timedelta(minutes=90))
    done = send(client, page, "/balas", teks="Ini fotonya.", lampiran=[(io.BytesIO(PDF), "kuitansi.pdf")])
    assert "Instansi sudah menerima jawaban Anda." in text_of(done)
    assert status(house) != "menunggu_pelapor"
    assert "kuitansi.pdf" in text_of(done) and "Ini fotonya." in text_of(done)
    reply = letters(house)[-1]
    assert reply.direction == "in" and reply.data["menjawab"] == letters(house)[0].id


def test_a_deadline_that_goes_on_without_an_answer_says_so(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    sent = file_report(client)
    officers.ask(house, "Mohon kirim foto kuitansi.")
    clock.advance(timedelta(days=2))
    with house.database.write() as session:
        asked = session.scalars(select(Deadline).where(Deadline.state == "paused")).one()
        step = Step.open(house, session, asked.instance_id, SYSTEM)
        pausing.await_no_more(step, next(row for row in step.rows.deadlines if row.id == asked.id))
        step.save()
    html = text_of(open_own(client, sent))
    assert "Kami perlu jawaban Anda paling lambat Rab 17 Jun 2026. Tenggat kami tetap berjalan." in html
    assert "Pernah dijeda sekali, 2 hari kerja." in html


def test_a_missed_deadline_is_said_plainly(client: FlaskClient, clock: ManualClock) -> None:
    sent = file_report(client)
    clock.advance(timedelta(days=8))
    html = text_of(open_own(client, sent))
    assert "Lewat 1 hari kerja" in html
    assert "Kami melewati tenggat." in html


def test_an_empty_answer_is_refused_and_nothing_is_sent(client: FlaskClient, house: House) -> None:
    page = open_own(client, file_report(client))
    answer = send(client, page, "/balas", teks="  ", lampiran=[(io.BytesIO(PDF), "a.pdf")])
    assert answer.status_code == 422
    assert 'href="#teks"' in text_of(answer) and "<title>Galat: " in text_of(answer)
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(File)) == 0


def test_a_wrong_file_is_named_and_the_text_stays(client: FlaskClient, house: House) -> None:
    page = open_own(client, file_report(client))
    answer = send(client, page, "/balas", teks="Ini buktinya.", lampiran=[(io.BytesIO(b"MZ"), "a.exe")])
    assert answer.status_code == 422
    assert "a.exe" in text_of(answer)
    assert form(answer, "/balas")["fields"]["teks"] == ["Ini buktinya."]
    assert letters(house) == []


def test_own_files_can_be_fetched_and_others_cannot(client: FlaskClient) -> None:
    mine, other = file_report(client), file_report(client)
    page = send(
        client, open_own(client, mine), "/balas", teks="Berkas.", lampiran=[(io.BytesIO(PDF), "bukti.pdf")]
    )
    action = form(page, "/berkas/")["action"]
    got = send(client, page, "/berkas/")
    assert got.data == PDF
    assert got.headers["Content-Disposition"] == "attachment; filename=bukti.pdf"
    fields = form(open_own(client, other), "/balas")["fields"]
    assert client.post(action, data=fields).status_code == 404


def test_withdrawal_asks_first(client: FlaskClient, house: House) -> None:
    page = open_own(client, file_report(client))
    asked = send(client, page, "/cabut")
    assert asked.status_code == 200 and "Cabut laporan ini?" in text_of(asked)
    assert letters(house) == []
    empty = send(client, asked, "/cabut", yakin="ya", alasan="")
    assert empty.status_code == 422 and "Cabut laporan ini?" in text_of(empty)
    done = send(client, empty, "/cabut", yakin="ya", alasan="Sudah selesai di tempat.")
    assert "Instansi sudah menerima pencabutan Anda." in text_of(done)
    assert [each.kind for each in letters(house)] == ["pencabutan_laporan"]


def test_the_answer_is_read_and_rated_until_its_time_is_over(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    sent = file_report(client, jenis_laporan="permintaan_informasi")
    early = open_own(client, sent)
    assert "/pelapor/nilai" not in text_of(early)
    clock.advance(timedelta(hours=1))
    officers.answer(house, "Jam layanan: 08.00 sampai 16.00.")
    page = open_own(client, sent)
    html = text_of(page)
    assert "Tanggapan instansi" in html and "Jam layanan: 08.00 sampai 16.00." in html
    assert "Minta bantuan Ombudsman" in html and "Masalah belum selesai? Balas" in html
    wrong = send(client, page, "/nilai", komentar="Cepat sekali.")
    assert wrong.status_code == 422
    assert form(wrong, "/nilai")["fields"]["komentar"] == ["Cepat sekali."]
    done = send(client, wrong, "/nilai", nilai="4", komentar="Cepat sekali.")
    assert "Anda memberi 4 dari 5." in text_of(done)
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
    assert (case.rating, case.rating_comment) == (4, "Cepat sekali.")


def test_rating_before_an_answer_is_refused(client: FlaskClient) -> None:
    page = open_own(client, file_report(client))
    fields = form(page, "/balas")["fields"] | {"nilai": "5"}
    assert client.post("/pelapor/nilai", data=fields).status_code == 409


def test_the_ombudsman_is_asked_once_the_answer_disappoints(client: FlaskClient, house: House) -> None:
    sent = file_report(client, jenis_laporan="permintaan_informasi")
    officers.answer(house, "Jam layanan: 08.00 sampai 16.00.")
    page = open_own(client, sent)
    done = send(client, page, "eskalasi_ombudsman", alasan="Tanggapan tidak menjawab pertanyaan saya.")
    assert "Terkirim." in text_of(done)
    assert "Anda meminta bantuan Ombudsman" in text_of(done)


def test_reporters_send_no_other_messages(client: FlaskClient) -> None:
    page = open_own(client, file_report(client))
    fields = form(page, "/balas")["fields"] | {"alasan": "Saya petugas."}
    assert client.post("/pelapor/kirim/tanggapan_terkirim", data=fields).status_code == 422


@pytest.mark.parametrize("hours", [3, 14])
def test_a_page_open_too_long_asks_the_code_again_and_keeps_the_text(
    client: FlaskClient, clock: ManualClock, house: House, hours: int
) -> None:
    sent = file_report(client)
    page = open_own(client, sent)
    clock.advance(timedelta(hours=hours))
    again = send(client, page, "/balas", teks="Tulisan yang panjang.")
    assert again.status_code in (400, 401)
    if again.status_code == 400:  # the form's own token ended first: sent again from the page that keeps it
        again = send(client, again, "/balas")
    assert form(again, "/balas")["fields"]["teks"] == ["Tulisan yang panjang."]
    done = send(client, again, "/balas", nomor=sent.number, kode=sent.code)
    assert "Tulisan yang panjang." in text_of(done)
    assert [each.body for each in letters(house)] == ["Tulisan yang panjang."]


def test_anonymous_reporters_see_days_without_hours(client: FlaskClient, house: House) -> None:
    sent = file_report(client, named=False, anonim="true")
    page = send(client, open_own(client, sent), "/balas", teks="Tambahan keterangan.")
    letter = text_of(page).split("<article")[1].split("</article>")[0]
    assert "Sel 2 Jun 2026" in letter and "09.00" not in letter
    assert "T02:00" not in letter
