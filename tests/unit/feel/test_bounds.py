"""No expression hangs, exhausts the process, or fails in a way of its own."""

import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.builtins import FUNCTIONS
from engine.feel.runtime import MAX_STEPS
from tests.support.effort import at_most
from tests.unit.feel.conftest import ENV

DOUBLING = ", ".join(f"{chr(97 + at)}: [{chr(96 + at)}, {chr(96 + at)}]" for at in range(1, 26))


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000000 return i",
        "for i in [1..1e30] return i",
        "for i in 1..1000, j in 1..1000, k in 1..1000 return 1",
        "some i in 1..1e15 satisfies i < 0",
        "every i in 1..1e15 satisfies i > 0",
        "{f: function(x) f(x), r: f(1)}.r",
        "{f: function(x) f(x + 1) + f(x + 2), r: f(1)}.r",
        "(function(f) f(f))(function(f) f(f))",
        f"{{a: [1, 2], {DOUBLING}}}",
        f"{{a: [1, 2], {DOUBLING}, z2: string(z)}}.z2",
        f"{{a: [1, 2], {DOUBLING}, z2: z = [z[1], z[2]]}}.z2",
        f"{{a: [1, 2], {DOUBLING}, z2: flatten(z)}}.z2",
        "for i in 1..60 return partial",
        '(for i in 1..60 return if i = 1 then "aaaaaaaaaa" else partial[-1] + partial[-1])[-1]',
        "(for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1]))[-1]",
        'string join(for i in 1..90000 return "' + "a" * 5000 + '")',
        "distinct values(for i in 1..5000 return [i])",
        "sort(for i in 1..50000 return -i, function(a, b) a < b)",
    ],
)
def test_work_without_end_is_stopped(text: str) -> None:
    with at_most(2_000_000), pytest.raises(feel.FeelLimitError):
        feel.parse(text).evaluate({}, ENV)


@pytest.mark.parametrize(
    "text",
    [
        "1" + " + 1" * 2_600,
        "a" + ".a" * 500,
        "(" * 300 + "1" + ")" * 300,
        "[" * 300 + "]" * 300,
        "not(" * 300 + "true" + ")" * 300,
        "1 in (" * 300 + "1" + ")" * 300,
        "{a:" * 300 + "1" + "}" * 300,
        "[1.." * 300 + "2" + "]" * 300,
        "1" + " = 1" * 300,
        "1 instance of list" + "<list" * 300 + ">" * 300,
        "function(a) " * 300 + "1",
    ],
)
def test_texts_too_long_or_too_deep_are_refused(text: str) -> None:
    with pytest.raises(feel.FeelLimitError):
        feel.parse(text)


@pytest.mark.parametrize("text", ["1" + " + 1" * 2_400, "true" + " and true" * 1_000, "-" * 1_001 + "1"])
def test_long_flat_expressions_are_fine(text: str) -> None:
    assert feel.parse(text).evaluate({}, ENV) is not None


def test_a_long_chain_of_conditions_is_fine() -> None:
    text = "".join(f"if x = {at} then {at} else " for at in range(400)) + "-1"
    assert feel.parse(text).evaluate({"x": 399}, ENV) == 399


@pytest.mark.parametrize(
    "text",
    [
        "2 ** (2 ** (2 ** 100))",
        "1.000001 ** 1e6000",
        "exp(1e10)",
        "1e6144 * 1e6144",
        'duration("P999999999D") * 1e300',
        'duration("P999999999999D")',
        'duration("P700000000000D") * 2',
        '@"P99999999Y" * 1e10',
        "date(1e100, 1, 1)",
        "[1, 2][1e300]",
        'substring("abc", 1e300)',
        "decimal(1, 1e30)",
        "time(1e20, 1, 1)",
        'date("999999999-12-31") + duration("P1D")',
        'date("-999999999-01-01") - duration("P1M")',
        'date and time("-999999999-01-01T00:00:00Z") - duration("PT1S")',
        'date and time("999999999-12-31T23:59:59-14:00") + duration("PT1S")',
    ],
)
def test_what_is_too_large_is_null(text: str) -> None:
    assert feel.parse(text).evaluate({}, ENV) is None


