"""Requirement graphs, boxed expressions, functions, services and imports."""

from typing import Any

import pytest

from engine import dmn, feel
from tests.unit.dmn.models import DMN, ENV, decide, definitions, literal, table


def boxed(inside: str, extra: str = "") -> bytes:
    return definitions(f'<decision id="keputusan" name="Keputusan">{inside}</decision>{extra}')


def text(expression: str) -> str:
    return f"<literalExpression><text>{expression}</text></literalExpression>"


def test_a_third_decision_merges_two_tables() -> None:
    xml = definitions(
        table(
            ["kategori"],
            ["kelas", "jalur"],
            [("-", '"berkadar"', '"produk"')],
            identity="kelas",
            name="Kelas",
        )
        + table(
            ["jalur_awal"], ["jalur", "batas:number"], [("-", '"ktd"', "8")], identity="jalur", name="Jalur"
        )
        + literal("keputusan", "context merge([Kelas, Jalur])", "kelas", "jalur")
    )
    assert decide(xml, kategori="x") == {"kelas": "berkadar", "jalur": "ktd", "batas": 8}


def test_a_decision_is_found_by_its_id_before_its_name() -> None:
    xml = definitions(literal("a", '"id a"', name="b") + literal("b", '"id b"', name="c"))
    assert (decide(xml, "b"), decide(xml, "c"), decide(xml, "a")) == ("id b", "id b", "id a")
    with pytest.raises(dmn.DmnError, match="tidak_ada"):
        decide(xml, "tidak_ada")


def test_a_required_decision_is_made_once() -> None:
    calls: list[Any] = []

    def count() -> int:
        calls.append(1)
        return len(calls)

    env = feel.Environment(now=ENV.now, zone=ENV.zone, functions={"hitung": count})
    xml = definitions(
        literal("dasar", "hitung()")
        + literal("kiri", "dasar", "dasar")
        + literal("kanan", "dasar", "dasar")
        + literal("atas", "[kiri, kanan]", "kiri", "kanan")
    )
    assert dmn.Library([dmn.load(xml)]).evaluate("atas", {}, env) == [1, 1]
    assert calls == [1]


def test_input_data_convert_by_their_type() -> None:
    item = (
        '<itemDefinition name="tLaporan"><itemComponent name="Tanggal Kejadian"><typeRef>date</typeRef>'
        '</itemComponent><itemComponent name="nilai"><typeRef>number</typeRef></itemComponent>'
        "</itemDefinition>"
        '<inputData id="in" name="Laporan"><variable name="Laporan" typeRef="tLaporan"/></inputData>'
    )
    needs = '<informationRequirement id="q"><requiredInput href="#in"/></informationRequirement>'
    xml = boxed(needs + text("Laporan.Tanggal Kejadian + duration(&quot;P1D&quot;)"), item)
    assert decide(xml, Laporan={"Tanggal Kejadian": "2026-03-01", "nilai": "2"}) == "2026-03-02"
    assert decide(xml, Laporan={"Tanggal Kejadian": "2026-03-01"}) is None, "a component is missing"
    assert decide(xml) is None


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            '<context><contextEntry><variable name="dua kata"/>' + text("1") + "</contextEntry><contextEntry>"
            '<variable name="b"/>' + text("dua kata + 1") + "</contextEntry></context>",
            {"dua kata": 1, "b": 2},
        ),
        (
            '<context><contextEntry><variable name="a"/>' + text("1") + "</contextEntry><contextEntry>"
            + text("a + 1") + "</contextEntry></context>",
            2,
        ),
        ("<list>" + text("1") + text("n") + "</list>", [1, 7]),
        (
            f'<relation><column name="a"/><column name="b"/><row>{text("1")}{text("2")}</row></relation>',
            [{"a": 1, "b": 2}],
        ),
        (
            f"<conditional><if>{text('n &gt; 5')}</if><then>{text('1')}</then>"
            f"<else>{text('2')}</else></conditional>",
            1,
        ),
        (f"<filter><in>{text('[1,8,9]')}</in><match>{text('item &gt; n')}</match></filter>", [8, 9]),
        (f'<for iteratorVariable="x"><in>{text("[1,2]")}</in><return>{text("x*n")}</return></for>', [7, 14]),
        (
            f'<some iteratorVariable="x"><in>{text("[1,8]")}</in>'
            f"<satisfies>{text('x&gt;n')}</satisfies></some>",
            True,
        ),
        (
            f'<every iteratorVariable="x"><in>{text("[1,8]")}</in>'
            f"<satisfies>{text('x&gt;n')}</satisfies></every>",
            False,
        ),
        (
            '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="x"/>'
            + text("x * 2") + "</functionDefinition></contextEntry><contextEntry>" + text("f(n)")
            + "</contextEntry></context>",
            14,
        ),
    ],
)  # fmt: skip
def test_boxed_expressions(inside: str, expected: Any) -> None:
    assert decide(boxed(inside), n=7) == expected


