"""``alur check``: the verdict as one document, whatever it is given."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.integration.cli.kit import START_END, Table, alur, diagram, user

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "processes" / "bpom" / "bpom_ulpk"
RUNS = diagram(START_END + user("a"), flows="s>a a>e")
# An exclusive gateway whose exits have no condition: a question each, with an option to answer with.
ASKS = diagram(
    START_END + user("a") + '<exclusiveGateway id="g"/><endEvent id="e2"/>',
    flows="s>a a>g g>e g>e2",
)
KEYS = {"id", "rule", "severity", "element", "name", "line", "message", "hint", "options"}


def test_the_document_has_the_keys_of_the_contract(table: Table) -> None:
    said = alur("check", table.put("x.bpmn", ASKS), "--json")
    assert said.code == 1
    assert set(said.json) == {"verdict", "processes", "findings"}
    assert (said.json["verdict"], said.json["processes"]) == ("ASK", ["p"])
    assert all(set(finding) >= KEYS for finding in said.json["findings"])
    assert all(
        finding["id"] == f"{finding['rule']}:{finding['element']}" for finding in said.json["findings"]
    )
    ids = [(finding["id"], finding["message"]) for finding in said.json["findings"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("name", "content", "verdict", "code"),
    [
        ("x.bpmn", RUNS, {"RUN", "FIX"}, 0),
        ("x.bpmn20.xml", RUNS, {"RUN", "FIX"}, 0),
        ("x.bpmn", ASKS, {"ASK"}, 1),
        ("x.bpmn", "<html/>", {"REFUSE"}, 1),
        ("x.bpmn", "", {"REFUSE"}, 1),
        ("x.bpmn", b"\x00\x01\x02", {"REFUSE"}, 1),
        ("x.zip", b"PK\x03\x04 broken", {"REFUSE"}, 1),
        ("x.dmn", "<definitions/>", {"REFUSE"}, 1),
        ("x.json", "{", {"REFUSE"}, 1),
        ("x.json", '{"type": "default", "id": "f", "components": []}', {"RUN", "FIX"}, 0),
        ("x.txt", "halo", {"REFUSE"}, 1),
    ],
)
def test_each_kind_of_file_gets_a_verdict_and_its_exit_code(
    table: Table, name: str, content: str | bytes, verdict: set[str], code: int
) -> None:
    said = alur("check", table.put(name, content), "--json")
    assert said.json["verdict"] in verdict
    assert said.code == code
    severities = {finding["severity"] for finding in said.json["findings"]}
    assert ("error" in severities) == (said.json["verdict"] == "REFUSE")
    assert "Traceback" not in said.err


def test_a_package_is_checked_as_folder_zip_and_decision_table(table: Table) -> None:
    for path in (PACKAGE, table.put("p.zip", zipped(PACKAGE)), PACKAGE / "bpom_ulpk.dmn"):
        said = alur("check", path, "--json")
        assert (said.code, said.json["verdict"]) == (0, "RUN"), said.json["findings"][:3]
    folder = alur("check", PACKAGE, "--json", "--sop")
    assert folder.json["processes"] == ["bpom_ulpk"]


def test_sop_rules_count_only_when_asked_for(table: Table) -> None:
    path = table.put("x.bpmn", RUNS)
    assert alur("check", path, "--json").code == 0
    strict = alur("check", path, "--json", "--sop")
    assert (strict.code, strict.json["verdict"]) == (1, "REFUSE")


def test_every_fault_is_told_not_only_the_first(table: Table) -> None:
    bad = diagram(START_END + user("a") + user("b"), flows="s>a a>zz b>yy s>e")
    elements = {
        finding["element"] for finding in alur("check", table.put("x.bpmn", bad), "--json").json["findings"]
    }
    assert {"f_a_zz", "f_b_yy"} <= elements


@pytest.mark.parametrize("name", ["x.bpmn", "x.bpmn20.xml", "proses saya.xml"])
def test_answers_are_written_into_a_diagram_of_any_name(table: Table, name: str) -> None:
    path = table.put(name, ASKS)
    questions = [f for f in alur("check", path, "--json").json["findings"] if f["severity"] == "question"]
    assert questions
    answers = {each["id"]: "= n = 1" for each in questions}
    out = table.folder / "out.bpmn"
    said = alur("check", path, "--answers", table.put("a.json", answers), "--write", out, "--json")
    again = alur("check", out, "--json")
    assert (said.code, again.code) == (0, 0), said.json
    assert again.json["verdict"] == "RUN"  # what was mended is in the file
    assert b"n = 1" in out.read_bytes()
    played = table.play(out, {"complete": "a", "with": {"n": 1}})
    assert played.json["status"] == "completed"


def test_an_answer_may_be_a_json_value_and_one_that_asks_for_nothing_is_told(table: Table) -> None:
    path = table.put("x.bpmn", ASKS)
    question = next(f for f in alur("check", path, "--json").json["findings"] if f["severity"] == "question")
    given = table.put("a.json", {question["id"]: True, "gateway:nowhere": "x"})
    out = table.folder / "out.bpmn"
    said = alur("check", path, "--answers", given, "--write", out, "--json")
    assert b"= true" in out.read_bytes() or b">true<" in out.read_bytes()
    assert any("nowhere" in finding["message"] for finding in said.json["findings"])


def test_nothing_is_written_of_a_refused_upload_or_of_two_diagrams(table: Table) -> None:
    out = table.folder / "out.bpmn"
    refused = alur("check", table.put("x.bpmn", "<html/>"), "--write", out, "--json")
    assert (refused.code, refused.json["verdict"], out.exists()) == (1, "REFUSE", False)
    table.put("two/a.bpmn", RUNS)
    table.put("two/b.bpmn", RUNS.replace('id="p"', 'id="q"'))
    two = alur("check", table.folder / "two", "--write", out, "--json")
    assert (two.code, out.exists()) == (1, False)
    assert "exactly one diagram" in two.err and two.json["processes"] == ["p", "q"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nothing.bpmn", "--json"),
        ("check", "--json"),
        ("check", "x.bpmn", "--answers", "broken.json", "--json"),
        ("check", "x.bpmn", "--answers", "list.json", "--json"),
        ("check", "x.bpmn", "--write", "no/folder/out.bpmn", "--json"),
        ("check", "x.bpmn", "--colour", "--json"),
    ],
)
def test_wrong_usage_is_exit_two_and_still_one_document(
    table: Table, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put("x.bpmn", RUNS)
    table.put("broken.json", "{")
    table.put("list.json", [])
    monkeypatch.chdir(table.folder)
    said = alur(*arguments)
    assert said.code == 2
    assert said.json["error"] and said.err


def test_for_people_each_finding_has_its_place_and_options(table: Table) -> None:
    said = alur("check", table.put("x.bpmn", ASKS))
    assert said.out.startswith("ASK  p\n")
    assert "question x.bpmn:" in said.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.out)


def zipped(folder: Path) -> bytes:
    """The package as it is uploaded: its files, with the forms it uses under forms/."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
        for path in (ROOT / "forms" / folder.parent.name).glob("*.json"):
            archive.write(path, f"forms/{path.name}")
        for path in (ROOT / "forms" / "bersama").glob("*.json"):
            archive.write(path, f"forms/{path.name}")
    return held.getvalue()
