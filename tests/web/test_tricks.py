"""Tricks with addresses, methods and headers: nothing is believed that whoever asks could have made up."""

import pytest
from flask.testing import FlaskClient

from tests.web.journeys import BEGIN, text_of
from tests.web.pages import form, sign_in

CLOSED = "/kelola/orang"


@pytest.mark.parametrize(
    "path",
    [
        "/kelola;x/orang", "/kelola/orang;jsessionid=1", "/kelola/orang.json", "/kelola//orang",
        "/%2e%2e/kelola/orang", "/static/../kelola/orang", "/static/%2e%2e/%2e%2e/kelola/orang",
        "/KELOLA/orang", "/kelola%2forang", "/kelola/orang/", "/lapor/..%2fkelola/orang",
        "/static/..%5c..%5cfactory.py", "/static/%2e%2e/factory.py", "/api/v1/../../kelola/orang",
    ],
)  # fmt: skip
def test_no_spelling_of_an_address_gets_around_its_rule(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (303, 308, 404), answer.status_code
    if answer.status_code == 303:
        assert answer.location.startswith("/masuk")
    if answer.status_code == 308:
        assert client.get(answer.location).status_code in (303, 404)
    assert "Tambah orang" not in text_of(answer)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_the_one_that_was_asked_with(client: FlaskClient, header: str) -> None:
    sign_in(client, "admin@bpom")
    url = "/kelola/orang/P-verifikator/nonaktif"
    fields = form(client.get(url), "/nonaktif")["fields"]
    assert client.get(url, headers={header: "POST"}, query_string=fields).status_code == 200
    assert client.get(f"{url}?_method=POST").status_code == 200
    assert "Akun ditutup" not in text_of(client.get("/kelola/orang/P-verifikator"))
    assert client.post("/saya", data=fields, headers={header: "DELETE"}).status_code == 405


def test_a_made_up_host_stands_in_no_answer(client: FlaskClient) -> None:
    liar = {"Host": "jahat.example", "X-Forwarded-Host": "jahat.example", "X-Forwarded-Proto": "https"}
    for url in ("/", BEGIN, "/lacak", "/masuk", CLOSED, "/pelapor", "/openapi.json"):
        answer = client.get(url, headers=liar)
        assert "jahat.example" not in text_of(answer) + str(answer.headers), url
        assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"])
def test_nobody_becomes_local_by_saying_so(client: FlaskClient, header: str) -> None:
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    assert client.get("/metrics").status_code == 200


def test_a_rewritten_address_of_another_server_is_not_followed(client: FlaskClient) -> None:
    for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"):
        answer = client.get("/lacak", headers={name: CLOSED})
        assert answer.status_code == 200 and "Tambah orang" not in text_of(answer)
