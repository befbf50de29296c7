"""Due instants: the rules of counting one by one, and the receipt."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from engine.errors import Invalid
from engine.worktime import Calendar, Change, Hours, Limit, Period, calendar, due, functions, week
from tests.unit.worktime.helpers import at, shown

DAYS = calendar()
# Monday 2026-07-06 opens eight weeks without any holiday.
MONDAY = "2026-07-06T09:00"


def counted(
    limit: str, start: str, percent: float = 100, ends: str | None = None, days: Calendar = DAYS
) -> str | None:
    return shown(due(Limit.parse(limit), at(start), days, percent=percent, ends=ends))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("3 HK", "2026-07-09T11:12"),
        ("5 HK", "2026-07-10T16:00"),
        ("10 HK", "2026-07-16T16:00"),
        ("14 HK", "2026-07-22T09:36"),
        ("1 HK", "2026-07-07T14:24"),
        ("2 HK", "2026-07-08T12:48"),
    ],
)
def test_reminders_of_rule_5(limit: str, expected: str) -> None:
    assert counted(limit, MONDAY, percent=80) == expected


def test_sixty_days_are_reminded_at_the_end_of_day_48() -> None:
    assert counted("60 HK", MONDAY, percent=80) == counted("48 HK", MONDAY)


@pytest.mark.parametrize("hour", ["00:00", "07:59", "16:00", "23:59"])
def test_the_hour_of_the_event_does_not_matter_to_days(hour: str) -> None:
    assert counted("3 HK", f"2026-07-06T{hour}") == "2026-07-09T16:00"


def test_day_zero_may_be_a_holiday() -> None:
    assert counted("1 HK", "2026-08-17T09:00") == "2026-08-18T16:00"
    assert counted("1 HK", "2026-07-11T09:00") == "2026-07-13T16:00"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-07-06T08:00", "2026-07-06T12:00"),
        ("2026-07-06T12:00", "2026-07-06T16:00"),
        ("2026-07-06T12:01", "2026-07-07T08:01"),
        ("2026-07-06T16:00", "2026-07-07T12:00"),
        ("2026-07-06T07:00", "2026-07-06T12:00"),
        ("2026-07-10T15:00", "2026-07-13T11:00"),
        ("2026-07-11T10:00", "2026-07-13T12:00"),
    ],
)
def test_four_working_hours(start: str, expected: str) -> None:
    assert counted("4 JK", start) == expected


def test_percentages_of_the_other_kinds() -> None:
    assert counted("8 JK", MONDAY, percent=50) == "2026-07-06T13:00"
    assert counted("10 jam", MONDAY, percent=120) == "2026-07-06T21:00"
    # 1 day 14:59 after Monday 09:00 is Tuesday 23:59; half of it is 19:29:30 later.
    assert counted("1 hari", MONDAY, percent=50) == "2026-07-07T04:29"
    # 350:59 hours times 1.2 are 421:10:48.
    assert counted("14 hari", MONDAY, percent=120) == "2026-07-23T22:10"


def test_ends() -> None:
    assert counted("3 HK", MONDAY, ends="day") == "2026-07-09T23:59"
    assert counted("3 hari", MONDAY) == "2026-07-09T23:59"
    assert counted("3 hari", MONDAY, ends="office") == "2026-07-09T16:00"
    assert counted("3 HK", MONDAY, ends="day", percent=80) == "2026-07-09T11:12"
    assert counted("2,5 HK", MONDAY, ends="day") == "2026-07-09T12:00"
    assert counted("4 JK", MONDAY, ends="day") == "2026-07-06T13:00"
    with pytest.raises(Invalid, match="office or day"):
        counted("3 HK", MONDAY, ends="noon")


def test_calendar_days_do_not_skip_holidays() -> None:
    assert counted("3 hari", "2026-08-14T22:00") == "2026-08-17T23:59"


def test_months_keep_the_time_of_day() -> None:
    assert counted("P1M", "2026-01-31T09:00") == "2026-02-28T09:00"
    assert counted("1 tahun", "2024-02-29T09:00") == "2025-02-28T09:00"


def test_zones() -> None:
    instant = datetime(2026, 7, 6, 8, 30, tzinfo=UTC)  # 15:30 WIB, 16:30 WITA, 17:30 WIT
    four = Limit.parse("4 JK")
    assert due(four, instant, calendar(zone="WIB")).at == datetime(2026, 7, 7, 4, 30, tzinfo=UTC)
    assert due(four, instant, calendar(zone="WITA")).at == datetime(2026, 7, 7, 4, 0, tzinfo=UTC)
    assert due(four, instant, calendar(zone="Asia/Jayapura")).at == datetime(2026, 7, 7, 3, 0, tzinfo=UTC)
    assert due(Limit.parse("1 HK"), datetime(2026, 7, 6, 16, 30, tzinfo=UTC), calendar(zone="WITA")).at == (
        datetime(2026, 7, 8, 8, 0, tzinfo=UTC)
    )


def test_agency_changes_and_office_hours() -> None:
    own = calendar(
        changes=[Change(date(2026, 7, 7), "libur", "HUT instansi"), Change(date(2026, 7, 11), "kerja")]
    )
    assert counted("5 HK", MONDAY, days=own) == "2026-07-13T16:00"
    receipt = due(Limit.parse("5 HK"), at(MONDAY), own).receipt
    assert {"day": "2026-07-07", "why": "change", "name": "HUT instansi"} in receipt["skipped"]
    assert "2026-07-11" in receipt["counted"]
    short = calendar(week=week(range(6), Hours(time(8), time(12))))
    assert counted("5 HK", MONDAY, percent=50, days=short) == "2026-07-09T10:00"


def test_receipt_names_every_day_passed_over() -> None:
    answer = due(Limit.parse("3 HK"), at("2026-03-16T09:00"), DAYS)
    assert answer.at == datetime(2026, 3, 26, 9, 0, tzinfo=UTC)
    receipt = answer.receipt
    assert receipt["counted"] == ["2026-03-17", "2026-03-25", "2026-03-26"]
    assert receipt["skipped"][0] == {
        "day": "2026-03-18", "why": "holiday", "name": "Cuti Bersama Hari Suci Nyepi",
    }  # fmt: skip
    assert receipt["skipped"][3] == {"day": "2026-03-21", "why": "weekend"}
    assert len(receipt["skipped"]) == 7
    assert receipt["start"] == "2026-03-16T09:00:00+07:00"
    assert receipt["limit"] == "P3WD"
    assert receipt["zone"] == "Asia/Jakarta"
    assert receipt["calendar"] == "id-nasional"
    assert receipt["version"] == DAYS.version
    assert receipt["ends"] == "office"
    assert receipt["warnings"] == []
    assert json.loads(json.dumps(receipt)) == receipt


def test_receipt_says_from_when_the_hours_changed() -> None:
    ramadan = Period(date(2026, 2, 19), date(2026, 3, 20), "Ramadan", week(hours=Hours(time(8), time(15))))
    answer = due(Limit.parse("5 HK"), at("2026-02-13T09:00"), calendar(periods=[ramadan]))
    assert shown(answer) == "2026-02-24T15:00"
    assert answer.receipt["hours"] == [
        {"from": "2026-02-18", "hours": "08:00-16:00"},
        {"from": "2026-02-19", "hours": "08:00-15:00", "name": "Ramadan"},
    ]
    assert due(Limit.parse("3 hari"), at(MONDAY), DAYS).receipt["hours"] == []


def test_a_due_moved_behind_a_pause_never_comes_after_closing() -> None:
    ramadan = Period(date(2026, 2, 19), date(2026, 3, 20), "Ramadan", week(hours=Hours(time(8), time(15))))
    asked, replied = at("2026-02-18T10:00"), at("2026-02-19T09:00")
    answer = due(
        Limit.parse("1 HK"), at("2026-02-13T09:00"), calendar(periods=[ramadan]), pauses=[(asked, replied)]
    )
    assert shown(answer) == "2026-02-19T15:00"


def test_receipt_of_hours_lists_the_days_worked() -> None:
    receipt = due(Limit.parse("4 JK"), at("2026-07-10T15:00"), DAYS).receipt
    assert receipt["counted"] == ["2026-07-10", "2026-07-13"]
    assert [row["day"] for row in receipt["skipped"]] == ["2026-07-11", "2026-07-12"]
    after_hours = due(Limit.parse("4 JK"), at("2026-07-10T17:00"), DAYS).receipt
    assert after_hours["counted"] == ["2026-07-13"]


def test_receipt_is_bounded() -> None:
    receipt = due(Limit.parse("1000 HK"), at("2026-01-05T09:00"), DAYS).receipt
    assert receipt["truncated"]
    assert receipt["days"] == 1000
    assert len(receipt["counted"]) == len(receipt["skipped"]) == 400


def test_a_year_that_the_keeper_confirmed_warns_no_more() -> None:
    settled = calendar(settled=[2027])
    assert due(Limit.parse("60 HK"), at("2026-12-18T09:00"), settled).receipt["warnings"] == []
    assert due(Limit.parse("60 HK"), at("2027-12-18T09:00"), settled).receipt["warnings"] != []


def test_receipt_warns_of_lists_that_are_not_final() -> None:
    kinds = {(w["year"], w["kind"]) for w in due(Limit.parse("60 HK"), at("2026-12-18T09:00"), DAYS).receipt[
        "warnings"
    ]}  # fmt: skip
    assert kinds == {(2027, "estimated")}
    later = due(Limit.parse("3 HK"), at("2028-06-05T09:00"), DAYS).receipt["warnings"]
    assert {(w["year"], w["kind"]) for w in later} == {(2028, "estimated"), (2028, "no_decreed_leave")}
    assert due(Limit.parse("30 hari"), at("2028-06-05T09:00"), DAYS).receipt["warnings"] == []


@pytest.mark.parametrize("percent", [0, -1, 1001, float("nan"), float("inf")])
def test_senseless_percentages(percent: float) -> None:
    with pytest.raises(Invalid):
        counted("3 HK", MONDAY, percent=percent)


def test_naive_and_far_instants_are_refused() -> None:
    with pytest.raises(Invalid, match="zone"):
        due(Limit.parse("3 HK"), datetime(2026, 7, 6, 9, 0), DAYS)
    with pytest.raises(Invalid, match="outside the calendar"):
        due(Limit.parse("3 HK"), datetime(9999, 12, 31, tzinfo=UTC), DAYS)


def test_a_calendar_that_is_never_worked_again_ends_in_an_error() -> None:
    never = calendar(
        week=week([0]), changes=[Change(date.fromordinal(day), "libur") for day in range(739_000, 770_000)]
    )
    with pytest.raises(Invalid, match="no end"):
        due(Limit.parse("1 HK"), at(MONDAY), never)


def test_functions_of_expressions() -> None:
    known = functions(DAYS, at(MONDAY))
    assert known["working days"](3).isoformat() == "2026-07-09T16:00:00+07:00"
    assert known["hari kerja"](Decimal("2.5")).isoformat() == "2026-07-09T12:00:00+07:00"
    assert known["working hours"](Decimal(4)).isoformat() == "2026-07-06T13:00:00+07:00"
    assert known["jam kerja"](16).isoformat() == "2026-07-08T09:00:00+07:00"
    assert known["menit kerja"](20).isoformat() == "2026-07-06T09:20:00+07:00"
    by_day = functions(DAYS, at(MONDAY), ends="day")
    assert by_day["working days"](10).isoformat() == "2026-07-20T23:59:00+07:00"


@pytest.mark.parametrize("value", [None, True, "3", 0, -1, Decimal("NaN"), 10**9, [3]])
def test_functions_give_null_for_what_is_no_count(value: object) -> None:
    assert functions(DAYS, at(MONDAY))["working days"](value) is None
