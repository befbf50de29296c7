"""Calendars of agencies and units: days, hours, zones and years, each kept with who and why."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import worktime
from engine.clock import instant
from engine.db.models import Agency, CalendarHours
from engine.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from engine.people import agencies, calendars, keeping
from engine.people.principals import Principal
from engine.runtime.house import House
from engine.worktime import Hours, Limit, Reason, week
from tests.support.agency import open_agency, open_house, principal

MONDAY = instant("2026-07-06T09:00+07:00")
SHORT = week(hours=Hours(time(8), time(15)))


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = open_house(database_url, tmp_path)
    open_agency(opened)
    yield opened
    opened.database.close()


@pytest.fixture
def keeper(house: House) -> Principal:
    return principal(house, "admin@contoh")


def due(house: House, keeper: Principal, limit: str, unit: str | None = None) -> str:
    """When a limit that starts on a Monday at 9 in Jakarta ends, on the calendar's wall clock."""
    days = calendars.calendar(house, keeper, unit)
    return str(worktime.due(Limit.parse(limit), MONDAY, days).receipt["due"])


def test_a_unit_counts_by_what_stands_nearest(house: House, keeper: Principal) -> None:
    agencies.save_unit(house, keeper, "kanwil", "Kantor Wilayah", fresh=True)
    agencies.save_unit(house, keeper, "loket", "Loket", parent="kanwil", fresh=True)
    keeping.add_change(house, keeper, date(2026, 7, 7), "libur", "HUT instansi")
    keeping.add_change(house, keeper, date(2026, 7, 8), "libur", "Galungan", unit="kanwil")
    keeping.add_change(house, keeper, date(2026, 7, 7), "kerja", "Loket tetap buka", unit="loket")
    keeping.set_zone(house, keeper, "kanwil", "Asia/Makassar", "Di Bali")
    assert due(house, keeper, "1 HK") == "2026-07-08T16:00:00+07:00"
    assert due(house, keeper, "1 HK", "kanwil") == "2026-07-09T16:00:00+08:00"
    assert due(house, keeper, "1 HK", "loket") == "2026-07-07T16:00:00+08:00"
    with pytest.raises(NotFound):
        due(house, keeper, "1 HK", "tidak_ada")
    with house.database.read() as session:  # a report may name what is no unit: the agency's calendar counts
        assert calendars.calendar_of(session, keeper.agency_id, "tidak_ada") == calendars.calendar(
            house, keeper
        )
    found = calendars.calendar(house, keeper, "loket")
    assert found.id == "id-nasional:loket"
    assert found.reason(date(2026, 7, 8)) == Reason("change", "Galungan")
    agencies.save_unit(house, keeper, "loket", "Loket", fresh=False)  # no longer below the regional office
    assert due(house, keeper, "2 HK", "loket") == "2026-07-08T16:00:00+07:00"


def test_hours_of_the_week_and_of_a_period(house: House, keeper: Principal) -> None:
    keeping.set_hours(house, keeper, week(range(6), Hours(time(7, 30), time(14))), "Enam hari kerja")
    keeping.set_period(house, keeper, date(2026, 7, 7), date(2026, 7, 8), SHORT, "Masa pindah kantor")
    assert due(house, keeper, "1 HK") == "2026-07-07T15:00:00+07:00"
    assert due(house, keeper, "3 HK") == "2026-07-09T14:00:00+07:00"
    standing, period = calendars.hours(house, keeper)
    assert (standing.first, period.first) == (None, date(2026, 7, 7))
    keeping.set_hours(house, keeper, week(), "Kembali ke lima hari")
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CalendarHours)) == 2  # the one before is gone
    keeping.remove_hours(house, keeper, period.id)
    assert due(house, keeper, "1 HK") == "2026-07-07T16:00:00+07:00"


