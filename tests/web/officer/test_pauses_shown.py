"""Before a pause ends, an officer sees what its end makes of the limit, and how that end is counted."""

from datetime import date, timedelta

from flask.testing import FlaskClient

from engine.clock import ManualClock
from engine.people import keeping
from engine.runtime.house import House
from tests.web import officers
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import sign_in

NUMBER = "BP-2026-000001"


def test_the_page_tells_when_it_would_be_due_if_the_answer_came_now(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    people.report(house)
    officers.ask(house, "Mohon kirim foto kuitansi.")  # on Tuesday 2 June; the clock has 5 HK
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(f"/laporan/{NUMBER}"))
    assert "Bila jawaban datang sekarang, tenggatnya menjadi Sel 9 Jun 2026 16.00 WIB." in html
    clock.advance(timedelta(days=2))
    keeping.add_change(house, people.who(house, "admin@bpom"), date(2026, 6, 8), "libur", "Libur setempat")
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(f"/laporan/{NUMBER}"))
    assert "Bila jawaban datang sekarang, tenggatnya menjadi Jum 12 Jun 2026 16.00 WIB." in html
    assert "Sen 8 Jun 2026: Libur setempat" in html
    assert "Bagaimana akhir jeda dihitung?" in html


def test_the_page_of_an_anonymous_report_tells_no_time_of_day_of_a_pause(
    client: FlaskClient, house: House
) -> None:
    people.report(house, anonim=True, pelapor_nama=None, pelapor_kontak=None)
    officers.ask(house, "Mohon kirim foto kuitansi.")
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get(f"/laporan/{NUMBER}"))
    assert "Bagaimana akhir jeda dihitung?" in html and "Bila jawaban datang sekarang" in html
    assert "Dihitung dari Sel 2 Jun 2026." in html and "Dihitung dari Sel 2 Jun 2026 09.00" not in html
    assert "Dijeda sejak Sel 2 Jun 2026 09.00" not in html and "Dijeda dari Sel 2 Jun 2026 09.00" not in html
