"""Forged, stale and repeated forms."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from engine.clock import ManualClock
from tests.web.pages import form, send, sign_in, token
from webapp import csrf
from webapp.access import allow, public, signed_in
from webapp.factory import create_app


@pytest.fixture
def app(house: Any) -> Flask:
    app = create_app(house)
    pages = Blueprint("trial", __name__)

    @pages.post("/coba/umum")
    @allow(public)
    def anybody() -> str:
        return f"taken {csrf.submitted_key()}"

    @pages.post("/coba/orang")
    @allow(signed_in)
    def people() -> str:
        return f"taken {csrf.submitted_key()}"

    app.register_blueprint(pages)
    return app


def test_a_public_form_needs_a_token_of_ours(client: FlaskClient) -> None:
    assert client.post("/coba/umum", data={}).status_code == 400
    assert client.post("/coba/umum", data={"_token": "palsu"}).status_code == 400
    assert client.post("/coba/umum", data={"_token": token(client)}).status_code == 200


def test_a_public_form_sent_twice_has_one_key(client: FlaskClient) -> None:
    made = token(client)
    first = client.post("/coba/umum", data={"_token": made, "_kunci": "pilihan-sendiri"})
    again = client.post("/coba/umum", data={"_token": made})
    other = client.post("/coba/umum", data={"_token": token(client)})
    assert first.data == again.data != other.data
    assert b"pilihan-sendiri" not in first.data


def test_a_form_left_open_comes_back_filled(client: FlaskClient, clock: ManualClock) -> None:
    made = token(client)
    clock.advance(timedelta(hours=13))
    stale = client.post("/coba/umum", data={"_token": made, "isi": "panjang <b>", "daftar": ["a", "b"]})
    assert stale.status_code == 400
    assert form(stale, "/coba/umum")["fields"]["daftar"] == ["a", "b"]
    assert "panjang &lt;b&gt;" in stale.get_data(as_text=True)
    assert send(client, stale, "/coba/umum").data.startswith(b"taken ")


def test_a_signed_in_form_needs_the_sessions_token(client: FlaskClient, app: Flask) -> None:
    sign_in(client, "admin@bpom")
    foreign = token(app.test_client())
    assert client.post("/coba/orang", data={"_token": foreign, "_kunci": "k"}).status_code == 400
    page = client.post("/coba/orang", data={"_kunci": "k"})
    assert send(client, page, "/coba/orang").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://jahat.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_another_site_cannot_send_our_forms(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/coba/umum", data={"_token": token(client)}, headers=headers)
    assert answer.status_code == 403


def test_our_own_origin_is_welcome(client: FlaskClient) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/coba/umum", data={"_token": token(client)}, headers=headers).status_code == 200
