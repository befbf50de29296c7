"""Calendars: the national list, an agency's changes, the version label, and distances between instants."""

from datetime import date, time, timedelta

import pytest

from engine.errors import Invalid
from engine.worktime import (
    Calendar,
    Change,
    Hours,
    Limit,
    Period,
    Reason,
    calendar,
    due,
    latest_start,
    remaining,
    week,
    working_days_between,
    working_time_between,
)
from tests.unit.worktime.helpers import at, shown

DAYS = calendar()
SHORT = Hours(time(8), time(15))
RAMADAN = Period(date(2026, 2, 19), date(2026, 3, 20), "Ramadan 1447 H", week(hours=SHORT))

# sops/README section 3.1, complete for the weekdays of 2026.
OFF_2026 = """01-01 16-01 16-02 17-02 18-03 19-03 20-03 23-03 24-03 03-04 01-05 14-05 15-05 27-05 28-05 01-06
16-06 17-08 25-08 24-12 25-12"""


def test_the_weekdays_off_in_2026() -> None:
    every = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    off = [day for day in every if day.weekday() < 5 and not DAYS.is_working(day)]
    assert [f"{day:%d-%m}" for day in off] == OFF_2026.split()


def test_reasons() -> None:
    assert DAYS.reason(date(2026, 3, 18)) == Reason("holiday", "Cuti Bersama Hari Suci Nyepi")
    assert DAYS.reason(date(2026, 7, 11)) == Reason("weekend")
    assert DAYS.reason(date(2026, 7, 6)) is None


def test_a_change_goes_before_the_list() -> None:
    own = calendar(
        changes=[Change(date(2026, 3, 18), "kerja"), Change(date(2026, 7, 6), "libur", "Pindahan")]
    )
    assert own.is_working(date(2026, 3, 18))
    assert own.reason(date(2026, 7, 6)) == Reason("change", "Pindahan")


def test_version_names_everything_a_count_depends_on() -> None:
    assert DAYS.version.startswith("0.109-")
    assert calendar().version == DAYS.version
    day_off = [Change(date(2026, 7, 6), "libur")]
    others = [
        calendar(changes=day_off),
        calendar(zone="WITA"),
        calendar(week=week(hours=Hours(closing=time(15)))),
        calendar(week=week(range(6))),
        calendar(periods=[RAMADAN]),
    ]
    assert len({DAYS.version, *(other.version for other in others)}) == 6
    assert calendar(settled=[2026]).version == DAYS.version  # a confirmation counts nothing differently
    both = [Change(date(2026, 7, 7), "libur"), *day_off]
    assert calendar(changes=both).version == calendar(changes=both[::-1]).version


def test_half_a_day_goes_before_the_hours_of_its_period() -> None:
    half = Change(date(2026, 3, 17), "kerja", "Menjelang Nyepi", Hours(closing=time(12)))
    own = calendar(changes=[half], periods=[RAMADAN])
    assert str(own.hours(half.day)) == "08:00-12:00" and own.occasion(half.day) == "Menjelang Nyepi"
    assert str(own.hours(date(2026, 3, 16))) == "08:00-15:00"
    assert own.occasion(date(2026, 3, 16)) == "Ramadan 1447 H"
    assert own.occasion(date(2026, 3, 25)) == ""
    assert own.version != calendar(changes=[Change(half.day, "kerja", half.name)], periods=[RAMADAN]).version
    receipt = due(Limit.parse("3 HK"), at("2026-03-13T09:00"), own).receipt
    assert receipt["hours"] == [
        {"from": "2026-03-16", "hours": "08:00-15:00", "name": "Ramadan 1447 H"},
        {"from": "2026-03-17", "hours": "08:00-12:00", "name": "Menjelang Nyepi"},
        {"from": "2026-03-25", "hours": "08:00-16:00"},
    ]


def test_a_period_says_which_days_of_the_week_are_worked() -> None:
    four_days = Period(date(2026, 7, 6), date(2026, 7, 19), "Jumat libur", week(range(4)))
    own = calendar(periods=[four_days])
    assert own.reason(date(2026, 7, 10)) == Reason("weekend")
    assert own.is_working(date(2026, 7, 24))


