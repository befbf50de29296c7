"""A whole report: identity, secrecy, files, history, steps, and messages entered by hand."""

import re
from datetime import timedelta

import orjson
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.cases import attachments
from engine.catalog import library
from engine.clock import ManualClock
from engine.db.models import AccessLog, Case, Definition, Letter, WorkItem
from engine.people.principals import SYSTEM
from engine.runtime import bundles, incidents
from engine.runtime.house import House
from engine.runtime.jobs import run_due
from engine.runtime.step import Step
from tests.web import officers
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import form, send, sign_in
from tests.web.sops import files_of

PDF = b"%PDF-1.4\n%%EOF"
NUMBER = "BP-2026-000001"
PAGE = f"/laporan/{NUMBER}"


def accesses(house: House) -> list[tuple[str, str, str]]:
    with house.database.read() as session:
        rows = session.scalars(select(AccessLog).order_by(AccessLog.id))
        return [(each.person_id, each.what, each.reason) for each in rows]


def test_the_report_shows_where_it_stands_its_clocks_and_history(client: FlaskClient, house: House) -> None:
    people.report(house)
    officers.ask(house, "Mohon kirim foto kuitansi.")
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(PAGE))
    for words in (
        "Menunggu pelapor",
        "Antre terlalu lama",
        "lima puluh ribu",
        "Pertanyaan kepada pelapor",
        "Mohon kirim foto kuitansi.",
        "Tugas “Registrasi dan beri tanda terima” diselesaikan.",
        "Dijeda",
        "Balasan pelapor diterima",
        "Pengaduan umum, versi 1 · alur: berjalan",
    ):
        assert words in html, words
    assert "menyetujui pemrosesan" not in html, "what everybody must tick tells nothing"
    assert "⏸" not in html and html.count('class="shape"') > 0, "few fonts hold the sign"


def test_the_drawn_timer_that_limits_the_reporters_answer_is_explained(
    client: FlaskClient, house: House
) -> None:
    people.report(house)
    officers.ask(house, "Mohon kirim foto kuitansi.")
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(PAGE))
    timers = html.split("Pewaktu di diagram", 1)[1].split("<h2", 1)[0]
    assert "10 hari kerja" in timers and "Kalender id-nasional, versi" in timers
    assert "Tenggat: Rab 17 Jun 2026 23.59 WIB." in timers and "Tahun Baru Islam" in timers
    assert "Pelapor dapat menjawab sampai Rab 17 Jun 2026" in html


def test_a_pause_says_since_when_why_until_when_and_which_of_how_many(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    people.report(house)
    officers.ask(house, "Mohon kirim foto kuitansi.")
    clock.advance(timedelta(days=2))
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(PAGE))
    assert "Dijeda sejak Sel 2 Jun 2026 09.00 WIB, sejauh ini 2 hari kerja: jawaban pelapor" in html
    assert "Berjalan lagi dengan sendirinya paling lambat Rab 17 Jun 2026 23.59 WIB" in html
    assert "Jeda ke-1 dari paling banyak 2." in html
    assert "“Tanggapan pertama” dijeda: jawaban pelapor ditunggu, paling lama sampai" in html
    clock.advance(timedelta(days=14))
    run_due(house)
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(PAGE))
    assert "Pernah dijeda sekali, 10 hari kerja." in html
    assert "berjalan lagi sejak Rab 17 Jun 2026 23.59 WIB: waktu jeda sudah habis." in html


def test_the_history_names_the_escalation_of_a_clock_in_words(client: FlaskClient, house: House) -> None:
    people.report(house)
    people.let_time_pass(house, days=9)
    with house.database.read() as session:
        query = select(WorkItem.id).where(WorkItem.name == "Eskalasi: jam_tanggapan")
        late = session.scalars(query.order_by(WorkItem.id).limit(1)).one()
    sign_in(client, "admin_instansi@bpom")
    assert send(client, client.get(f"/tugas/{late}"), "/ambil").status_code == 303
    history = text_of(client.get(f"{PAGE}/riwayat"))
    assert "Tugas “Eskalasi: Tanggapan pertama” diambil." in history
    assert "“Tanggapan pertama” lewat tenggat" in history
    assert "jam_tanggapan" not in history
    assert "Escalation: " in text_of(client.get(f"{PAGE}/riwayat?bahasa=en"))


def test_history_goes_back_page_by_page(client: FlaskClient, house: House) -> None:
    people.report(house)
    officers.ask(house, "Mohon kirim foto kuitansi.")
    sign_in(client, "admin_instansi@bpom")
    whole = text_of(client.get(f"{PAGE}/riwayat"))
    shown = _shown(whole)
    assert shown == sorted(shown, reverse=True) and len(shown) > 5
    entry = shown[2][0]
    earlier = text_of(client.get(f"{PAGE}/riwayat?sebelum={entry}"))
    assert _shown(earlier) == [each for each in shown if each[0] < entry] != []
    assert client.get(f"{PAGE}/riwayat?sebelum=x").status_code == 200


