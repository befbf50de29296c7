"""Regular expressions: what they find, and that none of them hangs."""

import contextlib
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel import patterns
from engine.feel.runtime import Run
from tests.support.effort import at_most
from tests.unit.feel.conftest import ENV


def found(text: str, pattern: str, flags: str, env: feel.Environment) -> bool | None:
    return patterns.matches(text, pattern, flags, Run(env))


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("MD123456789012", "^M[DL][0-9]{12}$", "", True),
        ("ML12345678901", "^M[DL][0-9]{12}$", "", False),
        ("PIRT 12", "^P-?IRT", "", True),
        ("Pungutan Liar", "pungutan", "", False),
        ("Pungutan Liar", "pungutan", "i", True),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\nb", "^b$", "", False),
        ("a\nb", "^b$", "m", True),
        ("a+b", "a+b", "q", True),
        ("ab", "a b", "x", True),
        ("abab", "^(ab)\\1$", "", True),
        ("Q", "[^Q]", "i", False),
        ("b", "[a-z-[aeiou]]", "", True),
        ("e", "^[a-z-[aeiou]]$", "", False),
        ("É", "\\p{Lu}", "", True),
        ("é", "\\P{L}", "", False),
        ("08123", "^\\d{4,5}$", "", True),
        ("aaa", "^a{2}$", "", False),
        ("", "^$", "", True),
        ("a", "(", "", None),
        ("a", "a**", "", None),
        ("a", "[z-a]", "", None),
        ("a", "\\q", "", None),
        ("a", "(?=a)", "", None),
        ("a", "\\2(a)", "", None),
        ("a", "a{2,1}", "", None),
        ("a", "a", "g", None),
    ],
)
def test_a_pattern_finds(text: str, pattern: str, flags: str, expected: Any, env: feel.Environment) -> None:
    assert found(text, pattern, flags, env) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("a.b.c", "\\\\.", "-")', "a-b-c"),
        ('replace("darted", "^(.*?)d(.*)$", "$1c$2")', "carted"),
        ('replace("abc", "b", "\\\\$")', "a$c"),
        ('replace("abc", "b", "$")', None),
        ('replace("abc", "x*", "-")', None),
        ('replace("aXbxc", "x", "-", "i")', "a-b-c"),
        ('replace("a.b", ".", "$0", "q")', "a$0b"),
        ('split("a; b;;c", ";\\\\s*")', ["a", "b", "", "c"]),
        ('split("abc", "(")', None),
    ],
)
def test_replace_and_split(text: str, expected: Any, value: Any) -> None:
    assert value(text) == expected


# Signs that mean the same in both dialects; Python's own engine is the witness.
simple_patterns = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@given(simple_patterns, st.text(alphabet="ab1", max_size=8))
@settings(max_examples=150, deadline=None)
def test_it_agrees_with_another_engine(pattern: str, text: str) -> None:
    assert found(text, pattern, "", ENV) is bool(re.search(pattern, text))
    assert found(text, f"^(?:{pattern})$", "", ENV) is bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a|a)*b", "(a|aa)+$b", "(.*)*x", ".*.*.*.*.*x", "(a*)*(a*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"],
)
def test_patterns_that_explode_elsewhere_end_here(pattern: str, env: feel.Environment) -> None:
    with at_most(300_000), contextlib.suppress(feel.FeelLimitError):
        assert found("a" * 2_000, pattern, "", env) is False


@pytest.mark.parametrize(
    "pattern", ["(a*)*\\1b", "(.*)(.*)(.*)\\1x", "((a{1000}){1000}){1000}", "(((a{99}){99}){99}){99}"]
)
def test_what_cannot_be_bounded_by_sharing_is_stopped(pattern: str, env: feel.Environment) -> None:
    with at_most(2_000_000), pytest.raises(feel.FeelLimitError):
        found("a" * 3_000, pattern, "", env)
