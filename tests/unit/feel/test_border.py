"""Dates and durations between FEEL and the engine, which counts with Python's."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.border import to_python

PARIS = ZoneInfo("Europe/Paris")
zones = st.sampled_from(
    [None, UTC, PARIS, ZoneInfo("Asia/Jakarta"), timezone(timedelta(hours=-3, minutes=-30))]
)
values = (
    st.dates()
    | st.times(timezones=zones)
    | st.datetimes(timezones=zones, allow_imaginary=False)
    | st.timedeltas()
)


@given(values)
@settings(max_examples=200, deadline=None)
def test_a_value_of_python_comes_back_as_it_was(value: Any) -> None:
    again = to_python(feel.from_json(value))
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_comes_twice_is_told_apart(fold: int) -> None:
    moment = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold)
    again = to_python(feel.from_json(moment))
    assert again.utcoffset() == moment.utcoffset() == timedelta(hours=2 - fold)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('date("10000-01-01")', "10000-01-01"),
        ('date("-0001-01-01")', "-0001-01-01"),
        ('date and time("99999-12-31T00:00:00Z")', "99999-12-31T00:00:00Z"),
        ('duration("P9999999999D")', "P9999999999D"),
    ],
)
def test_a_function_of_the_engine_is_given_no_year_that_it_cannot_count_with(text: str, shown: str) -> None:
    env = feel.Environment(
        now=datetime(2026, 3, 2, tzinfo=UTC), zone=UTC, functions={"hari kerja": lambda value: value}
    )
    with pytest.raises(feel.FeelError, match="lies outside of the years 1 to 9999") as refused:
        feel.parse(f"hari kerja({text})").evaluate({}, env)
    assert refused.value.message.params == {"value": shown}
    assert refused.value.hint is not None


def test_a_function_of_the_engine_takes_and_gives_dates_of_python() -> None:
    def later(day: Any, span: Any) -> Any:
        assert (type(day), type(span)) == (date, timedelta)
        return datetime.combine(day, time(9), UTC) + span

    env = feel.Environment(now=datetime(2026, 3, 2, tzinfo=UTC), zone=UTC, functions={"later": later})
    found = feel.parse('later(date("2026-03-02"), duration("PT90M"))').evaluate({}, env)
    assert feel.literal(found) == 'date and time("2026-03-02T10:30:00Z")'