def _shown(html: str) -> list[tuple[int, int]]:
    """The events of a page by the numbers of their entries and their places therein."""
    return [(int(seq), int(place)) for seq, place in re.findall(r'id="peristiwa-(\d+)-(\d+)"', html)]


def test_unknown_and_foreign_reports_look_alike(client: FlaskClient, house: House) -> None:
    people.second_agency(house)
    people.report(house)
    sign_in(client, "petugas@kemenkes")
    pages = []
    for number in (NUMBER, "BP-2026-999999"):
        for part in ("", "/riwayat", "/langkah", "/berkas/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/pesan/x"):
            answer = client.get(f"/laporan/{number}{part}")
            assert answer.status_code == 404
            html = re.sub(r'value="[^"]*"', "", text_of(answer)).replace(number, "X")
            pages.append(re.sub(r"kembali=[^\"]*", "", html))
    assert pages[:5] == pages[5:]


def test_identity_is_shown_with_a_reason_for_five_minutes_and_recorded(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    people.report(house)
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(PAGE)
    assert "Sari Contohwati" not in text_of(page)
    refused = send(client, page, "/identitas", alasan=" ")
    assert "Tulis alasan Anda memerlukan identitas." in text_of(client.get(refused.location))
    assert accesses(house) == []
    shown = send(client, page, "/identitas", alasan="Menelepon pelapor")
    html = text_of(client.get(shown.location))
    assert "Sari Contohwati" in html and "sari@contoh.example" in html
    assert accesses(house) == [("P-petugas_pengaduan", "identitas", "Menelepon pelapor")]
    clock.advance(timedelta(minutes=6))
    assert "Sari Contohwati" not in text_of(client.get(shown.location))


def test_a_shown_identity_cannot_be_passed_on(client: FlaskClient, house: House) -> None:
    people.report(house)
    people.employ(house, "rekan@bpom", "petugas_pengaduan")
    sign_in(client, "petugas_pengaduan@bpom")
    shown = send(client, client.get(PAGE), "/identitas", alasan="Menelepon pelapor")
    sign_in(client, "rekan@bpom")
    assert "Sari Contohwati" not in text_of(client.get(shown.location))


def test_secret_reports_are_seen_by_handlers_without_identity_and_each_look_is_recorded(
    client: FlaskClient, house: House
) -> None:
    people.report(house, rahasia=True)
    sign_in(client, "pejabat_penghubung@bpom")
    assert client.get(PAGE).status_code == 404
    assert NUMBER not in text_of(client.get("/laporan"))
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(PAGE)
    html = text_of(page)
    assert "Rahasia, akses dicatat" in html and "Pelapor dirahasiakan." in html
    assert "identitas" not in [f["action"].rpartition("/")[2] for f in [form(page, "")]]
    token = re.search(r'name="_token" value="([^"]+)"', html)
    assert token
    data = {"_token": token[1], "_kunci": "k", "alasan": "ingin tahu"}
    assert client.post(f"{PAGE}/identitas", data=data).status_code == 403
    assert {(who, what) for who, what, _ in accesses(house)} == {("P-petugas_pengaduan", "laporan")}


def test_the_identity_keeper_sees_who_looked(client: FlaskClient, house: House) -> None:
    people.employ(house, "penjaga@bpom", "penjaga_identitas")
    people.report(house, rahasia=True)
    sign_in(client, "petugas_pengaduan@bpom")
    client.get(PAGE)
    sign_in(client, "penjaga@bpom")
    page = client.get(PAGE)
    html = text_of(page)
    assert "Siapa yang membuka" in html and "Petugas Pengaduan" in html
    shown = send(client, page, "/identitas", alasan="Permintaan perlindungan")
    assert "Sari Contohwati" in text_of(client.get(shown.location))


def test_anonymous_reports_name_nobody(client: FlaskClient, house: House) -> None:
    people.report(house, anonim=True, pelapor_nama=None, pelapor_kontak=None)
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get(PAGE))
    assert "Laporan ini tanpa identitas pelapor." in html and "Anonim" in html


def test_files_are_saved_never_opened_and_belong_to_their_report(client: FlaskClient, house: House) -> None:
    file = attachments.keep(house, "bpom", "kuitansi.pdf", PDF)
    people.report(house, "1", lampiran=[file])
    people.report(house, "2")
    sign_in(client, "petugas_pengaduan@bpom")
    assert "kuitansi.pdf" in text_of(client.get(PAGE))
    answer = client.get(f"{PAGE}/berkas/{file}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/laporan/BP-2026-000002/berkas/{file}").status_code == 404