def test_half_a_day_goes_before_the_hours_of_the_week_and_of_a_period(
    house: House, keeper: Principal
) -> None:
    keeping.set_period(house, keeper, date(2026, 7, 7), date(2026, 7, 8), SHORT, "Masa pindah kantor")
    half = Hours(time(8), time(11, 30))
    keeping.add_change(house, keeper, date(2026, 7, 8), "kerja", "Upacara", hours=half)
    assert due(house, keeper, "2 HK") == "2026-07-08T11:30:00+07:00"
    assert due(house, keeper, "1 HK") == "2026-07-07T15:00:00+07:00"
    assert keeping.kept(house, keeper)[0].data["hours"] == "08:00-11:30"
    with pytest.raises(Invalid) as refused:
        keeping.add_change(house, keeper, date(2026, 7, 9), "libur", "Upacara", hours=half)
    assert [fault.key for fault in refused.value.fields] == ["hours"]


def test_two_keepers_do_not_overwrite_each_other(house: House, keeper: Principal) -> None:
    rest = keeping.add_change(house, keeper, date(2026, 7, 7), "libur", "HUT instansi")
    with pytest.raises(Conflict, match="HUT instansi"):
        keeping.add_change(house, keeper, date(2026, 7, 7), "kerja", "Tetap buka")
    assert [row.id for row in calendars.changes(house, keeper)] == [rest.id]
    keeping.set_hours(house, keeper, SHORT, "Jam pendek", seen="")
    with pytest.raises(Stale):  # the other keeper saw no hours either
        keeping.set_hours(house, keeper, week(range(6)), "Enam hari", seen="")
    (standing,) = calendars.hours(house, keeper)
    assert standing.name == "Jam pendek"
    keeping.set_hours(house, keeper, week(range(6)), "Enam hari", seen=standing.id)
    assert [row.name for row in calendars.hours(house, keeper)] == ["Enam hari"]


@pytest.mark.parametrize(("first", "last"), [(1, 31), (10, 12), (5, 10), (20, 25), (10, 20)])
def test_periods_of_one_place_do_not_overlap(house: House, keeper: Principal, first: int, last: int) -> None:
    agencies.save_unit(house, keeper, "kanwil", "Kantor Wilayah", fresh=True)
    keeping.set_period(house, keeper, date(2026, 7, 10), date(2026, 7, 20), SHORT, "Masa pindah kantor")
    days = date(2026, 7, first), date(2026, 7, last)
    with pytest.raises(Conflict, match=r"Masa pindah kantor.*2026-07-10.*2026-07-20"):
        keeping.set_period(house, keeper, *days, week(), "Lain")
    keeping.set_period(house, keeper, *days, week(), "Lain", unit="kanwil")  # the nearest counts
    keeping.set_period(house, keeper, date(2026, 7, 21), date(2026, 7, 21), week(), "Sesudahnya")


def test_the_zone_of_the_agency_is_that_of_its_units_without_one(house: House, keeper: Principal) -> None:
    agencies.save_unit(house, keeper, "kanwil", "Kantor Wilayah", fresh=True)
    agencies.save_unit(house, keeper, "bali", "Kanwil Bali", fresh=True)
    keeping.set_zone(house, keeper, "bali", "Asia/Makassar", "Di Bali")
    keeping.set_zone(house, keeper, "", "Asia/Jayapura", "Kantor pindah ke Jayapura")
    assert due(house, keeper, "1 HK") == due(house, keeper, "1 HK", "kanwil") == "2026-07-07T16:00:00+09:00"
    assert due(house, keeper, "1 HK", "bali") == "2026-07-07T16:00:00+08:00"
    assert keeping.kept(house, keeper)[0].data == {"what": "zone", "zone": "Asia/Jayapura"}
    with pytest.raises(Invalid, match="correction"):
        keeping.set_zone(house, keeper, "", None, "x")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2019, 12, 31), date(9999, 12, 31)])
