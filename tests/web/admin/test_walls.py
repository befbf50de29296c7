"""Who may not: officers, other agencies' administrators, administrators against themselves."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.db.models import RoleHolder
from engine.errors import Conflict
from engine.people import appointments, roles, staff
from engine.people.principals import of_person
from engine.runtime.house import House
from tests.web.pages import PASSWORD, form, send, sign_in

PAGES = (
    "/kelola",
    "/kelola/unit",
    "/kelola/unit/baru",
    "/kelola/orang",
    "/kelola/orang/baru",
    "/kelola/orang/P-verifikator",
    "/kelola/orang/P-verifikator/ubah",
    "/kelola/orang/P-verifikator/sandi",
    "/kelola/orang/P-verifikator/nonaktif",
    "/kelola/peran",
    "/kelola/peran/baru",
    "/kelola/kalender",
    "/kelola/kalender/hitung",
    "/kelola/instansi",
)


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("url", [*PAGES, "/pengelola", "/pengelola/baru", "/pengelola/bpom"])
def test_an_officer_may_not_and_is_told_who_can_grant_it(client: FlaskClient, url: str) -> None:
    sign_in(client, "verifikator@bpom")
    answer = client.get(url)
    assert answer.status_code == 403
    assert "Administrator instansi Anda dapat memberikannya" in text_of(answer)


@pytest.mark.parametrize("url", PAGES)
def test_the_administrator_may(client: FlaskClient, url: str) -> None:
    sign_in(client, "admin@bpom")
    answer = client.get(url)
    assert answer.status_code == 200
    assert text_of(answer).count("<h1") == 1


@pytest.mark.parametrize("url", ["/kelola/orang/P-verifikator", "/kelola/orang/tiada"])
@pytest.mark.parametrize("part", ["", "/ubah", "/sandi", "/nonaktif", "/peran/H-verifikator/akhiri"])
def test_another_agencys_person_looks_unknown(
    client: FlaskClient, others: House, url: str, part: str
) -> None:
    sign_in(client, "admin@kemenkes")
    answer = client.get(url + part)
    assert answer.status_code == 404
    assert "Verifikator" not in text_of(answer)


def test_posts_against_another_agency_change_nothing(client: FlaskClient, others: House) -> None:
    sign_in(client, "admin@kemenkes")
    fields = {name: values[0] for name, values in form(client.get("/kelola/unit/baru"))["fields"].items()}
    for url in (
        "/kelola/orang/P-verifikator/ubah",
        "/kelola/orang/P-verifikator/sandi",
        "/kelola/orang/P-verifikator/nonaktif",
        "/kelola/orang/P-verifikator/peran",
        "/kelola/orang/P-verifikator/peran/H-verifikator/akhiri",
    ):
        sent = {**fields, "nama": "Lain", "kata_sandi": "x" * 20, "peran": "admin"}
        assert client.post(url, data=sent).status_code == 404, url
    sign_in(client, "verifikator@bpom")
    assert client.get("/tugas").status_code == 200


def test_no_administrator_ends_their_own_administration_or_account(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    asked = client.get("/kelola/orang/P-admin/peran/H-admin/akhiri")
    answer = send(client, asked, "/akhiri")
    assert answer.status_code == 409
    assert "tidak dapat mengakhiri" in text_of(answer)
    page = client.get("/kelola/orang/P-admin")
    assert "/nonaktif" not in text_of(page)
    assert send(client, client.get("/kelola/orang/P-admin/nonaktif"), "/nonaktif").status_code == 409
    assert client.get("/kelola").status_code == 200


def test_an_agency_cannot_make_itself_the_platform(client: FlaskClient, house: House) -> None:
    sign_in(client, "admin@bpom")
    answer = send(client, client.get("/kelola/peran/baru"), "/baru", kunci="pengelola", judul="Pengelola")
    assert answer.status_code == 422
    assert 'id="kunci-error"' in text_of(answer)
    with house.database.write() as session:
        since = house.now()
        session.add(RoleHolder(id="H-x", agency_id="A1", person_id="P-admin", role="pengelola", since=since))
    assert client.get("/pengelola").status_code == 403


def test_a_login_of_another_agency_cannot_be_taken(client: FlaskClient, others: House) -> None:
    sign_in(client, "admin@bpom")
    answer = send(
        client,
        client.get("/kelola/orang/baru"),
        "/baru",
        nama="Palsu",
        login="menteri@kemenkes",
        kata_sandi="x" * 20,
    )
    assert answer.status_code == 422
    assert "@bpom" in text_of(answer)


def test_services_guard_appointments(house: House) -> None:
    with house.database.read() as session:
        admin = of_person(session, "P-admin", house.now())
    roles.save_role(house, admin, "verifikator", "Verifikator")
    with pytest.raises(Conflict, match="holds this role"):
        appointments.grant(house, admin, "P-verifikator", "verifikator")
    appointments.end_grant(house, admin, "H-verifikator")
    with pytest.raises(Conflict, match="ended already"):
        appointments.end_grant(house, admin, "H-verifikator")
    appointments.grant(house, admin, "P-verifikator", "verifikator")
    staff.change_person(house, admin, "P-verifikator", name="V", active=False)
    with pytest.raises(Conflict, match="left"):
        appointments.grant(house, admin, "P-verifikator", "verifikator")


def test_a_new_password_and_a_closed_account_end_sessions(client: FlaskClient, house: House) -> None:
    officer = client.application.test_client()
    sign_in(officer, "verifikator@bpom")
    sign_in(client, "admin@bpom")
    weak = send(client, client.get("/kelola/orang/P-verifikator/sandi"), "/sandi", kata_sandi="pendek")
    assert weak.status_code == 422
    assert 'id="kata_sandi-error"' in text_of(weak)
    assert "pendek" not in text_of(weak)
    assert officer.get("/tugas").status_code == 200
    send(
        client, client.get("/kelola/orang/P-verifikator/sandi"), "/sandi", kata_sandi="sandi yang baru sekali"
    )
    assert officer.get("/tugas").status_code == 303
    assert sign_in(officer, "verifikator@bpom", PASSWORD).status_code == 401
    assert sign_in(officer, "verifikator@bpom", "sandi yang baru sekali").status_code == 303
    send(client, client.get("/kelola/orang/P-verifikator/nonaktif"), "/nonaktif")
    assert officer.get("/tugas").status_code == 303
    assert "Sudah keluar" in text_of(client.get("/kelola/orang/P-verifikator"))
    assert sign_in(officer, "verifikator@bpom", "sandi yang baru sekali").status_code == 401
    send(client, client.get("/kelola/orang/P-verifikator"), "/aktif")
    assert sign_in(officer, "verifikator@bpom", "sandi yang baru sekali").status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "/kelola/orang/P-verifikator/peran",
        "/kelola/peran/admin/ubah",
        "/kelola/peran/admin/tunjuk",
        "/saya/bahasa",
        "/saya/sandi",
        "/saya/token",
    ],
)
def test_addresses_of_forms_can_be_opened_again(client: FlaskClient, house: House, url: str) -> None:
    """After a refused form the page in the address bar is reloaded, or read in another language."""
    with house.database.read() as session:
        admin = of_person(session, "P-admin", house.now())
    roles.save_role(house, admin, "admin", "Administrator")
    sign_in(client, "admin@bpom")
    assert client.get(url).status_code == 200