BKM = (
    '<businessKnowledgeModel id="tarif" name="Tarif Denda"><variable name="Tarif Denda"/><encapsulatedLogic>'
    '<formalParameter name="hari" typeRef="number"/>'
    f"{text('if hari &gt; 3 then 10 else 5')}</encapsulatedLogic></businessKnowledgeModel>"
)
KNOWS = '<knowledgeRequirement id="k"><requiredKnowledge href="#tarif"/></knowledgeRequirement>'


def test_knowledge_is_called_by_name_or_invoked_with_bindings() -> None:
    assert decide(boxed(KNOWS + text("Tarif Denda(n)"), BKM), n=4) == 10
    # An argument that is not of its type arrives as null: nothing is known, so the smaller rate holds.
    assert decide(boxed(KNOWS + text("Tarif Denda(&quot;4&quot;)"), BKM)) == 5
    binding = f'<binding><parameter name="hari"/>{text("n")}</binding>'
    assert decide(boxed(f"{KNOWS}<invocation>{text('Tarif Denda')}{binding}</invocation>", BKM), n=2) == 5


def test_a_service_is_a_function_of_its_inputs() -> None:
    inner = literal("dalam", "masuk * 2", "masuk", name="dalam") + literal("masuk", "99", name="masuk")
    service = (
        '<decisionService id="layanan" name="layanan"><variable name="layanan"/>'
        '<outputDecision href="#dalam"/><inputDecision href="#masuk"/></decisionService>'
    )
    needs = '<knowledgeRequirement id="k"><requiredKnowledge href="#layanan"/></knowledgeRequirement>'
    assert decide(boxed(needs + text("layanan(4)"), inner + service)) == 8


def test_models_import_each_other_by_namespace() -> None:
    first = definitions(
        '<import namespace="urn:lain" name="lain" importType="x"/>'
        + literal("keputusan", "lain.Batas Waktu + 1").replace(
            "<literal",
            '<informationRequirement id="n"><requiredDecision href="urn:lain#b"/></informationRequirement>'
            "<literal",
        )
    )
    other = definitions(literal("b", "4", name="Batas Waktu"), own="urn:lain")
    library = dmn.Library([dmn.load(first), dmn.load(other)])
    assert library.evaluate("keputusan", {}, ENV) == 5
    with pytest.raises(dmn.DmnError, match="leads to nothing"):
        dmn.Library([dmn.load(first)]).evaluate("keputusan", {}, ENV)


BASE = definitions(
    '<itemDefinition name="tKelas"><typeRef>string</typeRef>'
    '<allowedValues><text>"a","b"</text></allowedValues></itemDefinition>'
    + literal("dasar", '"a"', name="Kelas Dasar"),
    own="urn:dasar",
)


def importing(alias: str, text: str) -> bytes:
    """A model that imports BASE under a name, or without one, and gives a class of its own."""
    prefix = f"{alias}." if alias else ""
    return definitions(
        f'<import namespace="urn:dasar" name="{alias}" importType="x"/>'
        + literal("keputusan", text.format(prefix), kind=f"{prefix}tKelas").replace(
            "<literal",
            '<informationRequirement id="n"><requiredDecision href="urn:dasar#dasar"/>'
            "</informationRequirement><literal",
        )
    )


@pytest.mark.parametrize("alias", ["lain", ""])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{0}Kelas Dasar", "a"),
        ('"b"', "b"),
        ('"c"', None),
        ('if "b" instance of {0}tKelas and not(1 instance of {0}tKelas) then "a" else "b"', "a"),
    ],
)
def test_names_and_types_of_an_imported_model_hold(alias: str, text: str, expected: Any) -> None:
    files = {"a.dmn": importing(alias, text), "z.dmn": BASE}
    assert dmn.in_order(files) == ["z.dmn", "a.dmn"]
    models: list[dmn.Model] = []
    for name in dmn.in_order(files):
        models.append(dmn.load(files[name], others=models))
    assert dmn.Library(models).evaluate("keputusan", {}, ENV) == expected


def test_models_that_import_each_other_and_files_that_cannot_be_read_have_an_order() -> None:
    one = definitions('<import namespace="urn:b" name="b" importType="x"/>', own="urn:a")
    two = definitions('<import namespace="urn:a" name="a" importType="x"/>', own="urn:b")
    assert dmn.in_order({"b": two, "x": b"<", "a": one}) == ["x", "a", "b"]


def test_the_declared_type_of_a_result_holds() -> None:
    assert decide(definitions(literal("keputusan", '"a"', kind="number"))) is None
    assert decide(definitions(literal("keputusan", "[1]", kind="number"))) == 1


@pytest.mark.parametrize(
    "namespace",
    [
        DMN,
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_all_versions_are_read(namespace: str) -> None:
    assert decide(definitions(literal("keputusan", "1 + 1"), namespace)) == 2
