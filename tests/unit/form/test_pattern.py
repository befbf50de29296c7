"""Patterns mean what they mean in form-js, and none of them can stop a worker."""

import pytest

from engine.form.pattern import LONGEST_USE, PatternError, read_pattern


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        ("^[0-9]{16}$", "1234567890123456", "12345678901234567"),
        ("^[0-9]{10}([0-9]{6})?$", "1234567890", "12345678901"),
        ("^[A-Z]{2,3}[0-9A-Z ]{6,15}$", "NA18221300123", "na18221300123"),
        ("^[A-Z0-9.-]{6,30}$", "X.1-23", "X_1-23"),
        ("[0-9]", "abc1", "abc"),
        ("^(ya|tidak)$", "tidak", "tidaklah"),
        (r"^\d+$", "123", "١٢٣"),
        (r"^https?:\/\/.+", "https://contoh.example", "ftp://contoh.example"),
        ("^a$", "a", "a\n"),
        ("^[$]5$", "$5", "5"),
        ("^a{x}$", "a{x}", "ax"),
        ("^[[a&&b]$", "[", "c"),
        (r"^(?=.*[0-9])[a-z0-9]{3}$", "ab1", "abc"),
        (r"^(?:[a-z]{2},){0,2}z$", "ab,cd,z", "ab,cd,ef,z"),
        (r"^\$\^\.$", "$^.", "a"),
        (r"^[^\]]$", "a", "]"),
        ("^$|^x$", "x", "y"),
    ],
)
def test_matching(pattern: str, fits: str, fails: str) -> None:
    read = read_pattern(pattern)
    assert read.matches(fits)
    assert not read.matches(fails)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", "(a*)*", "(a|aa)+$", "(a|a?)+$", "([a-z]+)*x", "(.*)*", "((a{1,9}){1,9}){1,9}",
        "(a?){40}a{40}",
        "a*a*a*a*a*a*b", ".*.*.*.*=.*", "a?" * 40 + "a" * 40, "(?:x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$",
        r"(a)\1", "(?<=a)b", "(?P<n>a)", "(?i)a", "(", ")", "[", "*a", "a**", "a" * 501, "(" * 60 + ")" * 60,
        "a{3,1}", r"\p{L}", "[]",
    ],
)  # fmt: skip
def test_patterns_that_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "hostile", "longest"),
    [
        ("^a*a*a*$", "a", 270),
        (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "@.", 271),
        ("a*b", "a", 4_471),
        ("(ab)*c", "ab", 4_471),
        ("[a-z]+[0-9]*$", "a", 271),
        (r"^(?:\w+,){3}$", "a,", 271),
    ],
)
def test_what_is_accepted_ends_at_its_longest(pattern: str, hostile: str, longest: int) -> None:
    """At this length there are at most twenty million ways to lay the pattern: a second or less."""
    read = read_pattern(pattern)
    assert read.longest == longest
    text = (hostile * longest)[: longest - 1] + "!"
    read.matches(text)
    assert not read.matches("a" * (longest + 1))


def test_plain_patterns_have_room() -> None:
    assert read_pattern("^[0-9]{16}$").longest == LONGEST_USE
    assert read_pattern("^.+$").longest == LONGEST_USE


def test_the_reason_of_a_refusal_is_told() -> None:
    with pytest.raises(PatternError, match="repeats something that itself repeats"):
        read_pattern("(a+){4,}")
    with pytest.raises(PatternError, match="repeats too much"):
        read_pattern("a*a*a*a*a*")
