"""Decision tables: hit policies, types of inputs, what no match means."""

from html import escape
from typing import Any

import pytest

from engine import dmn
from tests.unit.dmn.models import ENV, decide, definitions, table

SEVERITY = [
    ("-", "true", '"darurat"', '"ktd"'),
    ('"sarana","produk_palsu"', "-", '"berkadar"', '"produk"'),
    ('not("saran")', "-", '"tidak_berkadar"', '"produk"'),
]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"kategori": "sarana", "bahaya": True}, {"kelas": "darurat", "jalur": "ktd"}),
        ({"kategori": "sarana", "bahaya": False}, {"kelas": "berkadar", "jalur": "produk"}),
        ({"kategori": "lain"}, {"kelas": "tidak_berkadar", "jalur": "produk"}),
        ({}, {"kelas": "tidak_berkadar", "jalur": "produk"}),
        ({"kategori": "saran", "bahaya": None}, None),
    ],
)
def test_the_first_rule_that_matches_gives_a_context(context: dict[str, Any], expected: Any) -> None:
    xml = definitions(table(["kategori", "bahaya:boolean"], ["kelas", "jalur"], SEVERITY))
    assert decide(xml, **context) == expected


@pytest.mark.parametrize(
    ("policy", "nilai", "expected"),
    [
        ("FIRST", 7, "b"),
        ("PRIORITY", 7, "a"),
        ("RULE ORDER", 7, ["b", "a", "c"]),
        ("OUTPUT ORDER", 7, ["a", "b", "c"]),
        ("COLLECT", 7, ["b", "a", "c"]),
        ("COLLECT+COUNT", 7, 3),
        ("UNIQUE", 1, "b"),
        ("ANY", 1, "b"),
        ("FIRST", -1, None),
        ("UNIQUE", -1, None),
        ("PRIORITY", -1, None),
        ("RULE ORDER", -1, None),
        ("COLLECT", -1, []),
        ("COLLECT+COUNT", -1, 0),
        ("COLLECT+SUM", -1, None),
    ],
)
def test_hit_policies(policy: str, nilai: int, expected: Any) -> None:
    rules = [("> 0", '"b"'), ("> 5", '"a"'), ("> 6", '"c"')]
    kind = "" if "COUNT" in policy else ":string"
    xml = definitions(table(["nilai:number"], [f'hasil{kind}="a","b","c"'], rules, policy))
    assert decide(xml, nilai=nilai) == expected


