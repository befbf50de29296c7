"""Declared types: what is given where a type stands is of that type, becomes it, or is null."""

import pytest

from engine import dmn, feel
from tests.unit.dmn.models import ENV, definitions, literal

TYPES = """
<itemDefinition name="tWarna"><typeRef>string</typeRef>
  <allowedValues><text>"merah", "biru"</text></allowedValues></itemDefinition>
<itemDefinition name="tSama"><typeRef>tWarna</typeRef></itemDefinition>
<itemDefinition name="tArah"><typeRef>tWarna</typeRef>
  <allowedValues><text>"kiri"</text></allowedValues></itemDefinition>
<itemDefinition name="tDaftar" isCollection="true"><typeRef>tWarna</typeRef></itemDefinition>
<itemDefinition name="tAngka" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="tOrang"><itemComponent name="nama"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="warna"><typeRef>tWarna</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tMasa"><typeRef>years and months duration</typeRef>
  <allowedValues><text>[@"P1Y"..@"P5Y"]</text></allowedValues></itemDefinition>
<itemDefinition name="tFungsi"><functionItem outputTypeRef="tWarna"><parameters name="a" typeRef="string"/>
  </functionItem></itemDefinition>
"""


def value(inside: str, decision: str = "d", **context: object) -> str:
    model = dmn.load(definitions(TYPES + inside))
    return str(feel.to_string(dmn.Library([model]).evaluate(decision, context, ENV)))


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("string", "1 + 1", "null"),
        ("number", "[10]", "10"),
        ("tAngka", "10", "[10]"),
        ("tAngka", '[1, 2, "tiga"]', "null"),
        ("tAngka", "null", "null"),
        ("tWarna", '"merah"', "merah"),
        ("tWarna", '"hijau"', "null"),
        ("tSama", '"hijau"', "null"),
        ("tArah", '"kiri"', "kiri"),
        ("tArah", '"merah"', "null"),
        ("tDaftar", '["merah", "biru"]', '["merah", "biru"]'),
        ("tDaftar", '["merah", "hijau"]', "null"),
        ("tOrang", '{nama: "A", warna: "biru", umur: 3}', '{nama: "A", warna: "biru", umur: 3}'),
        ("tOrang", '{nama: "A", warna: "hijau"}', "null"),
        ("tOrang", '{nama: "A"}', "null"),
        ("tMasa", '@"P2Y"', "P2Y"),
        ("tMasa", '@"P6Y"', "null"),
    ],
)
def test_a_result_is_of_the_type_of_its_variable(kind: str, text: str, wanted: str) -> None:
    assert value(literal("d", text, kind=kind)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('(function(a: tWarna) a)("merah")', "merah"),
        ('(function(a: tWarna) a)("hijau")', "null"),
        ("(function(a: list<number>) count(a))([1, 2])", "2"),
        ('"hijau" instance of tWarna', "true"),  # the shape alone is asked for
        ("1 instance of tWarna", "false"),
    ],
)
def test_parameters_ask_for_allowed_values_and_instance_of_for_the_shape(text: str, wanted: str) -> None:
    assert value(literal("d", text)) == wanted


def knowledge(kind: str, call: str, parameter: str = "") -> str:
    typed = f' typeRef="{parameter}"' if parameter else ""
    return (
        f'<businessKnowledgeModel id="b" name="b"><variable name="b" typeRef="{kind}"/><encapsulatedLogic>'
        f'<formalParameter name="a"{typed}/><literalExpression><text>a</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
        '<decision id="d" name="d"><variable name="d"/><knowledgeRequirement id="k">'
        '<requiredKnowledge href="#b"/></knowledgeRequirement>'
        f"<literalExpression><text>{call}</text></literalExpression></decision>"
    )


@pytest.mark.parametrize("kind", ["tFungsi", "tWarna"])
def test_the_type_of_a_function_or_of_its_result_holds_for_what_it_gives(kind: str) -> None:
    assert value(knowledge(kind, 'b("merah")')) == "merah"
    assert value(knowledge(kind, 'b("hijau")')) == "null"


def test_arguments_of_knowledge_that_are_not_of_their_type_arrive_as_null() -> None:
    assert value(knowledge("", 'b("merah") = null', "number")) == "true"
    assert value(knowledge("tFungsi", "b(3) = null")) == "true"


def test_columns_of_relations_have_types() -> None:
    relation = (
        '<decision id="d" name="d"><variable name="d"/><relation><column id="c" name="c" typeRef="tWarna"/>'
        '<row id="r1"><literalExpression><text>"merah"</text></literalExpression></row>'
        '<row id="r2"><literalExpression><text>"hijau"</text></literalExpression></row>'
        "</relation></decision>"
    )
    assert value(relation) == '[{c: "merah"}, {c: null}]'


def test_a_service_gives_what_its_function_type_promises() -> None:
    service = (
        '<inputData id="i" name="i"/><decisionService id="s" name="s"><variable name="s" typeRef="tFungsi"/>'
        '<outputDecision href="#o"/><inputData href="#i"/></decisionService>'
        '<decision id="o" name="o"><variable name="o"/>'
        '<informationRequirement id="q"><requiredInput href="#i"/></informationRequirement>'
        "<literalExpression><text>i</text></literalExpression></decision>"
    )
    library = dmn.Library([dmn.load(definitions(TYPES + service))])
    assert library.service("s", {"i": "biru"}, ENV) == "biru"
    assert library.service("s", {"i": "hijau"}, ENV) is None
