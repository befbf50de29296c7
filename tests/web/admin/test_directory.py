"""Units, people and roles through their pages."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from engine.db.models import Person
from engine.people import roles, staff
from engine.people.principals import of_person
from engine.runtime.house import House
from tests.web.pages import send, sign_in


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_units_are_added_changed_closed_and_opened(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    send(client, client.get("/kelola/unit/baru"), "/baru", nama="Biro Umum & Humas")
    answer = send(
        client, client.get("/kelola/unit/baru?di_atas=biro_umum_humas"), "/baru", nama="Loket", kunci="loket"
    )
    assert answer.status_code == 303
    listed = text_of(client.get("/kelola/unit"))
    assert "Biro Umum &amp; Humas</td>" in listed and 'loket">Loket</a>' in listed
    send(client, client.get("/kelola/unit/loket"), "/kelola/unit/loket", nama="Loket 1", di_atas="")
    assert "Loket 1" in text_of(client.get("/kelola/unit"))
    asked = client.get("/kelola/unit/loket/tutup")
    assert "Tutup unit Loket 1?" in text_of(asked)
    assert "Tidak dipakai" not in text_of(client.get("/kelola/unit"))
    send(client, asked, "/tutup")
    assert "Tidak dipakai" in text_of(client.get("/kelola/unit"))
    send(client, client.get("/kelola/unit/loket"), "/buka")
    assert "Tidak dipakai" not in text_of(client.get("/kelola/unit"))


def test_a_wrong_unit_keeps_what_was_typed(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    send(client, client.get("/kelola/unit/baru"), "/baru", nama="Balai", kunci="balai")
    taken = send(client, client.get("/kelola/unit/baru"), "/baru", nama="Balai Kedua", kunci="balai")
    assert taken.status_code == 409
    assert 'value="Balai Kedua"' in text_of(taken) and 'href="#kunci"' in text_of(taken)
    wrong = send(client, client.get("/kelola/unit/baru"), "/baru", nama="", kunci="Balai Besar")
    assert wrong.status_code == 422
    assert 'id="nama-error"' in text_of(wrong) and 'id="kunci-error"' in text_of(wrong)
    assert "<title>Galat: " in text_of(wrong)
    below = send(
        client, client.get("/kelola/unit/baru"), "/baru", nama="Seksi", kunci="seksi", di_atas="balai"
    )
    assert below.status_code == 303
    circle = send(client, client.get("/kelola/unit/balai"), "/kelola/unit/balai", di_atas="seksi")
    assert circle.status_code == 422 and 'id="di_atas-error"' in text_of(circle)
    assert client.get("/kelola/unit/tiada").status_code == 404


def test_a_person_is_added_appointed_changed_and_stays_readable(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    sign_in(client, "admin@bpom")
    with house.database.read() as session:
        admin = of_person(session, "P-admin", house.now())
    roles.save_role(house, admin, "kasi", "Kepala Seksi")
    added = send(
        client,
        client.get("/kelola/orang/baru"),
        "/baru",
        nama="Sari Contohwati",
        login="Sari.C",
        surel="sari@bpom.example",
        kata_sandi="pagi yang sangat cerah",
    )
    assert added.status_code == 303
    url = added.location.partition("?")[0]
    page = client.get(url)
    assert "sari.c@bpom" in text_of(page) and "Tidak memegang peran" in text_of(page)
    appointed = send(client, page, "/peran", peran="kasi", sampai="2026-06-05")
    assert appointed.status_code == 303
    page = client.get(url)
    assert "hari terakhir Jum 5 Jun 2026" in text_of(page)
    clock.set(datetime(2026, 6, 5, 16, 59, tzinfo=UTC))  # Friday 23.59 WIB
    person_id = url.rpartition("/")[2]
    assert holds(house, person_id) == {"kasi"}
    clock.set(datetime(2026, 6, 5, 17, 0, tzinfo=UTC))
    assert holds(house, person_id) == set()
    sign_in(client, "admin@bpom")
    page = client.get(url)
    assert "Sel 2 Jun 2026 – Jum 5 Jun 2026" in text_of(page)
    send(client, client.get(url + "/ubah"), "/ubah", nama="Sari Rekaan", surel="")
    assert "Sari Rekaan" in text_of(client.get(url))
    send(client, client.get(url + "/nonaktif"), "/nonaktif")
    left = text_of(client.get(url))
    assert "Sudah keluar" in left and "Jum 5 Jun 2026" in left and "Buka akun kembali" in left
    assert 'name="peran"' not in left


def holds(house: House, person_id: str) -> set[str]:
    with house.database.read() as session:
        return set(of_person(session, person_id, house.now()).roles)


def test_ends_of_roles_are_asked_and_dated(client: FlaskClient, house: House, clock: ManualClock) -> None:
    sign_in(client, "admin@bpom")
    asked = client.get("/kelola/orang/P-verifikator/peran/H-verifikator/akhiri")
    past = send(client, asked, "/akhiri", sampai="2026-06-01")
    assert past.status_code == 422 and 'id="sampai-error"' in text_of(past)
    send(client, asked, "/akhiri", sampai="2026-06-03")
    assert holds(house, "P-verifikator") == {"verifikator"}
    send(client, asked, "/akhiri")
    assert holds(house, "P-verifikator") == set()
    again = send(client, asked, "/akhiri")
    assert again.status_code == 409
    assert client.get("/kelola/orang/P-admin/peran/H-verifikator/akhiri").status_code == 404


def test_refusals_stand_beside_their_fields(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    new = client.get("/kelola/orang/baru")
    taken = send(
        client, new, "/baru", nama="Lain", login="verifikator@bpom", kata_sandi="pagi yang sangat cerah"
    )
    assert taken.status_code == 409
    assert 'id="login-error"' in text_of(taken) and 'value="Lain"' in text_of(taken)
    assert "pagi yang sangat cerah" not in text_of(taken)
    weak = send(client, new, "/baru", nama="", login="x", kata_sandi="pendek", surel="bukan alamat")
    assert weak.status_code == 422 and 'href="#surel"' in text_of(weak)
    weak = send(client, new, "/baru", nama="", login="!", kata_sandi="pendek")
    for field in ("nama", "login", "kata_sandi"):
        assert f'id="{field}-error"' in text_of(weak), field
    page = client.get("/kelola/orang/P-verifikator")
    assert send(client, page, "/peran", peran="").status_code == 422
    assert send(client, page, "/peran", peran="tiada").status_code == 404
    past = send(client, page, "/peran", peran="admin", mulai="2026-06-01")
    assert past.status_code == 422 and 'id="mulai-error"' in text_of(past)


def test_people_are_found_and_paged(client: FlaskClient, house: House, password_hash: str) -> None:
    with house.database.write() as session:
        for number in range(staff.PAGE + 5):
            session.add(
                Person(
                    id=f"Q{number:03}",
                    agency_id="A1",
                    login=f"orang{number:03}@bpom",
                    name=f"Orang {number:03}",
                    password_hash=password_hash,
                    created_at=house.now(),
                )
            )
    sign_in(client, "admin@bpom")
    first = text_of(client.get("/kelola/orang?q=orang"))
    assert "Orang 099" in first and "Orang 100" not in first
    assert "sesudah=orang099@bpom" in first and "q=orang" in first
    second = text_of(client.get("/kelola/orang?q=orang&sesudah=orang099@bpom"))
    assert "Orang 104" in second and "Halaman berikutnya" not in second
    assert "Tidak ada yang bernama" in text_of(client.get("/kelola/orang?q=%25"))
    assert "50 orang tanpa peran+" in text_of(client.get("/kelola"))


def test_roles_are_added_changed_and_appointed_by_login(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    new = client.get("/kelola/peran/baru")
    send(client, new, "/baru", kunci="kabag", judul="Kepala Bagian")
    taken = send(client, new, "/baru", kunci="kabag", judul="Lain")
    assert taken.status_code == 409 and 'id="kunci-error"' in text_of(taken)
    page = client.get("/kelola/peran/kabag")
    send(client, page, "/ubah", judul="Kepala Bagian Umum", catatan="Pengganti: Kasubag")
    page = client.get("/kelola/peran/kabag")
    assert "Kepala Bagian Umum" in text_of(page)
    nobody = send(client, page, "/tunjuk", login="hantu")
    assert nobody.status_code == 422 and 'value="hantu"' in text_of(nobody)
    send(client, page, "/tunjuk", login="verifikator", mulai="2026-06-10", sampai="2026-06-12")
    page = client.get("/kelola/peran/kabag")
    assert "Akan datang" in text_of(page) and "Rab 10 Jun 2026 – Jum 12 Jun 2026" in text_of(page)
    twice = send(client, page, "/tunjuk", login="verifikator", mulai="2026-06-12")
    assert twice.status_code == 409 and 'id="login-error"' in text_of(twice)
    assert client.get("/kelola/peran/tiada").status_code == 404


def test_the_catalogue_adds_the_roles_of_sops_in_force(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    overview = text_of(client.get("/kelola"))
    assert "Pengawas internal (APIP)" in overview and "Tetapkan tim pemeriksa" in overview
    roles = client.get("/kelola/peran")
    assert "peran dari SOP belum ada" in text_of(roles)
    send(client, roles, "/katalog", peran="apip")
    listed = text_of(client.get("/kelola/peran"))
    assert 'href="/kelola/peran/apip">Pengawas internal (APIP)</a>' in listed
    assert "pelapor" not in listed
    overview = text_of(client.get("/kelola"))
    assert 'href="/kelola/peran/apip#tunjuk"' in overview
    page = client.get("/kelola/peran/apip")
    assert "Tetapkan tim pemeriksa" in text_of(page)
    send(client, page, "/tunjuk", login="verifikator")
    assert "Pengawas internal (APIP)" not in text_of(client.get("/kelola"))
    send(client, client.get("/kelola/peran"), "/katalog", peran="*")
    assert "belum ada di sini" not in text_of(client.get("/kelola/peran"))


def test_what_was_typed_comes_back_after_a_session_ended(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/orang/baru")
    client.delete_cookie("alur")
    ended = send(client, page, "/baru", nama="Sari", login="sari", kata_sandi="pagi yang sangat cerah")
    assert ended.status_code in (400, 401)
    again = send(client, ended, "/masuk", login="admin@bpom", kata_sandi="rahasia sekali")
    filled = send(client, again, "/kelola/orang/baru", _isi="1")
    assert filled.status_code == 200 and 'value="Sari"' in text_of(filled)
    assert "pagi yang sangat cerah" not in text_of(filled)


def test_name_and_contact_of_the_agency(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/instansi")
    assert "1500533" in text_of(page)
    empty = send(client, page, "/instansi", nama="")
    assert empty.status_code == 422 and 'id="nama-error"' in text_of(empty)
    long = send(client, page, "/instansi", kontak="x" * 501)
    assert long.status_code == 422 and 'id="kontak-error"' in text_of(long)
    send(client, page, "/instansi", nama="Badan Pengawas", kontak="Telepon 021-1")
    assert "Badan Pengawas" in text_of(client.get("/kelola/instansi"))
    assert "Badan Pengawas" in text_of(client.get("/saya"))


def test_pages_speak_english(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    for url, words in (
        ("/kelola", "Administration"),
        ("/kelola/kalender", "working days"),
        ("/saya", "Sessions"),
    ):
        assert words in text_of(client.get(f"{url}?bahasa=en")), url


def test_two_administrators_who_change_one_person_do_not_overwrite_each_other(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "admin@bpom")
    url = "/kelola/orang/P-verifikator/ubah"
    first, second = client.get(url), client.get(url)
    assert send(client, first, "/ubah", nama="Vera Contoh").status_code == 303
    late = send(client, second, "/ubah", surel="vera@bpom.example")
    assert late.status_code == 409
    assert "Vera Contoh" in text_of(late) and 'value="vera@bpom.example"' in text_of(late)
    with house.database.read() as session:
        assert session.get_one(Person, "P-verifikator").email == ""
    assert send(client, late, "/ubah", nama="Vera Contoh").status_code == 303
    with house.database.read() as session:
        kept = session.get_one(Person, "P-verifikator")
    assert (kept.name, kept.email) == ("Vera Contoh", "vera@bpom.example")
