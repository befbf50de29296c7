"""Faulty and hostile files: every fault is listed once, with its place; nothing is fetched or expanded."""

from pathlib import Path

import pytest

from engine import dmn
from tests.support.effort import at_most
from tests.unit.dmn.models import DMN, decide, definitions, literal, table


def findings(xml: bytes) -> list[dmn.Finding]:
    with pytest.raises(dmn.DmnError) as error:
        dmn.load(xml)
    return error.value.findings


def test_all_faults_of_a_file_are_found_in_one_pass() -> None:
    xml = definitions(
        table(["a", ""], ["x"], [('"b', "-", '"ya"'), ("> 1", "[1..", "1 +"), ("-", "-", '"ya"')])
        + literal("lain", "a ==")
    )
    found = {finding.id: finding for finding in findings(xml)}
    assert set(found) == {"i1", "c0_0", "c1_1", "c1_2", "lain"}
    cell = found["c1_1"]
    assert (cell.text, cell.decision) == ("[1..", "keputusan")
    assert "[1.." in str(cell.message)
    lines = xml.decode().splitlines()
    assert "c1_1" in lines[cell.line - 1]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (table(["a"], ["x"], [("-", "1")], "TERAKHIR"), "hit policy TERAKHIR"),
        (table(["a"], ["x"], [("-", "1")], "COLLECT+MEDIAN"), "aggregation MEDIAN"),
        (table(["a"], ["x"], [("-", "1", "2")]), "more or fewer cells"),
        (table(["a"], [], [("-",)]), "no output column"),
        (table(["a"], ["x", "y"], [("-", "1", "2")], "COLLECT+SUM"), "one output column"),
        (table(["a"], ["x"], [("-", "1")], "PRIORITY"), "output values"),
        (literal("a", "b", "b"), "leads to nothing"),
        (literal("a", "b", "b") + literal("b", "a", "a"), "own result"),
        (literal("a", "1") + literal("a", "2"), "twice"),
        (
            literal("a", "1").replace(
                "<literalExpression", '<literalExpression expressionLanguage="javascript"'
            ),
            "javascript",
        ),
        (
            '<businessKnowledgeModel id="k"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>',
            "outside FEEL",
        ),
    ],
)
def test_a_faulty_model_is_refused(inside: str, words: str) -> None:
    assert any(words in str(finding.message) for finding in findings(definitions(inside)))


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b"", "well-formed"),
        (b"<definitions", "well-formed"),
        (b"<html/>", "no DMN model"),
        (b'<definitions xmlns="http://example/"/>', "no DMN model"),
        (b"<!DOCTYPE definitions><definitions/>", "document type"),
        (
            definitions("<!-- -->" * 1).replace(b"?>\n", b'?>\n<!DOCTYPE d [<!ENTITY a "b">]>', 1),
            "document type",
        ),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than"),
    ],
)
def test_other_files_are_refused(xml: bytes, words: str) -> None:
    (finding,) = findings(xml)
    assert words in str(finding.message)


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("rahasia")
    bomb = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 10))
    for entities, used in (
        (f'<!ENTITY e0 SYSTEM "{secret.as_uri()}">', "e0"),
        (f'<!ENTITY e0 "ha">{bomb}', "e0"),
        (f'<!ENTITY e0 "ha">{bomb}', "e9"),
    ):
        inside = f'<definitions xmlns="{DMN}" name="&{used};"><decision id="&{used};"/></definitions>'
        with at_most(500):
            (found,) = findings(f"<!DOCTYPE d [{entities}]>{inside}".encode())
        assert not found.id and "rahasia" not in str(found.message)  # of the file, not of a decision in it


def test_a_model_with_faults_can_still_be_looked_at() -> None:
    model = dmn.load(definitions(literal("a", "1 +") + literal("b", "2")), strict=False)
    assert [finding.id for finding in model.findings] == ["a"]
    assert set(model.decisions) == {"a", "b"}


def test_an_unknown_element_of_another_vocabulary_is_passed_over() -> None:
    inside = literal("keputusan", "1 + 1").replace(
        "<literalExpression>", '<x:note xmlns:x="urn:x"><x:text>9</x:text></x:note><literalExpression>'
    )
    assert decide(definitions(inside)) == 2