LONG = '{a: "' + "ab" * 3_000 + '", r: '
LIST = "{l: for i in 1..2000 return i, r: for i in 1..9000 return "


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(40)}.r", 250_000),
        ("for i in 1..90000 return 1.1 ** 1.1", 30_000),
        ("for i in 1..90000 return log(i)", 70_000),
        ("for i in 1..90000 return exp(i)", 70_000),
        ("for i in 1..90000 return modulo(1e6000, 7)", 300_000),
        ("for i in 1..90000 return floor(1e-6100, 6100)", 300_000),
        ('for i in 1..90000 return @"2020-01-01T00:00:00@Europe/Paris" + @"PT1H"', 700_000),
        ('for d in @"-999999999-01-01"..@"999999999-01-01" return d', 450_000),
        (LONG + "for i in 1..90000 return upper case(a)}.r", 16_000),
        (LONG + 'for i in 1..90000 return split(a, "b")}.r', 170_000),
        (LONG + 'for i in 1..90000 return a + "x"}.r', 9_000),
        (LIST + "reverse(l)}.r", 32_000),
        (LIST + "sum(l)}.r", 550_000),
        (LIST + "partial}.r", 34_000),
        (LIST + "sort(l, function(a, b) a > b)}.r", 320_000),
    ],
)
def test_work_is_counted_wherever_it_is_done(text: str, calls: int) -> None:
    """A fifth of the steps ends after a few rounds where a round is much work, and takes a fifth of 50 MB."""
    expression, env = feel.parse(text), replace(ENV, steps=MAX_STEPS // 5)
    with at_most(calls), pytest.raises(feel.FeelLimitError):
        expression.evaluate({}, env)
    tracemalloc.start()
    try:
        with pytest.raises(feel.FeelLimitError):
            expression.evaluate({}, env)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


LITERALS = "1 2.5 -1 1e300 null true false x y [1,2] {a:1} [1..3] now() today() item ?"
TEMPORALS = '"a" "" @"2026-03-02" @"P1D" @"P1M" @"10:00:00Z" @"2026-03-02T10:00:00"'
SIGNS = "+ - * / ** = != < > <= ( ) [ ] , . .. { } :"
KEYWORDS = "and or in if then else for some every satisfies return instance of number list between"
CALLS = "not( function( count( sum( string( date( min( sort( substring( matches( abs( concatenate("
words = st.sampled_from(" ".join([LITERALS, TEMPORALS, SIGNS, KEYWORDS, CALLS]).split())


@given(st.lists(words, max_size=14))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_value_or_a_feel_error(parts: list[str]) -> None:
    context: dict[str, Any] = {"x": [1, "a", None], "y": {"a": [1]}}
    text = " ".join(parts)
    try:
        feel.to_json(feel.parse(text).evaluate(context, ENV))
        feel.parse_unary(text).matches(3, context, ENV)
    except feel.FeelError:
        pass


arguments = st.sampled_from(
    [
        "null", "0", "-1", "2", "1.5", "1e300", '""', '"ab"', '"("', "true", "[]", "[1,2]", "{}",
        '["a",null]', "{a:1}", "[1..2]", "(<3)", "function(a,b) a",
        '@"2026-03-02"', '@"P1D"', '@"P1M"', '@"10:00:00"',
        '@"2026-03-02T10:00:00Z"', '[{key:"a",value:1}]', '@"0001-01-01T00:00:00+14:00"', '@"9999-12-31"',
    ]
)  # fmt: skip


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(arguments, max_size=4))
@settings(max_examples=300, deadline=None)
def test_no_function_fails_whatever_it_is_given(name: str, given_ones: list[str]) -> None:
    text = f"{name}({', '.join(given_ones)})"
    feel.to_json(feel.parse(text).evaluate({}, ENV))
