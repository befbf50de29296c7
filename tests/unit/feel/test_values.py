"""Values on their way in and out."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel

ENV = feel.Environment(now=datetime(2026, 3, 2, tzinfo=UTC), zone=UTC)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
zones = st.sampled_from([None, UTC, ZoneInfo("Asia/Jakarta"), timezone(timedelta(hours=-3, minutes=-30))])
temporals = st.one_of(
    st.dates(),
    st.times(timezones=zones),
    st.datetimes(timezones=zones),
    st.timedeltas(),
    st.integers(-10_000, 10_000).map(feel.Months),
)


@given(json_values)
@settings(max_examples=150, deadline=None)
def test_a_literal_gives_the_value_again(value: Any) -> None:
    expected = feel.from_json(value)
    assert feel.parse(feel.literal(value)).evaluate({}, ENV) == expected


@given(json_values)
@settings(max_examples=150, deadline=None)
def test_json_survives_the_way_through_feel(value: Any) -> None:
    back = feel.to_json(feel.from_json(value))
    assert feel.from_json(back) == feel.from_json(value)
    orjson.loads(orjson.dumps(back))


@given(temporals)
@settings(max_examples=150, deadline=None)
def test_the_literal_of_a_time_gives_it_again(value: Any) -> None:
    assert feel.parse(feel.literal(value)).evaluate({}, ENV) == feel.from_json(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("3"), 3),
        (Decimal("3.0"), 3),
        (Decimal("0.1"), 0.1),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (Decimal("1e20"), 1e20),
        (Decimal("100000000000000000001"), "100000000000000000001"),
        (Decimal("9007199254740993"), 9007199254740993),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Jakarta")), "2026-03-02T09:00:00+07:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(days=1, hours=2), "P1DT2H"),
        (timedelta(seconds=-1.5), "-PT1.5S"),
        (feel.Months(14), "P1Y2M"),
        (feel.Range(Decimal(1), Decimal(2), True, False), "[1..2)"),
        ([Decimal(1), None], [1, None]),
    ],
)
def test_json_of_a_value(value: Any, expected: Any) -> None:
    found = feel.to_json(value)
    assert (found, type(found)) == (expected, type(expected))


class _Kind(StrEnum):
    REPORT = "laporan"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "number"),
        ("a", "string"),
        (_Kind.REPORT, "string"),
        ([], "list"),
        ((), "list"),
        ({}, "context"),
        (date(2026, 3, 2), "date"),
        (time(1), "time"),
        (datetime(2026, 3, 2), "date and time"),
        (timedelta(1), "days and time duration"),
        (feel.Months(1), "years and months duration"),
        (feel.Range(1, 2), "range"),
        (float("nan"), "null"),
        (object(), "null"),
    ],
)
def test_the_name_of_a_type(value: Any, name: str) -> None:
    assert feel.type_name(value) == name


def test_a_marked_string_is_a_plain_one() -> None:
    assert type(feel.from_json({"k": _Kind.REPORT})["k"]) is str


def test_data_nested_without_end_are_refused() -> None:
    data: list[Any] = []
    data.append(data)
    with pytest.raises(feel.FeelLimitError):
        feel.from_json(data)
