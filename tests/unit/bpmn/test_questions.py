"""Answers are written back as standard BPMN, and what was asked is not asked again."""

from pathlib import Path

import pytest

from engine import bpmn, spiff
from engine.bpmn import edit
from tests.unit.bpmn.drawing_kit import diagram

FIXTURES = Path(__file__).parent / "fixtures"

# fixture, answers, then the findings that may be left
CASES = [
    ("gateway-condition/invalid", {"f3": "= disetujui", "f4": "default"}),
    ("gateway-condition/invalid", {"f3": "disetujui = true", "f4": "${!disetujui}"}),
    ("condition/invalid", {"f3": "= nilai > 3", "f4": "nilai", "f6": "kelas == 'a'"}),
    ("timer/invalid-none", {"w": "P3WD"}),
    ("timer/invalid-prose", {"w": "3 HK"}),
    ("timer/invalid-cron", {"w": "R3/PT1H"}),
    ("timer/invalid-zone", {"w": "2026-03-02T09:00:00+07:00"}),
    ("timer/invalid-juel", {"w": "= hari kerja(batas)"}),
    ("service-topic/invalid", {"t": "person"}),
    ("service-topic/invalid", {"t": "kirim_surat"}),
    ("decision/invalid", {"t": "person"}),
    ("call/invalid", {"t": "person"}),
    ("event-reference/invalid", {"a": "pesan", "b": "isyarat", "c": "person", "d": "naik", "e": "BARU"}),
    ("event-reference/invalid", {"a": "baru", "b": "baru", "c": "surat jalan", "d": "x", "e": "GAGAL"}),
    ("catch-nothing/invalid", {"t": "pass"}),
    ("catch-nothing/invalid", {"t": "P3WD"}),
    ("catch-nothing/invalid", {"t": "surat_diterima"}),
    ("conditional-event/invalid", {"t": "= jumlah > 3"}),
    ("loop-collection/invalid", {"t": "= daftar"}),
    ("loop-collection/invalid", {"t": "once"}),
    ("loop-collection/invalid-standard", {"t": "ulang = true"}),
    ("empty-subprocess/invalid", {"t": "person"}),
    ("empty-subprocess/invalid", {"t": "skip"}),
    ("mapping/invalid", {"t": "= a"}),
    ("mapping/invalid", {"t": "drop"}),
    ("mapping/invalid-juel", {"t": "= a.b"}),
    ("mapping/invalid-several", {"t": '= {isi: "Yth.", "kepada siapa": pelapor.nama}'}),
    ("mapping/invalid-several", {"t": "= a"}),
    ("mapping/invalid-several", {"t": "drop"}),
    ("mapping/invalid-script", {"t": "= 2"}),
    ("script/invalid-empty", {"t": "person"}),
    ("event-reference/invalid-expression", {"t": "siaga"}),
    ("script/invalid-empty", {"t": "hitung_denda"}),
    ("condition/invalid-constant", {"f2": "keep", "f3": '= lengkap = "tidak"'}),
    ("condition/invalid-constant", {"f2": "= lengkap", "f3": "false"}),
    ("condition/invalid-dead-default", {"f2": "keep"}),
    ("pool-choice/invalid", {"c": "p"}),
    ("pool-choice/invalid", {"c": "*"}),
]


@pytest.mark.parametrize(("fixture", "given"), CASES)
def test_answered_questions_are_settled_for_good(fixture: str, given: dict[str, str]) -> None:
    rule = fixture.partition("/")[0]
    files = {"p.bpmn": (FIXTURES / f"{fixture}.bpmn").read_bytes()}
    assert bpmn.check(files).verdict == "ASK"
    answers = {f"{rule}:{element}": value for element, value in given.items()}
    verdict = bpmn.check(files, answers=answers)
    assert verdict.runs, [str(finding.message) for finding in verdict.findings]
    assert not [finding for finding in verdict.findings if finding.rule == "answer"]
    written = bpmn.apply(files, answers)
    assert written == verdict.files
    again = bpmn.check(written)
    assert again.runs
    assert bpmn.executable(written) == bpmn.executable(verdict.files)


@pytest.mark.parametrize(
    ("fixture", "answers"),
    [
        ("gateway-condition/invalid", {"gateway-condition:f3": "a +"}),
        ("gateway-condition/invalid", {"gateway-condition:zz": "= a"}),
        ("timer/invalid-none", {"timer:w": "kapan-kapan"}),
        ("timer/invalid-none", {"timer:w": "-PT5S"}),
        ("pool-choice/invalid", {"pool-choice:c": "lain"}),
        ("empty-subprocess/invalid", {"empty-subprocess:t": "mungkin"}),
        ("service-topic/invalid", {"service-topic:t": " "}),
        ("service-topic/invalid", {"tidak-ada:t": "x"}),
    ],
)
def test_an_answer_that_cannot_be_taken_is_told_and_changes_nothing(
    fixture: str, answers: dict[str, str]
) -> None:
    files = {"p.bpmn": (FIXTURES / f"{fixture}.bpmn").read_bytes()}
    verdict = bpmn.check(files, answers=answers)
    assert verdict.verdict == "ASK"
    assert len([finding for finding in verdict.findings if finding.rule == "answer"]) == 1
    assert verdict.files == bpmn.check(files).files


