"""Counting back: when a limit must have started at the latest."""

import pytest

from engine.errors import Invalid
from engine.worktime import Ends, Limit, calendar, latest_start
from tests.unit.worktime.helpers import at

DAYS = calendar()


@pytest.mark.parametrize(
    ("limit", "end", "ends", "start"),
    [
        ("3 HK", "2026-07-09T16:00", None, "2026-07-06T23:59"),
        ("3 HK", "2026-07-09T15:59", None, "2026-07-05T23:59"),
        ("3 HK", "2026-07-09T16:00", "day", "2026-07-05T23:59"),
        ("3 HK", "2026-07-12T12:00", None, "2026-07-07T23:59"),
        ("3 HK", "2026-03-26T16:00", None, "2026-03-16T23:59"),
        ("0,5 HK", "2026-07-09T12:00", None, "2026-07-08T23:59"),
        ("0,5 HK", "2026-07-09T11:59", None, "2026-07-07T23:59"),
        ("4 JK", "2026-07-07T08:01", None, "2026-07-06T12:01"),
        ("4 JK", "2026-07-06T23:00", None, "2026-07-06T12:00"),
        ("4 JK", "2026-03-25T10:00", None, "2026-03-17T14:00"),
        ("20 menit kerja", "2026-07-07T08:10", None, "2026-07-06T15:50"),
        ("3 hari", "2026-03-01T23:59", None, "2026-02-26T23:59"),
        ("3 hari", "2028-03-01T23:59", None, "2028-02-27T23:59"),
        ("3 hari", "2026-07-09T23:58", None, "2026-07-05T23:59"),
        ("36 jam", "2026-07-09T09:00", None, "2026-07-07T21:00"),
    ],
)
def test_the_latest_start(limit: str, end: str, ends: Ends, start: str) -> None:
    assert latest_start(Limit.parse(limit), at(end), DAYS, ends=ends) == at(start)


def test_what_cannot_be_counted_back() -> None:
    with pytest.raises(Invalid, match="Months"):
        latest_start(Limit.parse("2 bulan"), at("2026-07-09T09:00"), DAYS)
    with pytest.raises(Invalid, match="zone"):
        latest_start(Limit.parse("3 HK"), at("2026-07-09T09:00").replace(tzinfo=None), DAYS)
    with pytest.raises(Invalid, match="leaves the calendar"):
        latest_start(Limit.parse("5000 HK"), at("0003-01-01T09:00"), DAYS)
