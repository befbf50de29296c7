"""Whether limits are kept, as a head sees it: counted from the due times themselves, for one's own agency."""

import csv
import io
import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.cases.timeliness import timeliness
from engine.runtime import operations, work_items
from engine.runtime.house import House
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import sign_in
from webapp.supervisor.timeliness import plain

PAGE = "/pantau/ketepatan"
JUNE = "dari=2026-06-01&sampai=2026-06-30"


def _register(house: House) -> None:
    who = people.who(house, "petugas_pengaduan@bpom")
    item = people.row(house, people.item_of(house, "T01_registrasi"))
    work_items.complete(house, who, item.id, item.version, {"nomor_register": "1"}, take=True)


def _records(client: FlaskClient, asked: str = JUNE) -> dict[tuple[str, str], list[str]]:
    """Limit, in time, late, running, per cent: by name and month."""
    answer = client.get(f"{PAGE}.csv?{asked}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    head, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    assert head[-4:] == ["Tepat waktu", "Lewat", "Berjalan", "Persen tepat waktu"]
    return {(name, month): rest for _, _, name, month, *rest in rows}


@pytest.fixture
def kept(client: FlaskClient, house: House) -> None:
    """Three reports of 2 June: registered in time, registered late, and not registered at all."""
    people.report(house, "1")
    _register(house)
    people.report(house, "2")
    people.report(house, "3")
    people.let_time_pass(house, days=2)
    _register(house)
    sign_in(client, "admin_instansi@bpom")


@pytest.mark.usefixtures("kept")
def test_steps_and_clocks_are_counted_against_their_own_due_times(client: FlaskClient) -> None:
    found = _records(client)
    name, limit = next((name, row) for (name, month), row in found.items() if not month and row[1] == "1")
    assert limit == ["1 hari kerja", "1", "2", "0", "33.3"]
    assert found["Tanggapan pertama", "2026-06"] == ["5 hari kerja", "0", "0", "3", ""]
    html = text_of(client.get(f"{PAGE}?{JUNE}"))
    assert re.search(rf"{name}</th><td[^>]*>1 hari kerja</td>\s*<td[^>]*>33,3 %</td>", html, re.DOTALL)
    assert "Belum ada batas waktu laporan dari periode ini yang selesai dihitung." in html


@pytest.mark.usefixtures("kept")
def test_a_clock_is_late_once_it_has_passed_unless_it_stopped_before(
    client: FlaskClient, house: House
) -> None:
    people.report(house, "4")
    item = people.row(house, people.item_of(house, "V_T01"))
    operations.terminate(house, people.who(house, "admin@bpom"), item.instance_id, "Dikirim dua kali.")
    people.let_time_pass(house, days=12)
    sign_in(client, "admin_instansi@bpom")
    assert _records(client)["Tanggapan pertama", "2026-06"] == ["5 hari kerja", "1", "3", "0", "25.0"]
    assert "batas waktu laporan ditepati: 25 %." in text_of(client.get(f"{PAGE}?{JUNE}"))


@pytest.mark.usefixtures("kept")
def test_a_report_belongs_to_the_day_on_which_it_was_filed(client: FlaskClient) -> None:
    assert len(_records(client, "dari=2026-06-02&sampai=2026-06-02")) > 1
    for asked in ("dari=2026-06-03&sampai=2026-06-30", "dari=2026-05-01&sampai=2026-06-01"):
        assert _records(client, asked) == {}
        html = text_of(client.get(f"{PAGE}?{asked}"))
        assert "Tidak ada laporan dari periode ini yang memiliki jam." in html and "CSV" not in html


@pytest.mark.usefixtures("kept")
def test_without_a_period_it_is_the_last_twelve_months(client: FlaskClient) -> None:
    html = text_of(client.get(PAGE))
    assert 'value="2025-07-01"' in html and 'value="2026-06-04"' in html and "1 hari kerja" in html


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("dari=kemarin&sampai=2026-06-01", "Tulis tanggal, misalnya 2026-01-31."),
        ("dari=2026-06-02&sampai=2026-06-01", "Pilih hari yang lebih akhir."),
        ("dari=2024-06-02&sampai=2026-06-01", "Pilih hari yang lebih akhir."),
    ],
)
def test_a_period_that_is_none_is_told_beside_its_field(client: FlaskClient, asked: str, told: str) -> None:
    sign_in(client, "admin_instansi@bpom")
    answer = client.get(f"{PAGE}?{asked}")
    html = text_of(answer)
    assert answer.status_code == 422 and told in html and 'aria-invalid="true"' in html
    assert asked.partition("=")[2].partition("&")[0] in html  # what was typed is still there
    assert client.get(f"{PAGE}.csv?{asked}").status_code == 422


@pytest.mark.usefixtures("kept")
def test_reports_that_one_must_not_see_are_not_counted(client: FlaskClient, house: House) -> None:
    people.employ(house, "kepala@bpom", "admin_instansi", unit="loket")
    filed = people.report(house, "4")
    sign_in(client, "kepala@bpom")
    assert _records(client)["Tanggapan pertama", "2026-06"][3] == "4"
    people.accuse(house, filed, "loket")
    assert _records(client)["Tanggapan pertama", "2026-06"][3] == "3"


@pytest.mark.usefixtures("kept")
def test_another_agency_has_its_own_figures(house: House) -> None:
    people.second_agency(house)
    found = timeliness(house, people.who(house, "petugas@kemenkes"), date(2026, 6, 1), date(2026, 6, 30))
    assert (found.clocks, found.steps) == ([], [])


def test_a_text_that_a_spreadsheet_would_run_stays_a_text() -> None:
    assert plain("=1+1") == "'=1+1" and plain("Registrasi") == "Registrasi"
