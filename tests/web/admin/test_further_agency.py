"""A further agency brought to a running server through its pages alone, and a report taken in by it."""

import io
import zipfile

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.catalog import library
from engine.runtime.house import House
from tests.web.journeys import open_own, receipt, to_check_page
from tests.web.pages import send, sign_in

FIRST = "sandi pertama yang panjang"


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def package() -> io.BytesIO:
    """The generic SOP as the zip that a designer would upload."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in library.built_in().package("sp4n_umum", "sp4n_umum").items():
            archive.writestr(path, data)
    packed.seek(0)
    return packed


def add_person(client: FlaskClient, login: str, *roles: str, unit: str = "") -> None:
    added = send(
        client,
        client.get("/kelola/orang/baru"),
        "/baru",
        nama=login.replace("_", " ").title(),
        login=login,
        unit=unit,
        kata_sandi=FIRST,
    )
    assert added.status_code == 303, text_of(added)
    for role in roles:
        page = client.get(added.location.partition("?")[0])
        assert send(client, page, "/peran", peran=role).status_code == 303, role


def test_a_further_agency_from_opening_to_its_first_report(app: Flask, others: House) -> None:
    client, citizen = app.test_client(), app.test_client()
    sign_in(client, "pengelola@alur")
    opened = send(
        client,
        client.get("/pengelola/baru"),
        "/baru",
        nama="Kementerian Sosial",
        kunci="kemensos",
        kode="sos",
        zona="Asia/Makassar",
        kontak="Telepon 171",
        nama_admin="Dewi Umpama",
        login="admin",
        kata_sandi=FIRST,
    )
    assert opened.status_code == 303, text_of(opened)
    steps = text_of(client.get("/pengelola/kemensos"))
    assert "admin@kemensos" in steps and "0 SOP" in steps and "WITA" in steps
    assert citizen.get("/lapor/kemensos/sp4n_umum").status_code == 404

    sign_in(client, "admin@kemensos", FIRST)
    send(client, client.get("/kelola/unit/baru"), "/baru", nama="Layanan Terpadu", kunci="layanan")
    send(
        client,
        client.get("/kelola/kalender"),
        "/kalender",
        tanggal="2026-06-03",
        jenis="libur",
        alasan="HUT kota",
    )
    add_person(client, "perancang", "perancang")
    add_person(client, "perancang2", "perancang")

    sign_in(client, "perancang@kemensos", FIRST)
    uploaded = send(client, client.get("/sop"), "/sop", berkas=(package(), "sop.zip"))
    assert uploaded.status_code == 303, text_of(uploaded)
    version = uploaded.location.partition("?")[0]
    sign_in(client, "admin@kemensos", FIRST)
    catalogue = client.get("/kelola/peran")
    assert "Petugas pengaduan" in text_of(catalogue) and "(draf)" in text_of(catalogue)
    send(client, catalogue, "/katalog", peran="*")
    add_person(client, "petugas", "petugas_pengaduan", "admin_instansi", unit="layanan")

    sign_in(client, "perancang@kemensos", FIRST)
    refused = send(client, client.get(version), "/ajukan")
    assert refused.status_code == 422, "an SOP whose roles nobody holds is not put up for review"
    sign_in(client, "admin@kemensos", FIRST)
    add_person(client, "atasan", "admin_unit", "pejabat_penghubung", "kepala_unit", "apip", "pimpinan")
    sign_in(client, "perancang@kemensos", FIRST)
    assert send(client, client.get(version), "/ajukan").status_code == 303
    sign_in(client, "perancang2@kemensos", FIRST)
    activated = send(client, client.get(version), "/berlakukan")
    assert activated.status_code == 303, text_of(activated)

    page = to_check_page(citizen, begin="/lapor/kemensos/sp4n_umum")
    sent = receipt(send(citizen, page, "/periksa"))
    assert "Antre terlalu lama" in text_of(open_own(citizen, sent))
    sign_in(client, "petugas@kemensos", FIRST)
    assert "Antre terlalu lama" in text_of(client.get("/tugas"))
    sign_in(client, "petugas_pengaduan@bpom")
    assert "Antre terlalu lama" not in text_of(client.get("/tugas"))
    sign_in(client, "admin@kemensos", FIRST)
    assert "Pengawas internal (APIP)" not in text_of(client.get("/kelola")), "somebody holds every role"
    sign_in(client, "pengelola@alur")
    assert "1 SOP" in text_of(client.get("/pengelola/kemensos"))


def test_a_wrong_agency_shows_every_fault_and_keeps_what_was_typed(app: Flask, others: House) -> None:
    client = app.test_client()
    sign_in(client, "pengelola@alur")
    new = client.get("/pengelola/baru")
    wrong = send(
        client,
        new,
        "/baru",
        nama="",
        kunci="9",
        kode="X",
        zona="Europe/Berlin",
        nama_admin="",
        login="a b",
        kata_sandi="x",
    )
    assert wrong.status_code == 422
    for field in ("nama", "kunci", "kode", "zona", "nama_admin", "login", "kata_sandi"):
        assert f'id="{field}-error"' in text_of(wrong), field
    assert 'value="a b"' in text_of(wrong)
    taken = send(
        client,
        new,
        "/baru",
        nama="Lagi",
        kunci="bpom",
        kode="BB",
        zona="Asia/Jakarta",
        nama_admin="Dewi",
        login="admin",
        kata_sandi=FIRST,
    )
    assert taken.status_code == 409 and 'id="kunci-error"' in text_of(taken)
    assert client.get("/pengelola/tiada").status_code == 404
    listed = text_of(client.get("/pengelola"))
    assert "Badan POM" in listed and 'href="/pengelola/bpom"' in listed
    assert client.get("/kelola").status_code == 403


def test_the_platform_sees_which_agency_no_administrator_is_there_for(
    client: FlaskClient, others: House
) -> None:
    sign_in(client, "pengelola@alur")
    assert "Tanpa administrator" not in text_of(client.get("/pengelola"))
    sign_in(client, "admin@kemenkes")
    values = {"wakil": "", "mulai": "", "sampai": "2026-06-12", "alasan": "Sakit"}
    assert send(client, client.get("/saya/wakil"), "/wakil", **values).status_code == 303
    sign_in(client, "pengelola@alur")
    listed = text_of(client.get("/pengelola"))
    assert listed.count("Tanpa administrator yang hadir") == 1
    assert "Tanpa administrator" in listed.split('href="/pengelola/kemenkes"')[1].split("</th>")[0]
    assert "Tanpa administrator yang hadir" in text_of(client.get("/pengelola/kemenkes"))