def test_steps_and_diagram_mark_the_same_elements(client: FlaskClient, house: House) -> None:
    people.report(house)
    officers.complete(house, "T01_registrasi", "petugas_pengaduan", nomor_register="R-1")
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(f"{PAGE}/langkah"))
    assert "Verifikasi (bersama_verifikasi) ›" in html
    drawn = dict(re.findall(r'<g class="bpmn-\w+ is-(\w+)" data-element-id="(\w+)"', html))
    listed = dict(re.findall(r'<tr data-step="(\w+)" class="is-(\w+)"', html))
    assert drawn["here"] and listed["V_T01"] == "here" and listed["T01_registrasi"] == "done"
    marked = set(re.findall(r'is-here" data-element-id="(\w+)"', html))
    assert marked == {each for each, mark in listed.items() if mark == "here"} and "V_T01" in marked
    assert html.count(">di sini<") >= 2
    inner = text_of(client.get(f"{PAGE}/langkah", headers={"HX-Request": "true"}))
    assert "<html" not in inner and 'data-step="V_T01"' in inner


def test_answers_are_read_by_those_whom_the_sop_lets(client: FlaskClient, house: House) -> None:
    people.report(house)
    sign_in(client, "pejabat_penghubung@bpom")  # of the agency, but not yet handling this report
    html = text_of(client.get(PAGE))
    assert "Antre terlalu lama" in html and "lima puluh ribu" not in html


def test_a_message_of_the_sop_is_entered_by_its_role_while_it_is_awaited(
    client: FlaskClient, house: House
) -> None:
    _with_entry(house)
    people.report(house)
    sign_in(client, "petugas_pengaduan@bpom")
    assert "Catat balasan lewat telepon" not in text_of(client.get(PAGE))
    officers.ask(house, "Mohon kirim foto kuitansi.")
    assert "Catat balasan lewat telepon" in text_of(client.get(PAGE))
    address = f"{PAGE}/pesan/balasan_pelapor"
    page = text_of(client.get(address))  # what the limit comes to is seen before
    assert "Yang berjalan lagi karenanya" in page and "menjadi Sel 9 Jun 2026 16.00 WIB" in page
    empty = send(client, client.get(address), address, teks="")
    assert empty.status_code == 422 and 'id="f-teks-error"' in text_of(empty)
    done = send(client, empty, address, teks="Kuitansi tidak pernah diberikan.")
    assert "Tercatat: Catat balasan lewat telepon." in text_of(client.get(done.location))
    with house.database.read() as session:
        letter = session.scalars(select(Letter).where(Letter.direction == "in")).one()
        assert letter.body == "Kuitansi tidak pernah diberikan."
        assert session.scalars(select(Case.status)).one() == "diterima"
    assert client.get(address).status_code == 404
    sign_in(client, "admin_instansi@bpom")
    assert "Catat balasan lewat telepon" not in text_of(client.get(PAGE))


def test_a_package_brings_the_forms_of_messages_entered_by_hand() -> None:
    package = library.built_in().package("kemendikbud", "kemendikbud_ult")
    assert {"forms/pd_jawaban_dinas.json", "forms/pd_banding.json"} <= package.keys()


def test_a_stopped_flow_says_so(client: FlaskClient, house: House) -> None:
    filed = people.report(house)
    with house.database.write() as session:
        case = session.scalars(select(Case).where(Case.case_number == filed.case_number)).one()
        step = Step.open(house, session, case.instance_id, SYSTEM)
        incidents.open_incident(step, "T01_registrasi", "flow", ValueError("Contoh"))
        step.save()
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get(PAGE))
    assert "Alur berhenti karena gangguan; operator perlu melihatnya." in html
    assert "alur: terhenti karena gangguan" in html
    assert 'data-step="T01_registrasi" class="is-problem"' in text_of(client.get(f"{PAGE}/langkah"))


def _with_entry(house: House) -> None:
    """The SOP in force takes the reporter's reply from an officer too."""
    entry = {
        "type": "default",
        "id": "catat_balasan",
        "schemaVersion": 18,
        "components": [
            {"type": "textarea", "key": "teks", "label": "Balasan", "validate": {"required": True}}
        ],
    }
    files = files_of("sp4n_umum", "sp4n_umum")
    files["forms/catat_balasan.json"] = orjson.dumps(entry)
    files["sop.toml"] += (
        b'\n[pesan.balasan_pelapor]\ndari = "petugas"\nperan = "petugas_pengaduan"\n'
        b'label = "Catat balasan lewat telepon"\nformulir = "catat_balasan"\n'
    )
    with house.database.write() as session:
        definition = session.scalars(select(Definition)).one()
        definition.bundle_hash = bundles.keep(session, files)
