"""Following by number: unknown and secret reports look alike, nothing private is told."""

from datetime import timedelta

from flask.testing import FlaskClient

from engine.clock import ManualClock
from engine.runtime.house import House
from tests.web import officers
from tests.web.journeys import file_report, text_of
from tests.web.pages import form


def test_a_number_leads_to_its_status_however_it_is_typed(client: FlaskClient) -> None:
    sent = file_report(client)
    typed = sent.number.lower().replace("-", " ")
    answer = client.get("/lacak", query_string={"nomor": typed})
    assert answer.location == f"/lacak/{sent.number}"
    page = client.get(answer.location)
    html = text_of(page)
    assert page.status_code == 200
    assert "Diterima" in html and "Badan POM" in html and "Sel 2 Jun 2026" in html
    assert "Set-Cookie" not in page.headers


def test_the_public_page_tells_no_text_no_name_and_no_case_number(client: FlaskClient) -> None:
    sent = file_report(client)
    html = text_of(client.get(f"/lacak/{sent.number}"))
    for private in ("Antre", "Sari", "BP-2026", "09.00", sent.code):
        assert private not in html


def test_unknown_and_secret_numbers_look_alike(client: FlaskClient) -> None:
    secret = file_report(client, rahasia="true")
    pages = []
    for number in (secret.number, "AAAA-BBBB-CCCC"):
        answer = client.get(f"/lacak/{number}")
        assert answer.status_code == 404
        token = form(answer, "/pelapor")["fields"]
        html = text_of(answer).replace(number, "X")
        for name in ("_token", "_kunci"):
            html = html.replace(token[name][0], "")
        pages.append(html)
    assert pages[0] == pages[1]


def test_odd_numbers_are_just_unknown(client: FlaskClient) -> None:
    for number in ("%00", "x" * 5000, "..%2F..", "%F0%9F%98%80"):
        assert client.get(f"/lacak/{number}").status_code == 404
    assert client.get("/lacak?nomor=%20").status_code == 200
    assert client.get("/lacak?nomor=---").location == "/lacak/-"


def test_the_status_follows_the_case(client: FlaskClient, house: House, clock: ManualClock) -> None:
    sent = file_report(client)
    clock.advance(timedelta(hours=1))
    officers.ask(house, "Mohon kirim foto kuitansi.")
    html = text_of(client.get(f"/lacak/{sent.number}"))
    assert "Menunggu jawaban" in html
    assert "kuitansi" not in html