def test_both_exits_cannot_be_the_default() -> None:
    files = {"p.bpmn": (FIXTURES / "gateway-condition/invalid.bpmn").read_bytes()}
    answers = {"gateway-condition:f3": "default", "gateway-condition:f4": "default"}
    verdict = bpmn.check(files, answers=answers)
    assert [finding.id for finding in verdict.of(bpmn.Severity.QUESTION)] == ["gateway-condition:f4"]


def test_every_option_offered_is_an_answer_that_is_taken() -> None:
    for path in sorted(FIXTURES.rglob("invalid*.bpmn")):
        files = {"p.bpmn": path.read_bytes()}
        for question in bpmn.check(files).of(bpmn.Severity.QUESTION):
            for option in question.options:
                verdict = bpmn.check(files, answers={question.id: option.value})
                assert question.id not in {item.id for item in verdict.of(bpmn.Severity.QUESTION)}, (
                    path,
                    option.value,
                )


def test_the_drawing_is_kept() -> None:
    plane = (
        b'<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" id="dia">'
        b'<d:BPMNPlane bpmnElement="p"/></d:BPMNDiagram></bpmn:definitions>'
    )
    data = (FIXTURES / "timer/invalid-none.bpmn").read_bytes().replace(b"</bpmn:definitions>", plane)
    written = bpmn.apply({"p.bpmn": data}, {"timer:w": "P3WD"})["p.bpmn"]
    assert b"BPMNPlane" in written
    assert b"P3WD" in written
    assert b"expect: question timer:w" in written


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Disetujui?", "disetujui"),
        ("3 hari", "n_3_hari"),
        ("If", "if_"),
        ("And / Or", "and_or"),
        ("承認する", "承認する"),
        ("???", ""),
        ("kata " * 50, ("kata_" * 12)[:-1]),
    ],
)
def test_a_name_made_of_a_label_can_stand_in_an_expression(label: str, name: str) -> None:
    assert edit.slug(label) == name


def test_a_call_is_offered_no_process_that_would_call_back() -> None:
    def process(name: str, called: str) -> str:
        return (
            f'<bpmn:process id="{name}" isExecutable="true"><bpmn:startEvent id="s_{name}"/>'
            f'<bpmn:sequenceFlow id="f_{name}" sourceRef="s_{name}" targetRef="c_{name}"/>'
            f'<bpmn:callActivity id="c_{name}"{called}/></bpmn:process>'
        )

    parts = process("a", "") + process("b", ' calledElement="a"') + process("lain", ' calledElement="b2"')
    data = (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
        f"{parts}</bpmn:definitions>"
    ).encode()
    asked = {item.id: item for item in bpmn.check({"p.bpmn": data}).of(bpmn.Severity.QUESTION)}
    assert [option.value for option in asked["call:c_a"].options] == ["person", "lain"]


def test_an_instant_without_a_zone_is_offered_with_one() -> None:
    data = (FIXTURES / "timer" / "invalid-zone.bpmn").read_bytes()
    (asked,) = bpmn.check({"p.bpmn": data}).of(bpmn.Severity.QUESTION)
    first = asked.options[0].value
    assert first.endswith("+07:00")
    assert bpmn.check({"p.bpmn": data}, answers={asked.id: first}).runs


def test_an_undefined_error_is_offered_under_the_name_it_is_called_by() -> None:
    """Flowable and jBPM write the code itself where BPMN has a reference: throw and catch agree then."""
    handler = (
        '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs">'
        '<errorEventDefinition errorRef="KODE"/>'
        '</startEvent><endEvent id="he"/><sequenceFlow id="hf" sourceRef="hs" targetRef="he"/></subProcess>'
    )
    thrown = '<endEvent id="e"><errorEventDefinition errorRef="KODE"/></endEvent>'
    files = {"p.bpmn": diagram(f'<startEvent id="s"/>|{thrown}|{handler}|s>e')}
    asked = bpmn.check(files).of(bpmn.Severity.QUESTION)
    answers = {question.id: question.options[0].value for question in asked}
    assert answers == {"event-reference:e": "KODE", "event-reference:hs": "KODE"}
    verdict = bpmn.check(files, answers=answers)
    assert verdict.runs
    assert "uncaught" not in {finding.rule for finding in verdict.findings}


def test_a_trigger_that_another_tool_added_gives_way_to_the_answer() -> None:
    caught = '<intermediateCatchEvent id="c"><variableListenerEventDefinition/></intermediateCatchEvent>'
    files = {"p.bpmn": diagram(f'<startEvent id="s"/>|{caught}|<endEvent id="e"/>|s>c|c>e')}
    verdict = bpmn.check(files, answers={"catch-nothing:c": "P3WD"})
    assert verdict.runs
    assert spiff.compile(bpmn.executable(verdict.files)).processes == ["p"]


def test_an_attribute_that_an_event_cannot_have_means_nothing() -> None:
    milestone = '<intermediateThrowEvent id="t" messageRef="nowhere"/>'
    files = {"p.bpmn": diagram(f'<startEvent id="s"/>|{milestone}|<endEvent id="e"/>|s>t|t>e')}
    verdict = bpmn.check(files)
    assert verdict.verdict == "RUN"
    assert spiff.compile(bpmn.executable(verdict.files)).processes == ["p"]
