"""Faults in expressions are named with their place."""

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "incomplete"),
        ("1 +", 3, "incomplete"),
        ("a == b", 3, "one equals sign"),
        ("= a == b", 5, "one equals sign"),
        ('"abc', 0, "closing quotation"),
        ("1 /* x", 2, "no end"),
        ("a # b", 2, "no meaning"),
        ("(1", 2, ")"),
        ("[1, 2", 5, "]"),
        ("{a 1}", 4, ":"),
        ("{a: 1, a: 2}", 7, "twice"),
        ("if a then b", 11, "else"),
        ("for x return 1", 14, "in"),
        ("f(a: 1, 2)", 10, "every argument"),
        ("1e9999", 0, "too large"),
        ("function(a) external {}", 12, "outside FEEL"),
        ("1 2", 2, "missing before 2"),
        ("a.", 2, "incomplete"),
        ('"a"(1)', 3, "not expected"),
        ("__import__('os')", 11, "double quotation marks"),
    ],
)
def test_a_fault_has_a_place_and_a_reason(text: str, position: int, words: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as error:
        feel.parse(text)
    assert (error.value.position, words in str(error.value)) == (position, True), str(error.value)


@pytest.mark.parametrize("text", ["[", "], [", "not(", "> ", "1,", "- -", '"a" "b"', "[1..", "= = 1"])
def test_faulty_cells_are_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.parse_unary(text)