def test_days_outside_the_calendar_are_refused(house: House, keeper: Principal, day: date) -> None:
    with pytest.raises(Invalid) as refused:
        keeping.add_change(house, keeper, day, "libur", "x")
    assert [fault.key for fault in refused.value.fields] == ["day"]


def test_a_confirmed_year_warns_no_more(house: House, keeper: Principal) -> None:
    before = worktime.due(
        Limit.parse("3 HK"), instant("2028-01-03T09:00+07:00"), calendars.calendar(house, keeper)
    )
    assert {warning["kind"] for warning in before.receipt["warnings"]} == {"estimated", "no_decreed_leave"}
    keeping.confirm_year(house, keeper, 2028, "SKB 3 Menteri 2027")
    after = worktime.due(
        Limit.parse("3 HK"), instant("2028-01-03T09:00+07:00"), calendars.calendar(house, keeper)
    )
    assert after.receipt["warnings"] == []
    assert after.at == before.at
    with pytest.raises(Invalid):
        keeping.confirm_year(house, keeper, 1850, "SKB")


def test_every_change_says_who_and_why(house: House, keeper: Principal) -> None:
    change = keeping.add_change(house, keeper, date(2026, 7, 7), "libur", "HUT instansi")
    keeping.remove_change(house, keeper, change.id)
    keeping.confirm_year(house, keeper, 2028, "SKB 3 Menteri 2027")
    told = [(row.data["what"], row.name, row.actor) for row in keeping.kept(house, keeper)]
    assert told == [
        ("year", "SKB 3 Menteri 2027", keeper.name),
        ("libur_removed", "HUT instansi", keeper.name),
        ("libur", "HUT instansi", keeper.name),
    ]
    with pytest.raises(Invalid) as refused:
        keeping.add_change(house, keeper, date(2026, 7, 7), "cuti", " ")
    assert [fault.key for fault in refused.value.fields] == ["kind", "name"]
    with pytest.raises(Invalid):
        keeping.set_zone(house, keeper, "loket", "Europe/Berlin", "x")


def test_only_administrators_keep_the_calendar_of_their_own_agency(house: House, keeper: Principal) -> None:
    officer = principal(house, "petugas_pengaduan@contoh")
    change = keeping.add_change(house, keeper, date(2026, 7, 7), "libur", "HUT instansi")
    hours = keeping.set_hours(house, keeper, week(), "Seperti biasa")
    for refused in (
        lambda: keeping.add_change(house, officer, date(2026, 7, 8), "libur", "x"),
        lambda: keeping.remove_change(house, officer, change.id),
        lambda: keeping.set_hours(house, officer, week(), "x"),
        lambda: keeping.remove_hours(house, officer, hours.id),
        lambda: keeping.confirm_year(house, officer, 2028, "x"),
    ):
        with pytest.raises(Forbidden):
            refused()
    open_agency(house, "lain", "LN")
    stranger = principal(house, "admin@lain")
    with pytest.raises(NotFound):
        keeping.remove_change(house, stranger, change.id)
    with pytest.raises(NotFound):
        keeping.remove_hours(house, stranger, hours.id)
    with pytest.raises(NotFound):
        keeping.add_change(house, keeper, date(2026, 7, 8), "libur", "x", unit="tidak_ada")
    assert calendars.changes(house, stranger) == []
    assert due(house, stranger, "1 HK") == "2026-07-07T16:00:00+07:00"


def test_what_the_calendars_are_has_a_text_that_moves_with_them(house: House, keeper: Principal) -> None:
    def text() -> str:
        with house.database.read() as session:
            agency = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
            return calendars.fingerprint(session, agency)

    seen = [text(), text()]
    assert seen[0] == seen[1]
    change = keeping.add_change(house, keeper, date(2026, 7, 7), "libur", "HUT instansi", unit="")
    seen.append(text())
    keeping.remove_change(house, keeper, change.id)
    seen.append(text())
    assert len(set(seen)) == 3