@pytest.mark.parametrize(("policy", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_aggregations(policy: str, expected: int) -> None:
    rules = [("-", "1"), ("-", "2"), ("-", "3"), ("> 100", "9")]
    assert decide(definitions(table(["n:number"], ["x:number"], rules, f"COLLECT+{policy}")), n=1) == expected


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_rules_that_contradict_each_other_are_an_error_naming_them(policy: str) -> None:
    xml = definitions(table(["n:number"], ["x"], [("> 1", '"a"'), ("> 2", '"b"')], policy))
    with pytest.raises(dmn.DmnError, match=r"r0, r1"):
        decide(xml, n=3)
    assert decide(xml, n=2) == "a"


def test_any_allows_rules_that_agree() -> None:
    rules = [("> 1", "[1, {a: 2}]"), ("> 2", "[1, {a: 2}]")]
    assert decide(definitions(table(["n:number"], ["x:Any"], rules, "ANY")), n=3) == [1, {"a": 2}]


def test_a_default_stands_when_nothing_matches() -> None:
    xml = definitions(table(["n:number"], ["x"], [("> 1", '"a"')]))
    xml = xml.replace(
        b'typeRef="string"></output>',
        b'typeRef="string"><defaultOutputEntry><text>"lain"</text></defaultOutputEntry></output>',
    )
    assert decide(xml, n=0) == "lain"
    assert decide(xml, n=2) == "a"


@pytest.mark.parametrize(
    ("kind", "cell", "passes", "fails"),
    [
        ("date", '< date("2026-03-02")', "2026-03-01", "2026-03-02"),
        ("date", '< date("2026-03-02")', "2026-03-01T23:00:00+07:00", "bukan tanggal"),
        (
            "dateTime",
            '< date and time("2026-03-02T09:00:00+07:00")',
            "2026-03-02T01:59:59Z",
            "2026-03-02T02:00:00Z",
        ),
        ("date and time", "< now()", "2026-03-02T01:59", "2026-03-02T02:01"),
        ("time", '< time("12:00:00")', "11:00:00", "13:00:00"),
        ("number", "> 10", "11.5", "9"),
        ("integer", "> 10", 11, "x"),
        ("double", "> 10", 10.5, None),
        ("boolean", "true", "true", "false"),
        ("boolean", "true", True, "ya"),
        ("string", '"1"', "1", 1),
        ("days and time duration", '> duration("P1D")', "P2D", "P1D"),
    ],
)
def test_inputs_from_json_become_what_the_column_says(kind: str, cell: str, passes: Any, fails: Any) -> None:
    xml = definitions(table([f"nilai:{kind}"], ["x"], [(cell, '"ya"')]))
    assert (decide(xml, nilai=passes), decide(xml, nilai=fails)) == ("ya", None)


def listing(values: str, kind: str = "string") -> bytes:
    """A table of one input that lists the values it allows."""
    xml = definitions(table([f"k:{kind}"], ["x"], [('"a", 1', '"satu"'), ("-", '"lain"')]))
    end = b"</inputExpression>"
    return xml.replace(end, end + f"<inputValues><text>{escape(values)}</text></inputValues>".encode())


@pytest.mark.parametrize(
    ("values", "kind", "within", "outside"),
    [
        ('"a","b"', "string", ["a", "b", None], ["c", ""]),
        ("[1..5], > 10", "number", [1, 5, 11, None], [0, 10]),
        ('"a","b"', "Any", [["a", "b"], []], [["a", "c"]]),
    ],
)
def test_an_input_must_be_among_the_values_that_its_column_lists(
    values: str, kind: str, within: list[Any], outside: list[Any]
) -> None:
    xml = listing(values, kind)
    assert {decide(xml, k=value) for value in within} <= {"satu", "lain"}
    for value in outside:
        with pytest.raises(dmn.DmnError, match=r"Input “k” of table .* does not allow") as refused:
            decide(xml, k=value)
        assert refused.value.findings[0].hint is not None


def test_an_output_must_be_among_the_values_that_its_column_lists() -> None:
    xml = definitions(table(["k"], ['x="satu","dua"'], [('"a"', "pilihan")]))
    assert (decide(xml, k="a", pilihan="dua"), decide(xml, k="a", pilihan=None)) == ("dua", None)
    with pytest.raises(dmn.DmnError, match='does not allow "tiga" of rule r0'):
        decide(xml, k="a", pilihan="tiga")


def test_a_rule_that_gives_what_its_column_does_not_list_is_found_when_the_file_is_read() -> None:
    rules = [('"a"', '"satu"'), ('"b"', '"tiga"')]
    with pytest.raises(dmn.DmnError) as refused:
        dmn.load(definitions(table(["k"], ['x="satu","dua"'], rules)))
    assert [(one.id, one.text) for one in refused.value.findings] == [("c1_1", '"tiga"')]


def test_outputs_are_expressions_over_all_variables() -> None:
    xml = definitions(table(["n:number"], ["x:Any"], [("?>1 and batas > ?", "{jumlah: n + batas}")]))
    assert decide(xml, n=2, batas=5) == {"jumlah": 7}
    assert decide(xml, n=2, batas=1) is None


def test_the_columns_are_known_without_deciding() -> None:
    xml = definitions(table(["a:number", "b"], ["x", "y:number"], [("-", "-", '"q"', "batas")], "RULE ORDER"))
    decision = dmn.Library([dmn.load(xml)]).decisions["keputusan"]
    assert [(column.expression, column.type) for column in decision.inputs] == [
        ("a", "number"),
        ("b", "string"),
    ]
    assert [(column.name, column.type) for column in decision.outputs] == [("x", "string"), ("y", "number")]
    assert (decision.hit_policy, decision.name, decision.id) == ("RULE ORDER", "Keputusan", "keputusan")
    assert decision.reads == {"a", "b", "batas"}


def test_a_list_of_one_stays_a_list_though_the_editor_wrote_the_type_of_a_cell() -> None:
    xml = definitions(table(["n:number"], ["kurang"], [("> 1", '"ktp"')], "COLLECT")).replace(
        b'name="Keputusan">', b'name="Keputusan"><variable name="kekurangan" typeRef="string"/>'
    )
    assert decide(xml, n=2) == ["ktp"]


def test_work_is_bounded_over_the_whole_decision() -> None:
    xml = definitions(table(["n:number"], ["x:Any"], [("-", "for i in 1..1000000000 return i")]))
    with pytest.raises(dmn.DmnError, match="steps"):
        dmn.Library([dmn.load(xml)]).evaluate("keputusan", {"n": 1}, ENV)
