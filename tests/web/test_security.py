"""Headers, static files, error pages and problem documents."""

import logging
import re
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from engine import errors
from engine.errors import FieldError, msg
from webapp import security
from webapp.access import allow, public
from webapp.factory import create_app

RAISED: dict[str, errors.AlurError] = {
    "notfound": errors.NotFound("No such thing."),
    "forbidden": errors.Forbidden("Not yours."),
    "conflict": errors.Conflict("Taken.", state="taken"),
    "stale": errors.Stale("Old."),
    "invalid": errors.Invalid("Wrong.", [FieldError("judul", msg("Too long."))]),
    "refused": errors.Refused("No.", ["a fault"]),
    "toolarge": errors.TooLarge("Big."),
    "toomany": errors.TooMany("Slow down.", retry_after=7),
    "other": errors.AlurError("Something."),
}
EXPECTED = {
    "notfound": 404, "forbidden": 403, "conflict": 409, "stale": 409, "invalid": 422, "refused": 422,
    "toolarge": 413, "toomany": 429, "other": 422,
}  # fmt: skip


@pytest.fixture
def app(house: Any) -> Flask:
    app = create_app(house)
    pages = Blueprint("trial", __name__)
    drawn = Blueprint("drawn", __name__)
    security.loosen(drawn, style_src="'self' 'unsafe-inline'")

    @pages.get("/coba/<kind>", endpoint="page")
    @pages.get("/api/v1/coba/<kind>", endpoint="api")
    @allow(public)
    def fail(kind: str) -> str:
        if kind == "crash":
            raise RuntimeError("sandi tersimpan di sini")
        raise RAISED[kind]

    @drawn.get("/gambar")
    @allow(public)
    def drawing() -> str:
        return "drawing"

    app.register_blueprint(pages)
    app.register_blueprint(drawn)
    return app


@pytest.mark.parametrize("url", ["/", "/tidak-ada", "/coba/crash", "/static/alur.css"])
def test_every_answer_carries_the_strict_policy(client: FlaskClient, url: str) -> None:
    with client.get(url) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_one_blueprint_may_loosen_its_own_policy_only(client: FlaskClient) -> None:
    assert "style-src 'self' 'unsafe-inline'" in client.get("/gambar").headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/coba/notfound").headers["Content-Security-Policy"]
    with pytest.raises(ValueError, match="style-source"):
        security.loosen(Blueprint("x", __name__), style_source="'self'")


def test_pages_have_no_inline_script_or_style(client: FlaskClient) -> None:
    for url in ("/", "/masuk", "/tidak-ada"):
        html = client.get(url).get_data(as_text=True)
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", html), url


def test_static_files_are_kept_by_their_content(client: FlaskClient) -> None:
    found = re.search(r'href="(/static/alur\.css\?v=\w{12})"', client.get("/").get_data(as_text=True))
    assert found
    with client.get(found[1]) as kept, client.get("/static/alur.css?v=old") as asked:
        assert "max-age=31536000, immutable" in kept.headers["Cache-Control"]
        assert asked.headers["Cache-Control"] == "no-cache"
    assert client.get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", EXPECTED)
def test_engine_errors_become_pages_and_problem_documents(client: FlaskClient, kind: str) -> None:
    page = client.get(f"/coba/{kind}")
    assert page.status_code == EXPECTED[kind]
    assert page.content_type.startswith("text/html")
    assert str(RAISED[kind].message) in page.get_data(as_text=True)
    problem = client.get(f"/api/v1/coba/{kind}")
    assert problem.status_code == EXPECTED[kind]
    assert problem.content_type == "application/problem+json"
    assert problem.json and problem.json["status"] == EXPECTED[kind]
    assert problem.json["detail"] == str(RAISED[kind].message)


def test_problem_documents_carry_the_details(client: FlaskClient) -> None:
    assert client.get("/api/v1/coba/invalid").json["errors"] == [{"key": "judul", "message": "Too long."}]
    assert client.get("/api/v1/coba/refused").json["findings"] == ["a fault"]
    assert client.get("/api/v1/coba/conflict").json["state"] == "taken"
    assert client.get("/coba/toomany").headers["Retry-After"] == "7"


def test_a_crash_gives_a_number_and_logs_no_values(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/coba/crash?rahasia=benar")
    assert answer.status_code == 500
    number = re.search(r"<code>(\w{10})</code>", answer.get_data(as_text=True))
    assert number and number[1] in caplog.text
    assert "RuntimeError" in caplog.text and "test_security.py" in caplog.text
    assert "sandi tersimpan" not in caplog.text and "rahasia" not in caplog.text
    assert "sandi tersimpan" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_request_too_large_is_told_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(security, "LARGEST_BODY", 10_000)
    app.config["MAX_FORM_MEMORY_SIZE"] = 10_000
    answer = client.post("/lapor/bpom/sp4n_umum", data={"_token": "x" * 20_000}, content_type=kind)
    assert answer.status_code == 413
    assert "Terlalu besar" in answer.get_data(as_text=True)


def test_practice_and_encryption_are_said_when_the_application_is_made(house: Any) -> None:
    plain = create_app(house).test_client().get("/")
    assert "Strict-Transport-Security" not in plain.headers and "Latihan" not in plain.get_data(as_text=True)
    other = create_app(house, https=True, practice=True).test_client().get("/")
    assert "Strict-Transport-Security" in other.headers
    assert "Latihan: tidak ada yang dimasukkan di sini" in other.get_data(as_text=True)


def test_unknown_addresses_and_methods(client: FlaskClient) -> None:
    assert client.get("/tidak-ada").status_code == 404
    assert client.get("/api/v1/tidak-ada").content_type == "application/problem+json"
    wrong = client.get("/keluar")
    assert wrong.status_code == 405 and "POST" in wrong.headers["Allow"]
