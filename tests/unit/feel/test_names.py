"""Names: with spaces, with signs, against keywords; and what an expression says it reads."""

from typing import Any

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("Jenis Laporan", {"Jenis Laporan": 1}, 1),
        ("jumlah - denda", {"jumlah - denda": 1, "jumlah": 5, "denda": 2}, 1),
        ("a-b", {"a-b": 1, "a": 5, "b": 2}, 1),
        ("satu dua + satu", {"satu dua": 1, "satu": 10}, 11),
        ("tanggal dan jam", {"tanggal dan jam": 1}, 1),
        ("if not then", {"if not then": 3}, 3),
        ("`spasi ganda`", {"spasi ganda": 2}, 2),
        ("date", {"date": "x"}, "x"),
        ("orang.nama lengkap", {"orang": {"nama lengkap": "Sari"}}, "Sari"),
        (
            "daftar[Nilai Akhir > 1]",
            {"daftar": [{"Nilai Akhir": 2}], "Nilai Akhir": None},
            [{"Nilai Akhir": 2}],
        ),
    ],
)
def test_the_longest_declared_name_is_meant(
    text: str, context: dict[str, Any], expected: Any, env: feel.Environment
) -> None:
    found = feel.parse(text, names=list(context)).evaluate(context, env)
    assert feel.to_json(found) == expected


def test_a_name_that_is_not_declared_is_one_word() -> None:
    with pytest.raises(feel.FeelSyntaxError) as error:
        feel.parse("jenis laporan = 1")
    assert error.value.position == 6


@pytest.mark.parametrize(
    ("text", "names", "filtered", "functions"),
    [
        ('kelas = "a" and laporan.rahasia', {"kelas", "laporan"}, set(), set()),
        ("for i in xs return i + y", {"xs", "y"}, set(), set()),
        ("orang[umur > batas].nama", {"orang", "umur", "batas"}, {"umur", "batas"}, set()),
        ("{a: 1, b: a + c}", {"c"}, set(), set()),
        ("function(a) a + b", {"b"}, set(), set()),
        ("hari kerja(n) > now()", {"n", "hari kerja"}, set(), {"hari kerja", "now"}),
        ("some x in daftar satisfies x = item", {"daftar", "item"}, set(), set()),
    ],
)
def test_an_expression_lists_what_it_reads(
    text: str, names: set[str], filtered: set[str], functions: set[str]
) -> None:
    expression = feel.parse(text)
    assert expression.names | expression.functions == names | functions
    assert expression.filter_names == filtered
    assert expression.functions == functions


def test_names_of_functions_are_no_variables() -> None:
    assert feel.parse("hari kerja(n)").names == {"n"}


def test_parsing_again_gives_the_same_expression() -> None:
    assert feel.parse("a + b", ["a", "b"]) is feel.parse("a + b", ["b", "a"])
    assert feel.parse("= a + b").text == "a + b"
