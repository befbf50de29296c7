"""Default deny, roles, sessions and their ends."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient

from engine.clock import ManualClock
from tests.web.pages import form, forms, send, sign_in
from webapp import access, refill
from webapp.access import allow, public, role, signed_in
from webapp.factory import create_app


@pytest.fixture
def app(house: Any) -> Flask:
    """The application with a few pages of the test's own."""
    app = create_app(house)
    pages = Blueprint("trial", __name__)

    @pages.get("/coba/masuk")
    @allow(signed_in)
    def for_people() -> str:
        return "people"

    @pages.get("/coba/admin")
    @allow(role("admin", "perancang"))
    def for_admins() -> str:
        return "admins"

    @pages.get("/coba/lupa")
    def forgotten() -> str:
        return "forgotten"

    @pages.post("/coba/simpan")
    @allow(signed_in)
    def save() -> str:
        return f"saved {request.form['isi']}"

    @pages.post("/coba/ubah")
    @allow(signed_in)
    @refill.refillable
    def edit() -> str:
        return "shown filled" if refill.is_review() else "saved"

    @pages.post("/coba/umum")
    @allow(public)
    def anybody() -> str:
        return "taken"

    app.register_blueprint(pages)
    return app


def test_every_route_of_the_product_declares_its_rule(house: Any) -> None:
    assert access.undeclared(create_app(house)) == []


def test_a_route_without_rule_is_found_and_refused(app: Flask, client: FlaskClient) -> None:
    assert access.undeclared(app) == ["trial.forgotten /coba/lupa"]
    answer = client.get("/coba/lupa")
    assert answer.status_code == 500
    assert b"forgotten" not in answer.data


def test_nobody_is_asked_to_sign_in_and_led_back(client: FlaskClient) -> None:
    answer = client.get("/coba/masuk?a=1")
    assert answer.status_code == 303
    page = client.get(answer.location)
    done = send(client, page, login="verifikator@bpom", kata_sandi="rahasia sekali")
    assert done.location == "/coba/masuk?a=1"
    assert client.get(done.location).data == b"people"


@pytest.mark.parametrize("elsewhere", ["https://jahat.example/", "//jahat.example", "/\\jahat.example"])
def test_sign_in_never_leads_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    page = client.get("/masuk", query_string={"kembali": elsewhere})
    assert "kembali" not in form(page)["fields"]
    done = send(client, page, login="verifikator@bpom", kata_sandi="rahasia sekali", kembali=elsewhere)
    assert done.location == "/beranda"


def test_a_role_opens_its_pages_and_its_lack_closes_them(client: FlaskClient) -> None:
    sign_in(client, "verifikator@bpom")
    answer = client.get("/coba/admin")
    assert answer.status_code == 403
    assert "admin / perancang" in answer.get_data(as_text=True)
    sign_in(client, "admin@bpom")
    assert client.get("/coba/admin").data == b"admins"


def test_the_session_cookie_is_hidden_from_scripts_and_bound_to_https(client: FlaskClient) -> None:
    plain = sign_in(client, "admin@bpom").headers["Set-Cookie"]
    assert plain.startswith("alur=") and "HttpOnly" in plain and "SameSite=Lax" in plain
    page = client.get("/masuk", base_url="https://localhost")
    fields = form(page)["fields"] | {"login": "admin@bpom", "kata_sandi": "rahasia sekali"}
    secure = client.post("/masuk", base_url="https://localhost", data=fields).headers["Set-Cookie"]
    assert secure.startswith("__Host-alur=") and "Secure" in secure and "Path=/" in secure


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient) -> None:
    cookie = sign_in(client, "admin@bpom").headers["Set-Cookie"].split(";")[0].partition("=")[2]
    page = client.get("/masuk")
    assert page.status_code == 303
    home = client.get("/coba/admin")
    assert home.data == b"admins"
    sign_out = next(f for f in forms(client.get("/tidak-ada")) if f["action"].startswith("/keluar"))
    client.post("/keluar", data=sign_out["fields"])
    client.set_cookie("alur", cookie)
    assert client.get("/coba/admin").status_code == 303


def test_half_an_hour_of_rest_ends_a_session(client: FlaskClient, clock: ManualClock) -> None:
    sign_in(client, "admin@bpom")
    clock.advance(timedelta(minutes=29))
    assert client.get("/coba/admin").status_code == 200
    clock.advance(timedelta(minutes=31))
    assert client.get("/coba/admin").status_code == 303


def test_what_was_typed_survives_an_ended_session(client: FlaskClient, clock: ManualClock) -> None:
    sign_in(client, "admin@bpom")
    clock.advance(timedelta(minutes=31))
    for path, seen in (("/coba/ubah", b"shown filled"), ("/coba/simpan", b"tulisan panjang")):
        asked = client.post(path, data={"isi": "tulisan panjang", "_token": "lama"})
        assert asked.status_code == 401
        back = send(client, asked, login="admin@bpom", kata_sandi="rahasia sekali")
        assert "tulisan panjang" in back.get_data(as_text=True)
        returned = send(client, back, path, _isi="1")
        assert returned.status_code == 200 and seen in returned.data
        assert b"saved" not in returned.data
        clock.advance(timedelta(minutes=31))


def test_a_returned_form_can_be_sent_as_it_is(client: FlaskClient, clock: ManualClock) -> None:
    sign_in(client, "admin@bpom")
    clock.advance(timedelta(minutes=31))
    asked = client.post("/coba/simpan", data={"isi": "tulisan"})
    back = send(client, asked, login="admin@bpom", kata_sandi="rahasia sekali")
    shown = send(client, back, "/coba/simpan", _isi="1")
    assert send(client, shown, "/coba/simpan").data == b"saved tulisan"


def test_wrong_passwords_look_alike_and_are_slowed(client: FlaskClient) -> None:
    texts = set()
    for login in ("verifikator@bpom", "tiada@bpom"):
        answer = sign_in(client, login, "salah")
        assert answer.status_code == 401
        texts.add(answer.get_data(as_text=True).split("galat-judul")[2].split("</div>")[0])
    assert len(texts) == 1
    for _ in range(5):
        answer = sign_in(client, "verifikator@bpom", "salah")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_public_pages_read_and_set_no_cookie(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/")
    assert "Set-Cookie" not in page.headers
    assert "Admin" not in page.get_data(as_text=True)


def test_a_bearer_token_that_is_none_is_refused_as_a_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/apa", headers={"Authorization": "Bearer alur_x"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
