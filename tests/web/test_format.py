"""Dates, numbers and addresses as people read them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from webapp import format as write

WEDNESDAY = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def test_a_moment_names_its_zone(app: Flask) -> None:
    with app.test_request_context("/"):
        assert write.when(WEDNESDAY) == "Rab 1 Apr 2026 16.00 WIB"
        write.use_zone("Asia/Makassar")
        assert write.when(WEDNESDAY) == "Rab 1 Apr 2026 17.00 WITA"
        write.use_zone("Asia/Jayapura")
        assert write.clock_time(WEDNESDAY) == "18.00 WIT"
    with app.test_request_context("/?bahasa=en"):
        assert write.when(WEDNESDAY) == "Wed 1 Apr 2026 16.00 WIB"


def test_days(app: Flask) -> None:
    with app.test_request_context("/"):
        assert write.day(date(2026, 8, 17)) == "Sen 17 Agu 2026"
        assert write.day(datetime(2026, 8, 16, 18, 0, tzinfo=UTC)) == "Sen 17 Agu 2026"
        assert write.end_of_day_shown(datetime(2026, 4, 16, 16, 59, tzinfo=UTC)) == "Kam 16 Apr 2026"
        assert write.end_of_day_shown(WEDNESDAY) == "Rab 1 Apr 2026 16.00 WIB"
        assert write.is_same_day(datetime(2026, 3, 31, 17, 0, tzinfo=UTC), WEDNESDAY)
        assert not write.is_same_day(datetime(2026, 3, 31, 16, 59, tzinfo=UTC), WEDNESDAY)


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [(1250, "1.250", "1,250"), (3, "3", "3"), (1234.5, "1.234,5", "1,234.5"), (0.125, "0,12", "0.12")],
)
def test_numbers(app: Flask, value: float, indonesian: str, english: str) -> None:
    with app.test_request_context("/"):
        assert write.number(value) == indonesian
    with app.test_request_context("/?bahasa=en"):
        assert write.number(value) == english


def test_sizes(app: Flask) -> None:
    with app.test_request_context("/"):
        assert write.size(1) == "1 kB"
        assert write.size(820_400) == "820 kB"
        assert write.size(3_440_000) == "3,4 MB"
