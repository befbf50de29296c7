"""One's own account: language, password, sessions, tokens."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.errors import Conflict
from engine.people import account
from engine.people.principals import of_person
from engine.runtime.house import House
from tests.web.pages import PASSWORD, send, sign_in

FRESH = "sandi yang baru sekali"


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_the_page_shows_name_roles_and_agency(client: FlaskClient) -> None:
    assert client.get("/saya").status_code == 303
    sign_in(client, "verifikator@bpom")
    page = text_of(client.get("/saya"))
    assert "Verifikator" in page and "Badan POM" in page and "verifikator@bpom" in page


def test_a_language_is_kept_with_the_account(client: FlaskClient) -> None:
    sign_in(client, "verifikator@bpom")
    client.get("/bahasa/id?kembali=/saya")
    send(client, client.get("/saya"), "/bahasa", bahasa="en")
    assert "My account" in text_of(client.get("/saya"))
    client.delete_cookie("alur_bahasa")
    sign_in(client, "verifikator@bpom")
    page = client.get("/saya")
    assert "My account" in text_of(page)
    assert send(client, page, "/bahasa", bahasa="xx").status_code == 422


def test_the_password_changes_only_with_the_old_one(client: FlaskClient) -> None:
    elsewhere = client.application.test_client()
    sign_in(elsewhere, "verifikator@bpom")
    sign_in(client, "verifikator@bpom")
    page = client.get("/saya")
    wrong = send(client, page, "/sandi", sandi_lama="salah", sandi_baru="pendek")
    assert wrong.status_code == 422
    assert 'id="sandi_lama-error"' in text_of(wrong) and 'id="sandi_baru-error"' in text_of(wrong)
    assert "pendek" not in text_of(wrong)
    assert elsewhere.get("/tugas").status_code == 200
    changed = send(client, page, "/sandi", sandi_lama=PASSWORD, sandi_baru=FRESH)
    assert changed.status_code == 303
    assert client.get("/tugas").status_code == 200
    assert elsewhere.get("/tugas").status_code == 303
    assert sign_in(elsewhere, "verifikator@bpom").status_code == 401
    assert sign_in(elsewhere, "verifikator@bpom", FRESH).status_code == 303


def test_guessing_the_old_password_is_slowed(client: FlaskClient) -> None:
    sign_in(client, "verifikator@bpom")
    page = client.get("/saya")
    answers = [send(client, page, "/sandi", sandi_lama="salah", sandi_baru=FRESH) for _ in range(7)]
    assert answers[0].status_code == 422 and answers[-1].status_code == 429
    assert "Retry-After" in answers[-1].headers


def test_signing_out_everywhere_is_asked_and_ends_all_sessions(client: FlaskClient) -> None:
    elsewhere = client.application.test_client()
    colleague = client.application.test_client()
    sign_in(elsewhere, "verifikator@bpom")
    sign_in(colleague, "admin@bpom")
    sign_in(client, "verifikator@bpom")
    asked = client.get("/saya/sesi")
    assert elsewhere.get("/tugas").status_code == 200
    assert send(client, asked, "/saya/sesi").status_code == 303
    assert client.get("/tugas").status_code == 303
    assert elsewhere.get("/tugas").status_code == 303
    assert colleague.get("/tugas").status_code == 200


def test_a_token_is_shown_once_works_and_is_revoked(client: FlaskClient) -> None:
    sign_in(client, "verifikator@bpom")
    program = client.application.test_client()
    page = client.get("/saya")
    assert send(client, page, "/token", nama_token="").status_code == 422
    made = text_of(send(client, page, "/token", nama_token="ekspor angka"))
    found = re.search(r"alur_[0-9a-f]{64}", made)
    assert found
    bearer = {"Authorization": f"Bearer {found[0]}"}
    assert program.get("/api/v1/work-items", headers=bearer).status_code == 200
    page = text_of(client.get("/saya"))
    assert "ekspor angka" in page and found[0] not in page
    revoke = re.search(r"/saya/token/[^\"]+/cabut", page)
    assert revoke
    other = client.application.test_client()
    sign_in(other, "admin@bpom")
    assert other.get(revoke[0]).status_code == 404
    asked = client.get(revoke[0])
    assert "ekspor angka" in text_of(asked)
    send(client, asked, "/cabut")
    assert program.get("/api/v1/work-items", headers=bearer).status_code == 401
    assert "ekspor angka" not in text_of(client.get("/saya"))


def test_tokens_are_bounded(house: House) -> None:
    with house.database.read() as session:
        who = of_person(session, "P-verifikator", house.now())
    for number in range(account.MOST_TOKENS):
        account.new_token(house, who, f"t{number}")
    with pytest.raises(Conflict, match="Revoke one"):
        account.new_token(house, who, "zu viel")
