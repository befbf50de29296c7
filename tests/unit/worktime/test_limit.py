"""Limits: every written form and literal, and what is said about the others."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.errors import Invalid
from engine.feel.durations import Months
from engine.worktime import Kind, Limit, percentage


@pytest.mark.parametrize(
    ("text", "literal", "words"),
    [
        ("3 HK", "P3WD", "3 HK"),
        ("3HK", "P3WD", "3 HK"),
        (" 3  hk ", "P3WD", "3 HK"),
        ("3 hari kerja", "P3WD", "3 HK"),
        ("3 working days", "P3WD", "3 HK"),
        ("P3WD", "P3WD", "3 HK"),
        ("p3wd", "P3WD", "3 HK"),
        ("11,2 HK", "P11.2WD", "11,2 HK"),
        ("P11.2WD", "P11.2WD", "11,2 HK"),
        ("2,50 HK", "P2.5WD", "2,5 HK"),
        ("10 HK", "P10WD", "10 HK"),
        ("4 JK", "PT4WH", "4 JK"),
        ("4 jam kerja", "PT4WH", "4 JK"),
        ("PT4WH", "PT4WH", "4 JK"),
        ("1,5 JK", "PT1.5WH", "1,5 JK"),
        ("20 menit kerja", "PT20WM", "20 menit kerja"),
        ("20 working minutes", "PT20WM", "20 menit kerja"),
        ("pt20wm", "PT20WM", "20 menit kerja"),
        ("30 menit kerja", "PT0.5WH", "0,5 JK"),
        ("3 hari", "P3CD", "3 hari"),
        ("14 hari kalender", "P14CD", "14 hari"),
        ("P3CD", "P3CD", "3 hari"),
        ("1 jam", "PT1H", "1 jam"),
        ("PT1H", "PT1H", "1 jam"),
        ("1,5 jam", "PT1H30M", "90 menit"),
        ("10 menit", "PT10M", "10 menit"),
        ("PT10M", "PT10M", "10 menit"),
        ("90 detik", "PT1M30S", "90 detik"),
        ("P3D", "P3D", "72 jam"),
        ("P1DT2H", "P1DT2H", "26 jam"),
        ("P1W", "P7D", "168 jam"),
        ("PT0S", "PT0S", "0 detik"),
        ("PT0.5S", "PT0.5S", "0,5 detik"),
        ("P1M", "P1M", "1 bulan"),
        ("P1Y6M", "P18M", "18 bulan"),
        ("1 tahun", "P12M", "12 bulan"),
    ],
)
def test_written_forms(text: str, literal: str, words: str) -> None:
    limit = Limit.parse(text)
    assert str(limit) == literal
    assert limit.words == words
    assert Limit.parse(str(limit)) == limit
    assert Limit.parse(limit.words) == limit


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "3 HK"),
        ("besok", "3 HK"),
        ("3", "unit"),
        ("3 pekan", "3 HK"),
        ("-3 HK", "minus"),
        ("P-3D", "minus"),
        ("P4WH", "PT4WH"),
        ("PT3WD", "P3WD"),
        ("PT", "3 HK"),
        ("P", "3 HK"),
        ("P1DT", "3 HK"),
        ("R3/PT1H", "repetition"),
        ("P1M2D", "3 HK"),
        ("0 HK", "3 HK"),
        ("P0CD", "3 HK"),
        ("2,5 hari", "whole"),
        ("99999 HK", "shorter"),
        ("P99999999D", "shorter"),
        ("3 HK 4 JK", "3 HK"),
        ("3.4.5 HK", "3 HK"),
        ("٣ HK", "3 HK"),
        ("9" * 80 + " HK", "3 HK"),
    ],
)
def test_what_is_no_limit_is_refused_with_a_hint(text: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        Limit.parse(text)
    assert caught.value.hint is not None
    assert says in str(caught.value.hint)


def test_the_error_quotes_the_text() -> None:
    with pytest.raises(Invalid, match="besok pagi is not a limit"):
        Limit.parse("besok pagi")


def test_limit_of_what_an_expression_gave() -> None:
    three = Limit(Kind.WORKING_DAYS, Decimal(3))
    assert Limit.of("3 HK") == three
    assert Limit.of(three) is three
    assert Limit.of(timedelta(hours=1, milliseconds=500)) == Limit(Kind.ELAPSED, Decimal("3600.5"))
    assert Limit.of(Months(2)) == Limit(Kind.MONTHS, Decimal(2))
    for nothing in (None, 3, True, [], timedelta(hours=-1), Months(0), {"limit": 3}):
        with pytest.raises(Invalid):
            Limit.of(nothing)


def test_extension_adds_in_the_same_unit_only() -> None:
    assert str(Limit.parse("14 HK").extended(Limit.parse("14 HK"))) == "P28WD"
    with pytest.raises(Invalid, match="14 hari cannot extend"):
        Limit.parse("14 HK").extended(Limit.parse("14 hari"))


@pytest.mark.parametrize("text", ["80 %", "80%", " 80", "80,0 %"])
def test_percentages(text: str) -> None:
    assert percentage(text) == 80


@pytest.mark.parametrize("text", ["", "%", "delapan puluh", "-80 %", "0 %", "80 % %", "1e9"])
def test_what_is_no_percentage(text: str) -> None:
    with pytest.raises(Invalid):
        percentage(text)