def test_what_is_no_calendar() -> None:
    with pytest.raises(Invalid, match="time zone"):
        calendar(zone="Mars/Olympus")
    with pytest.raises(Invalid, match="time zone"):
        calendar(zone="../etc/passwd")
    with pytest.raises(Invalid, match="both libur and kerja"):
        calendar(changes=[Change(date(2026, 7, 6), "libur"), Change(date(2026, 7, 6), "kerja")])
    with pytest.raises(Invalid, match="either libur or kerja"):
        calendar(changes=[Change(date(2026, 7, 6), "cuti")])  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="libur and has office hours"):
        calendar(changes=[Change(date(2026, 7, 6), "libur", "Cuti", Hours())])
    with pytest.raises(Invalid, match="working day of the week"):
        week([])
    with pytest.raises(Invalid, match="working day of the week"):
        calendar(week=(None,) * 7)
    with pytest.raises(Invalid, match="from 0"):
        week([7])
    for opening, closing in ((time(16), time(8)), (time(22), time(6)), (time(8), time(8))):
        with pytest.raises(Invalid, match="open before they close, on the same day, at 24:00"):
            Hours(opening, closing)
    for text in ("24:30", "24:00:00", "25:00", "8", "16:00:30"):
        with pytest.raises(ValueError):  # the time's own words
            Hours.read("08:00", text)
    with pytest.raises(ValueError):
        Hours.read("24:00", "24:00")
    with pytest.raises(Invalid, match="ends before it begins"):
        Period(date(2026, 3, 2), date(2026, 3, 1), "Ramadan", week())


def test_an_office_may_be_open_until_midnight_or_around_the_clock() -> None:
    evening, always = Hours.read("22:00", "24:00"), Hours.read("00:00", "24:00")
    assert (str(evening), evening.length) == ("22:00-24:00", timedelta(hours=2))
    assert (str(always), always.length) == ("00:00-24:00", timedelta(hours=24))
    assert Hours.read("00:00", "00:00") == always
    desk = calendar(week=week(range(7), always))
    friday = at("2026-07-10T22:00")
    assert shown(due(Limit.parse("4 JK"), friday, desk)) == "2026-07-11T02:00"
    assert shown(due(Limit.parse("2 JK"), friday, desk)) == "2026-07-11T00:00"
    assert shown(due(Limit.parse("1 HK"), friday, desk)) == "2026-07-11T23:59"  # days end on their day
    assert shown(due(Limit.parse("1 HK"), friday, desk, percent=99.999)) == "2026-07-11T23:59"
    assert due(Limit.parse("1 HK"), friday, desk).receipt["hours"][0]["hours"] == "00:00-24:00"
    assert working_time_between(friday, at("2026-07-12T01:00"), desk) == timedelta(hours=27)
    late = calendar(week=week(range(5), evening))
    assert shown(due(Limit.parse("3 JK"), friday, late)) == "2026-07-13T23:00"
    assert latest_start(Limit.parse("3 JK"), at("2026-07-13T23:00"), late) == friday


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        ("2026-07-06T09:00", "2026-07-06T18:00", 0),
        ("2026-07-06T09:00", "2026-07-09T16:00", 3),
        ("2026-07-10T09:00", "2026-07-13T01:00", 1),
        ("2026-07-10T09:00", "2026-07-12T16:00", 0),
        ("2026-03-16T09:00", "2026-03-26T16:00", 3),
        ("2026-07-09T16:00", "2026-07-06T09:00", -3),
    ],
)
def test_working_days_between(a: str, b: str, days: int) -> None:
    assert working_days_between(at(a), at(b), DAYS) == days


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("2026-07-06T09:00", "2026-07-06T11:30", 150),
        ("2026-07-06T06:00", "2026-07-06T23:00", 480),
        ("2026-07-06T15:00", "2026-07-07T09:00", 120),
        ("2026-07-06T15:00", "2026-07-09T09:00", 60 + 960 + 60),
        ("2026-07-10T15:00", "2026-07-12T09:00", 60),
        ("2026-07-11T15:00", "2026-07-12T09:00", 0),
        ("2026-07-07T09:00", "2026-07-06T15:00", 0),
    ],
)
def test_working_time_between(a: str, b: str, minutes: int) -> None:
    assert working_time_between(at(a), at(b), DAYS) == timedelta(minutes=minutes)


def test_remaining_before_and_after() -> None:
    end = at("2026-07-09T16:00")
    early = remaining(end, at("2026-07-06T15:00"), DAYS)
    assert (early.late, early.days, early.hours, early.minutes) == (False, 3, 25, 1500)
    assert remaining(end, end, DAYS).late
    today = remaining(end, at("2026-07-09T14:30"), DAYS)
    assert (today.late, today.days, today.hours, today.minutes) == (False, 0, 1, 90)
    late = remaining(end, at("2026-07-13T09:00"), DAYS)
    assert (late.late, late.days, late.hours) == (True, 2, 9)
    assert late.elapsed == timedelta(days=3, hours=17)


def test_remaining_is_bounded() -> None:
    assert remaining(at("1950-01-01T00:00"), at("2150-01-01T00:00"), DAYS).days < 7_320


def test_calendar_is_a_value() -> None:
    assert calendar() == DAYS
    assert hash(calendar()) == hash(DAYS)
    assert isinstance(DAYS, Calendar)
