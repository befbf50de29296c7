"""``alur feel``, ``alur dmn`` and ``alur calendar explain``."""

import json
from typing import Any

import pytest

from tests.integration.cli.kit import Table, alur

NOW = "2026-03-17T09:00+07:00"
DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">
  <decision id="kelas" name="Kelas laporan"><decisionTable hitPolicy="FIRST">
    <input id="i"><inputExpression typeRef="number"><text>kerugian</text></inputExpression></input>
    <output id="o" name="kelas" typeRef="string"/>
    <rule id="r1"><inputEntry id="a"><text>&gt; 10</text></inputEntry>
      <outputEntry id="b"><text>"berkadar"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
      <outputEntry id="f"><text>"informasi"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""


@pytest.mark.parametrize(
    ("expression", "value", "kind"),
    [
        ("1 + 1", 2, "number"),
        ("0.1 + 0.2", 0.3, "number"),
        ("1 / 3", "0.3333333333333333333333333333333333", "number"),  # 34 digits: no JSON reader keeps them
        ("12345678901234567890", 12345678901234567890, "number"),
        ('"a" + "b"', "ab", "string"),
        ("not(true)", False, "boolean"),
        ("nothing", None, "null"),
        ('date("2026-03-17")', 'date("2026-03-17")', "date"),
        ('duration("P1D")', 'duration("P1D")', "days and time duration"),
        ('{a: [1, date("2026-03-17")]}', {"a": [1, 'date("2026-03-17")']}, "context"),
        ("working days(3)", 'date and time("2026-03-27T16:00:00+07:00")', "date and time"),
        ("= hari kerja(3)", 'date and time("2026-03-27T16:00:00+07:00")', "date and time"),
        ('now() + duration("PT2H")', None, None),
    ],
)
def test_an_expression_has_a_value_and_a_type(expression: str, value: Any, kind: str | None) -> None:
    said = alur("feel", expression, "--now", NOW)
    assert said.code == 0
    assert set(said.json) == {"value", "type"}
    if kind is None:
        assert said.json["value"].startswith('date and time("2026-03-17T11:00:00')
        return
    found = said.json["value"]
    assert said.json["type"] == kind
    if kind == "number":  # a number of more digits than a JSON number keeps may be text, but is exact
        assert str(found) == str(value)
    elif kind == "date and time":
        assert found.startswith(value[:-2])
    else:
        assert found == value


def test_variables_keep_their_digits_and_may_have_spaces_in_their_names() -> None:
    said = alur("feel", "batas hari + 1", "--context", '{"batas hari": 0.12345678901234567890123}')
    assert said.json["value"] == "1.12345678901234567890123"


def test_unary_tests_look_at_an_input() -> None:
    assert alur("feel", "--unary", "> 3, 1", "--input", "5").json == {"value": True, "type": "boolean"}
    assert alur("feel", "--unary", '"a","b"', "--input", '"c"').json["value"] is False
    assert (
        alur("feel", "--unary", "> batas", "--input", "5", "--context", '{"batas": 4}').json["value"] is True
    )


@pytest.mark.parametrize(("expression", "position"), [("1 +", 3), ("1 + * 2", 4), ('"open', 0)])
def test_an_invalid_expression_says_where(expression: str, position: int) -> None:
    said = alur("feel", expression)
    assert said.code == 1
    assert set(said.json) == {"error", "position"}
    assert said.json["position"] == position and said.json["error"] in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("feel",),
        ("feel", "1", "--unary", "2", "--input", "3"),
        ("feel", "--unary", "> 1"),
        ("feel", "1", "--context", "{"),
        ("feel", "1", "--context", "[1]"),
        ("feel", "1", "--context", '{"a": NaN}'),
        ("feel", "1", "--now", "yesterday"),
        ("feel", "1", "--now", "2026-03-17T09:00"),
        ("feel", "1", "--calendar", "id-mars"),
        ("calendar", "explain", "3 HK", "--calendar", "id-mars", "--json"),
        ("calendar", "explain", "3 HK", "--from", "soon", "--json"),
        ("calendar", "explain", "3 HK", "--percent", "0", "--json"),
    ],
)
def test_wrong_usage_is_exit_two_with_a_document(arguments: tuple[str, ...]) -> None:
    said = alur(*arguments)
    assert said.code == 2
    assert said.json["error"]


def test_an_expression_cannot_hang() -> None:
    said = alur("feel", "for a in 1..10000000 return a")
    assert said.code == 1 and said.json["error"]


@pytest.mark.parametrize("name", ["kelas", "Kelas laporan"])
def test_a_decision_by_id_or_name(table: Table, name: str) -> None:
    path = table.put("k.dmn", DMN)
    said = alur("dmn", path, "--decision", name, "--input", '{"kerugian": 11}')
    assert (said.code, said.json) == (0, {"value": "berkadar"})
    assert alur("dmn", path, "--decision", name, "--input", "{}").json == {"value": "informasi"}


def test_a_decision_that_is_not_there_or_a_broken_file_is_a_clear_no(table: Table) -> None:
    path = table.put("k.dmn", DMN)
    for said in (
        alur("dmn", path, "--decision", "apa", "--json"),
        alur("dmn", table.put("b.dmn", "<x"), "--decision", "kelas"),
        alur("dmn", table.put("b.dmn", b"\xff\xfe\x00"), "--decision", "kelas"),
    ):
        assert said.code == 1
        assert said.json["error"] in said.err


def test_the_calendar_names_the_days_it_skips() -> None:
    arguments = ("calendar", "explain", "3 HK", "--from", NOW)
    receipt = alur(*arguments, "--json").json
    assert receipt["due"] == "2026-03-27T16:00:00+07:00"
    named = {row["day"]: row.get("name") for row in receipt["skipped"]}
    assert named["2026-03-18"] == "Cuti Bersama Hari Suci Nyepi" and named["2026-03-21"] is None
    told = alur(*arguments).out
    assert "2026-03-18  Cuti Bersama Hari Suci Nyepi" in told and "2026-03-21  weekend" in told


@pytest.mark.parametrize(
    ("limit", "options", "due"),
    [
        ("4 JK", (), "2026-03-17T13:00:00+07:00"),
        ("3 hari", (), "2026-03-20T23:59:00+07:00"),
        ("P3D", (), "2026-03-20T09:00:00+07:00"),
        ("10 menit", (), "2026-03-17T09:10:00+07:00"),
        ("1 HK", ("--ends", "day"), "2026-03-25T23:59:00+07:00"),
        ("1 HK", ("--zone", "WIT"), "2026-03-25T16:00:00+09:00"),
        ("5 HK", ("--percent", "80"), "2026-03-30T16:00:00+07:00"),
    ],
)
def test_every_kind_of_limit_is_counted(limit: str, options: tuple[str, ...], due: str) -> None:
    assert alur("calendar", "explain", limit, "--from", NOW, "--json", *options).json["due"] == due


def test_a_limit_that_is_none_is_a_clear_no() -> None:
    said = alur("calendar", "explain", "3 XX", "--json")
    assert said.code == 1
    assert "3 XX" in json.loads(said.out)["error"] and "3 HK" in said.json["hint"]
