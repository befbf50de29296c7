"""Cells of decision tables."""

from typing import Any

import pytest

from engine import feel

CASES: list[tuple[str, list[Any], list[Any]]] = [
    # tests, what passes, what does not
    ("-", [None, 1, "a"], []),
    ("", [None, 1, "a"], []),
    ('"a","b"', ["a", "b"], ["c", None, 1]),
    ('not("a","b")', ["c", None], ["a", "b"]),
    ("not(null)", ["a", False], [None]),
    ("null", [None], ["", 0, False]),
    ("true", [True], [False, None, "true", 1]),
    ("> 10", [11], [10, None, "11"]),
    ("<= 10", [10], [11, None]),
    ("!= 10", [11], [10]),
    ("= 10", [10], [11]),
    ("[1..10]", [1, 10], [0, 11, None]),
    ("]1..10[", [2], [1, 10]),
    ("< 3, > 5", [2, 6], [4]),
    ("? > 3", [4], [3, None]),
    ("? > 3 and ? < 5", [4], [5]),
    ('matches(?, "^M[DL][0-9]{3}$")', ["MD123"], ["MX123", None, 5]),
    ('contains(?, "x")', ["axb"], ["ab", None]),
    ("count(?) > 1", [[1, 2]], [[1]]),
    ("[1, 2]", [1, 2, [1, 2]], [3, None]),
    ("batas", [7], [8, None]),
    ("> batas", [8], [7, None]),
    ("batas > 5", [1, "a", None], []),
    ("batas > 9", [], [1, "a", None, True]),
    ('date("2026-03-02")', [feel.constant('date("2026-03-02")')], [None, "2026-03-02"]),
    ('< date("2026-03-02")', [feel.constant('date("2026-03-01")')], [feel.constant('date("2026-03-02")')]),
    ('"1"', ["1"], [1]),
    ("-1", [-1], [1]),
    ("not(> 5)", [5, 4], [6]),
    ("if batas > 1 then 1 else 2", [1], [2]),
]


@pytest.mark.parametrize(("text", "passes", "fails"), CASES)
def test_a_cell_lets_through_what_it_names(
    text: str, passes: list[Any], fails: list[Any], env: feel.Environment
) -> None:
    tests = feel.parse_unary(text)
    for value in passes:
        assert tests.matches(value, {"batas": 7}, env), value
    for value in fails:
        assert not tests.matches(value, {"batas": 7}, env), value


def test_a_cell_says_what_it_reads() -> None:
    assert feel.parse_unary("> batas, ? = lain").names == {"batas", "lain"}
