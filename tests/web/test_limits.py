"""Strangers are slowed down by address, of which nothing is kept; who waits a little is let in again."""

import io
from contextlib import suppress
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress import create_server

from engine.bootstrap import Settings
from engine.errors import TooMany
from engine.runtime.house import House
from tests.support.agency import REPORT
from tests.web.journeys import file_report, open_own, text_of, to_check_page
from tests.web.pages import send
from webapp.cli.serve import behind
from webapp.limits import DAY_SECONDS, FILINGS, GUESSES, UPLOADS, Limit, Limiter

FAR, OTHER = "203.0.113.77", "203.0.113.78"
TWO = Limit("two", 2, 1 / 10)


class Seconds:
    """A stopwatch that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limiter(app: Flask, seconds: Seconds) -> Limiter:
    app.extensions["alur.limits"] = Limiter(seconds)
    found: Limiter = app.extensions["alur.limits"]
    return found


def test_a_burst_then_a_rate_for_each_address(limiter: Limiter, seconds: Seconds) -> None:
    for _ in range(2):
        limiter.take(TWO, FAR)
    with pytest.raises(TooMany) as refused:
        limiter.take(TWO, FAR)
    limiter.take(TWO, OTHER)
    seconds.now += refused.value.details["retry_after"]
    limiter.take(TWO, FAR)


def test_an_ipv6_client_does_not_change_its_address_to_begin_anew(limiter: Limiter) -> None:
    for host in ("::1", "::2"):
        limiter.take(TWO, f"2001:db8:1:1{host}")
    with pytest.raises(TooMany):
        limiter.take(TWO, "2001:db8:1:1::3")
    limiter.take(TWO, "2001:db8:1:2::3")


def test_nothing_of_an_address_is_held_and_the_key_lasts_a_day(limiter: Limiter, seconds: Seconds) -> None:
    for _ in range(2):
        limiter.take(TWO, FAR)
    assert FAR not in repr(vars(limiter))
    before = limiter._secret
    seconds.now += DAY_SECONDS + 1
    limiter.take(TWO, FAR)
    assert limiter._secret != before and len(limiter._levels) == 1


def test_filings_are_held_to_a_rate(client: FlaskClient, limiter: Limiter, house: House) -> None:
    client.environ_base["REMOTE_ADDR"] = FAR
    check = to_check_page(client)
    statuses = [send(client, check, "/periksa").status_code for _ in range(int(FILINGS.burst) + 1)]
    assert set(statuses[:-1]) == {200} and statuses[-1] == 429
    body = {"agency": "bpom", "process": "sp4n_umum", "answers": REPORT}
    answer = client.post("/api/v1/complaints", json=body)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1
    client.environ_base["REMOTE_ADDR"] = OTHER
    assert client.post("/api/v1/complaints", json=body).status_code == 201


def test_uploads_are_held_to_a_rate(client: FlaskClient, limiter: Limiter) -> None:
    client.environ_base["REMOTE_ADDR"] = FAR

    def upload() -> int:
        data = {"agency": "bpom", "file": (io.BytesIO(b"%PDF-1.4\n%%EOF"), "a.pdf")}
        return client.post("/api/v1/files", data=data).status_code

    limiter.take(UPLOADS, FAR, int(UPLOADS.burst) - 1)
    assert [upload(), upload()] == [201, 429]


@pytest.mark.parametrize("path", ["/lacak/AAAA-AAAA", "/api/v1/complaints/AAAA-AAAA/status"])
def test_guesses_of_numbers_are_slowed_down(
    client: FlaskClient, limiter: Limiter, seconds: Seconds, path: str
) -> None:
    statuses = [client.get(path).status_code for _ in range(int(GUESSES.burst) + 1)]
    assert set(statuses[:-1]) == {404} and statuses[-1] == 429
    seconds.now += 1
    assert client.get(path).status_code == 404


def test_guesses_of_codes_are_slowed_down_and_the_right_one_works_after_a_moment(
    client: FlaskClient, limiter: Limiter, seconds: Seconds
) -> None:
    sent = file_report(client)
    page = client.get("/lacak")
    for _ in range(int(GUESSES.burst)):
        assert (
            send(client, page, "/pelapor", nomor=sent.number, kode="AAAA-AAAA-AAAA-AAAA").status_code == 404
        )
    assert client.get("/lacak").status_code == 429
    seconds.now += 1
    assert "Antre terlalu lama" in text_of(open_own(client, sent))


@pytest.mark.parametrize(
    ("trusted", "seen"), [("", "127.0.0.1"), ("127.0.0.1", FAR), ("192.0.2.1", "127.0.0.1")]
)
def test_only_the_named_proxy_is_believed(trusted: str, seen: str) -> None:
    """A program that tells whom it sees, behind the server of ``alur serve``."""

    def tell(environ: dict[str, str], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["REMOTE_ADDR"].encode()]

    settings = Settings.from_env({"ALUR_TRUSTED_PROXY": trusted})
    server = create_server(tell, host="127.0.0.1", port=0, **behind(settings))

    def serve() -> None:
        with suppress(OSError):  # the socket is closed under it
            server.run()

    Thread(target=serve, daemon=True).start()
    asked = HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
    asked.request("GET", "/", headers={"X-Forwarded-For": FAR})
    assert asked.getresponse().read().decode() == seen
    asked.close()
    server.close()
