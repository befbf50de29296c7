"""Filing a report without a script and without a cookie."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from engine.db.models import Case, File, Reporter
from engine.errors import AlurError
from engine.runtime.house import House
from tests.web.journeys import BEGIN, STORY, file_report, receipt, text_of, to_check_page
from tests.web.pages import form, send
from webapp.citizen import filing


def count(house: House, what: Any) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def picture() -> bytes:
    made, out = Image.new("RGB", (8, 8), "red"), io.BytesIO()
    made.save(out, "JPEG", exif=b"Exif\x00\x00rahasia-tempat")
    return out.getvalue()


def test_agencies_and_services_to_choose_from(client: FlaskClient) -> None:
    page = text_of(client.get("/lapor"))
    assert "Badan POM" in page and f'href="{BEGIN}"' in page
    assert client.get("/lapor/bpom/tiada").status_code == 404
    assert client.get("/lapor/tiada/sp4n_umum").status_code == 404


def test_a_report_is_filed_in_five_pages_without_a_cookie(client: FlaskClient, house: House) -> None:
    check = to_check_page(client)
    html = text_of(check)
    assert "BELUM DIKIRIM" in html and "Langkah 5 dari 5" in html
    assert "Antre terlalu lama" in html and "Sab 30 Mei 2026" in html
    assert count(house, Case) == 0
    done = send(client, check, "/periksa")
    sent = receipt(done)
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
        who = session.get_one(Reporter, case.id)
    assert case.tracking_number == sent.number
    assert case.answers["isi_laporan"] == STORY and case.answers["kanal"] == "web"
    assert who.fields["pelapor_nama"] == "Sari Contohwati"
    assert all("Set-Cookie" not in each.headers for each in (check, done))
    assert done.headers["Cache-Control"] == "no-store"


def test_pressing_send_again_shows_the_same_receipt_and_files_once(client: FlaskClient, house: House) -> None:
    check = to_check_page(client)
    first, second = (receipt(send(client, check, "/periksa")) for _ in range(2))
    assert (first.number, first.code) == (second.number, second.code)
    assert count(house, Case) == 1


def test_each_step_keeps_what_was_typed_and_names_each_error(client: FlaskClient) -> None:
    page = send(client, client.get(BEGIN), _ke="lanjut")
    assert page.status_code == 422
    assert "<title>Galat: " in text_of(page)
    page = send(client, page, jenis_laporan="aspirasi", _ke="lanjut")
    assert page.status_code == 200
    wrong = send(client, page, judul="J" * 151, isi_laporan="pendek", _ke="lanjut")
    assert wrong.status_code == 422
    fields = form(wrong, BEGIN)["fields"]
    assert fields["judul"] == ["J" * 151] and fields["isi_laporan"] == ["pendek"]
    html = text_of(wrong)
    for name in ("kategori", "judul", "isi_laporan"):
        assert f'href="#f-{name}"' in html and f'id="f-{name}-error"' in html


def test_going_back_loses_nothing(client: FlaskClient) -> None:
    page = send(client, client.get(BEGIN), jenis_laporan="pengaduan", _ke="lanjut")
    back = send(client, page, judul="Setengah jadi", _ke="kembali")
    assert 'value="pengaduan" checked' in text_of(back)
    again = send(client, back, _ke="lanjut")
    assert form(again, BEGIN)["fields"]["judul"] == ["Setengah jadi"]


def test_questions_that_answers_call_for_appear_after_continuing(client: FlaskClient) -> None:
    page = send(client, client.get(BEGIN), jenis_laporan="pengaduan", _ke="lanjut")
    page = send(client, page, kategori="sikap_petugas", judul="Kasar", isi_laporan=STORY, _ke="lanjut")
    assert "terlapor_nama" in form(page, BEGIN)["fields"]
    refreshed = send(client, page, terlapor_nama="berkacamata", _segarkan="1")
    assert refreshed.status_code == 200
    assert form(refreshed, BEGIN)["fields"]["terlapor_nama"] == ["berkacamata"]


def test_an_answer_can_be_changed_from_the_check_page(client: FlaskClient) -> None:
    check = to_check_page(client)
    found = form(check, "/periksa")
    assert (("_ke", "ubah:g2")) in found["buttons"]
    page = client.post(BEGIN, data=found["fields"] | {"_ke": "ubah:g2"})
    assert form(page, BEGIN)["fields"]["judul"] == ["Antre terlalu lama"]
    again = send(client, page, judul="Judul baru", _ke="lanjut")
    assert "BELUM DIKIRIM" in text_of(again) and "Judul baru" in text_of(again)


def test_a_question_hidden_by_a_later_change_is_not_sent(client: FlaskClient, house: House) -> None:
    check = to_check_page(client)
    page = client.post(BEGIN, data=form(check, "/periksa")["fields"] | {"_ke": "ubah:g1"})
    again = send(client, page, jenis_laporan="aspirasi", _ke="lanjut")
    send(client, again, "/periksa")
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
    assert case.answers["jenis_laporan"] == "aspirasi" and case.answers["unit_layanan"] is None


def test_an_incomplete_report_is_not_filed_and_links_to_its_gaps(client: FlaskClient, house: House) -> None:
    check = to_check_page(client)
    gap = send(client, check, "/periksa", _jawaban='{"jenis_laporan":"pengaduan","setuju_pdp":true}')
    assert gap.status_code == 422
    assert 'href="#baris-f-judul"' in text_of(gap) and 'id="baris-f-judul"' in text_of(gap)
    assert count(house, Case) == 0


@pytest.mark.parametrize("kept", ["", "[]", "{", '"x"', '{"typename":"UUID"}', '{"a":' + "[" * 5000])
def test_a_tampered_page_does_no_harm(client: FlaskClient, house: House, kept: str) -> None:
    answer = send(client, to_check_page(client), "/periksa", _jawaban=kept)
    assert answer.status_code == 422
    assert count(house, Case) == 0


def test_anonymous_reports_ask_for_and_keep_no_identity(client: FlaskClient, house: House) -> None:
    page = send(client, client.get(BEGIN), jenis_laporan="pengaduan", anonim="true", _ke="lanjut")
    assert "Anonim: jangan tulis nama" in text_of(page)
    check = to_check_page(client, named=False, anonim="true")
    assert "pelapor_nama" not in text_of(check)
    assert "Kami tidak mencatat siapa Anda." in text_of(check)
    sent = receipt(send(client, check, "/periksa"))
    assert "kami tidak dapat menggantinya" in text_of(sent.page)
    assert count(house, Reporter) == 0
    with house.database.read() as session:
        assert session.scalars(select(Case)).one().anonymous


def test_a_name_typed_before_choosing_anonymity_is_dropped(client: FlaskClient, house: House) -> None:
    check = to_check_page(client)
    page = client.post(BEGIN, data=form(check, "/periksa")["fields"] | {"_ke": "ubah:g1"})
    again = send(client, page, anonim="true", _ke="lanjut")
    receipt(send(client, again, "/periksa"))
    assert count(house, Reporter) == 0
    with house.database.read() as session:
        assert "Sari" not in str(session.scalars(select(Case)).one().answers)


def test_attachments_are_kept_without_their_metadata(client: FlaskClient, house: House) -> None:
    files = [(io.BytesIO(picture()), "foto.JPG"), (io.BytesIO(b"%PDF-1.4\n%%EOF"), "surat.pdf")]
    sent = receipt(send(client, to_check_page(client), "/periksa", lampiran=files))
    assert sent.number
    with house.database.read() as session:
        kept = list(session.scalars(select(File).order_by(File.name)))
    assert [each.name for each in kept] == ["foto.JPG", "surat.pdf"]
    assert all(each.case_id for each in kept)
    stored = b"".join(path.read_bytes() for path in (house.data_dir / "files").rglob("*") if path.is_file())
    assert b"rahasia-tempat" not in stored


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("virus.exe", b"MZ", "virus.exe"),
        ("palsu.pdf", picture(), "palsu.pdf"),
        ("rusak.jpg", picture()[:40], "rusak.jpg"),
        ("besar.pdf", b"%PDF-1.4" + b"0" * 100_000, "besar.pdf"),
    ],
)
def test_a_wrong_attachment_is_refused_by_name_and_nothing_is_kept(
    client: FlaskClient,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    data: bytes,
    word: str,
) -> None:
    monkeypatch.setattr(filing.attachments, "LARGEST", 100_000)
    files = [(io.BytesIO(picture()), "baik.jpg"), (io.BytesIO(data), name)]
    answer = send(client, to_check_page(client), "/periksa", lampiran=files)
    assert answer.status_code == 422
    html = text_of(answer)
    assert word in html.split('class="error-summary"')[1].split("</ul>")[0]
    assert "baik.jpg" not in html
    assert count(house, Case) == count(house, File) == 0
    assert send(client, answer, "/periksa").status_code == 200


def test_more_than_ten_attachments_are_refused(client: FlaskClient, house: House) -> None:
    files = [(io.BytesIO(picture()), f"{number}.jpg") for number in range(11)]
    answer = send(client, to_check_page(client), "/periksa", lampiran=files)
    assert answer.status_code == 422
    assert "Paling banyak 10 berkas." in text_of(answer)
    assert count(house, File) == 0


def test_a_failure_of_ours_says_not_sent_and_the_same_page_can_be_sent_again(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = to_check_page(client)

    def fail(*_: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr(filing.filing, "file", fail)
        answer = send(client, check, "/periksa")
    assert answer.status_code == 503
    assert "Belum terkirim. Tulisan Anda masih ada." in text_of(answer)
    assert form(answer, "/periksa")["fields"]["_token"] == form(check, "/periksa")["fields"]["_token"]
    assert receipt(send(client, answer, "/periksa")).number == receipt(send(client, check, "/periksa")).number


def test_an_error_of_the_engine_is_no_crash(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AlurError("Not today.")

    check = to_check_page(client)
    monkeypatch.setattr(filing.filing, "file", refuse)
    assert send(client, check, "/periksa").status_code == 422


def test_the_receipt_stays_until_the_code_is_said_to_be_kept(client: FlaskClient) -> None:
    sent = file_report(client)
    still = send(client, sent.page, "tanda-terima")
    assert still.status_code == 422
    assert receipt(still).code == sent.code
    left = send(client, still, "tanda-terima", tersimpan="ya")
    assert left.location == f"/lacak/{sent.number}"
    assert sent.code not in text_of(client.get(left.location))


def test_a_forged_receipt_shows_nothing(client: FlaskClient) -> None:
    sent = file_report(client)
    assert send(client, sent.page, "tanda-terima", _terima="palsu").location == "/lacak"


def test_english_travels_in_the_addresses(client: FlaskClient) -> None:
    check = to_check_page(client, begin=f"{BEGIN}?bahasa=en")
    assert "NOT SENT YET" in text_of(check)
    done = send(client, check, "/periksa")
    assert "We have received your report" in text_of(done)
    assert send(client, done, "tanda-terima", tersimpan="ya").location.endswith("?bahasa=en")


def test_the_check_page_is_not_reachable_without_answers(client: FlaskClient) -> None:
    assert client.get(f"{BEGIN}/periksa").location == BEGIN


def test_pages_are_light(client: FlaskClient) -> None:
    page = client.get(BEGIN)
    with client.get("/static/alur.css") as css, client.get("/static/alur.js") as script:
        total = len(page.data) + len(css.data) + len(script.data)
    assert total <= 30_000
    assert len(to_check_page(client).data) <= 15_000
