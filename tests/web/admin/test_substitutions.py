"""Absences on pages: written down, a deputy named by oneself or an administrator, seen at work, ended."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.cases.filing import Filing, file
from engine.clock import ManualClock
from engine.runtime.house import House
from tests.web.officer.people import ANSWERS
from tests.web.pages import send, sign_in


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def name_deputy(client: FlaskClient, address: str, **values: str) -> TestResponse:
    asked = {"wakil": "verifikator@bpom", "mulai": "", "sampai": "2026-06-12", "alasan": "Cuti tahunan"}
    return send(client, client.get(address), "/wakil", **{**asked, **values})


def test_an_officer_names_a_deputy_who_then_does_the_work(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    file(house, Filing("bpom", "sp4n_umum", ANSWERS, key="k"))
    sign_in(client, "petugas_pengaduan@bpom")
    taken = send(client, client.get(_task(client)), "/ambil")
    assert taken.status_code == 303
    assert 'href="/saya/wakil"' in text_of(client.get("/saya"))
    named = name_deputy(client, "/saya/wakil")
    assert "sampai Jum 12 Jun 2026" in text_of(client.get(named.headers["Location"]))
    assert "Cuti tahunan" in text_of(client.get("/saya/wakil"))
    sign_in(client, "verifikator@bpom")
    assert "Mewakili" in text_of(client.get("/saya/wakil"))
    page = client.get(_task(client))
    assert "Ambil alih sebagai wakil" in text_of(page)
    assert send(client, page, "/ambil").status_code == 303
    assert "Anda memegang tugas ini" in text_of(client.get(_task(client, "/tugas?daftar=saya")))


def test_it_ends_by_the_absent_person_or_an_administrator(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    named = name_deputy(client, "/kelola/orang/P-pimpinan/wakil")
    assert named.status_code == 303
    page = text_of(client.get("/kelola/orang/P-pimpinan/wakil"))
    address = page.split('/akhiri"')[0].rsplit('href="', 1)[1] + "/akhiri"
    sign_in(client, "petugas_pengaduan@bpom")
    assert client.get(address).status_code == 404
    assert client.get("/kelola/orang/P-pimpinan/wakil").status_code == 403
    sign_in(client, "pimpinan@bpom")
    asked = client.get(address)
    assert "Akhiri perwakilan Pimpinan oleh Verifikator?" in text_of(asked)
    assert send(client, asked, "/akhiri").status_code == 303
    assert "Belum ada ketidakhadiran" in text_of(client.get("/saya/wakil"))


def test_one_is_away_without_a_deputy_too(client: FlaskClient) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    saved = name_deputy(client, "/saya/wakil", wakil="", alasan="Sakit")
    page = text_of(client.get(saved.headers["Location"]))
    assert "Tercatat tidak hadir sampai Jum 12 Jun 2026" in page
    assert "Tanpa wakil" in page and "Sakit" in page
    address = page.split('/akhiri"')[0].rsplit('href="', 1)[1] + "/akhiri"
    asked = client.get(address)
    assert "Akhiri ketidakhadiran Petugas Pengaduan?" in text_of(asked)
    ended = send(client, asked, "/akhiri")
    assert "Ketidakhadiran sudah berakhir" in text_of(client.get(ended.headers["Location"]))


def test_slips_are_told_beside_the_field(client: FlaskClient) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    for values, field in (
        ({"wakil": "siapa@bpom"}, "wakil"),
        ({"wakil": "petugas_pengaduan@bpom"}, "wakil"),
        ({"sampai": ""}, "sampai"),
        ({"sampai": "besok"}, "sampai"),
        ({"mulai": "2026-05-01"}, "mulai"),
        ({"alasan": ""}, "alasan"),
    ):
        answer = name_deputy(client, "/saya/wakil", **values)
        assert answer.status_code == 422, values
        assert f'id="{field}-error"' in text_of(answer), values
    assert name_deputy(client, "/saya/wakil").status_code == 303
    assert name_deputy(client, "/saya/wakil").status_code == 409  # away in that time already


def _task(client: FlaskClient, listing: str = "/tugas") -> str:
    """The address of the first task of a list."""
    page = text_of(client.get(listing))
    return "/tugas/" + page.split('href="/tugas/')[1].split('"')[0].replace("&amp;", "&")
