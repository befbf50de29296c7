"""Dates, times and durations."""

from typing import Any

import pytest

from engine import feel

ROWS = """
now()                                                   | date and time("2026-03-02T09:00:00@Asia/Jakarta")
today()                                                 | date("2026-03-02")
now() + duration("PT2H")                                | date and time("2026-03-02T11:00:00@Asia/Jakarta")
date("2026-01-31") + duration("P1M")                    | date("2026-02-28")
date("2024-02-29") - duration("P1Y")                    | date("2023-02-28")
date("2026-03-02") + duration("P1D")                    | date("2026-03-03")
date("2026-03-02") + duration("PT25H")                  | date("2026-03-03")
date("2026-03-02") - date("2026-02-28")                 | duration("P2D")
date("2026-02-30")                                      | null
date("2026-3-2")                                        | null
date("9999-12-31") + duration("P1D")                    | date("10000-01-01")
date("0001-01-01") - duration("P1D")                    | date("0000-12-31")
date("-0001-02-28") + duration("P1D")                   | date("-0001-03-01")
date("999999999-12-31") - date("-999999999-01-01") > duration("P730484999999D") | false
string(date("-2021-01-01") - duration("P1Y1M"))         | "-2023-12-01"
date("012345-01-01")                                    | null
date("1000000000-01-01")                                | null
date(-5, 2, 28)                                         | date("-0005-02-28")
day of week(date("99999-12-31"))                        | "Friday"
day of year(date("20000-12-31"))                        | 366
string(time("10:00:00.123456789123"))                   | "10:00:00.123456789"
string(@"2026-03-02T10:00:00.000000001Z" + @"PT0.999999999S") | "2026-03-02T10:00:01Z"
@"PT1S" / 3 = @"PT0.333333333S"                         | true
@"99999-07-01T10:00:00@Europe/Paris".time offset        | @"PT2H"
@"-0044-03-15T10:00:00@Etc/UTC".timezone                | "Etc/UTC"
@"2026-10-25T02:30:00@Europe/Paris" + @"PT1H" - @"2026-10-25T02:30:00@Europe/Paris" | @"PT1H"
years and months duration(date("-0001-06-01"), date("0001-05-31")) | @"P1Y11M"
time("23:30:00") + duration("PT1H")                     | time("00:30:00")
time("10:00:00+07:00") = time("03:00:00Z")              | true
time("25:00:00")                                        | null
date and time("2026-03-02T09:00")                       | date and time("2026-03-02T09:00:00")
date and time("2026-03-02")                             | date and time("2026-03-02T00:00:00")
date and time("2026-03-02T24:00:00")                    | date and time("2026-03-03T00:00:00")
date and time("2026-03-02T09:00:00+07:00") = now()      | true
date and time("2026-03-02T09:00:00") = now()            | true
date and time("2026-03-02T09:00:00@Asia/Tokyo") < now() | true
date and time("2026-03-02T09:00:00@Mars/Base")          | null
@"2026-03-29T01:30:00@Europe/Paris" + @"PT1H"           | @"2026-03-29T03:30:00@Europe/Paris"
date and time(date("2026-03-02"), time("10:00:00Z"))    | date and time("2026-03-02T10:00:00Z")
now().hour                                              | 9
now().weekday                                           | 1
now().timezone                                          | "Asia/Jakarta"
now().time offset                                       | duration("PT7H")
duration("P1Y14M").years                                | 2
duration("-P1DT2H").hours                               | -2
duration("P1D").months                                  | null
duration("P1Y2M") = duration("P14M")                    | true
duration("P1Y") = duration("P365D")                     | null
duration("P1Y1D")                                       | null
duration("P") = null                                    | true
duration("PT36H") / duration("PT12H")                   | 3
duration("P1D") * 1.5                                   | duration("PT36H")
duration("P1Y") / 5                                     | duration("P2M")
years and months duration(date("2025-12-15"), date("2026-03-14")) | duration("P2M")
day of week(date("2026-03-02"))                         | "Monday"
day of year(date("2026-03-02"))                         | 61
week of year(date("2026-01-01"))                        | 1
month of year(date("2026-03-02"))                       | "March"
last day of month(date("2026-02-10"))                   | date("2026-02-28")
string(duration("PT90M"))                               | "PT1H30M"
string(duration("P0D"))                                 | "PT0S"
string(date and time("2026-03-02T09:00:00.5+07:00"))    | "2026-03-02T09:00:00.5+07:00"
max(date("2026-01-01"), date("2026-03-02"))             | date("2026-03-02")
date("2026-03-02") < "2026-03-03"                       | null
@"PT1H"                                                 | duration("PT1H")
@"bukan"                                                | null
time(10, 0, 1.5, duration("PT7H"))                      | time("10:00:01.5+07:00")
date(2026, 13, 1)                                       | null
for d in date("2026-03-01")..date("2026-03-02") return d | [date("2026-03-01"), date("2026-03-02")]
date and time("0001-01-01T00:00:00+14:00") < now()      | true
"""


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_times_are_worth_what_the_standard_says(row: str, value: Any) -> None:
    text, _, expected = (part.strip() for part in row.rpartition(" | "))
    assert feel.literal(value(text)) == feel.literal(value(expected))
