"""``alur play``: packages, zips, called processes, calendars, and files from elsewhere."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.kit import START_END, Table, alur, diagram, elements, properties, topic, user
from tests.integration.cli.test_check import ASKS, PACKAGE, zipped

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"
CALLED = diagram(START_END + user("c"), process="q", flows="s>c c>e")
CALLER = diagram(
    START_END
    + '<callActivity id="k"><extensionElements><zeebe:calledElement processId="q"/></extensionElements>'
    + "</callActivity>",
    flows="s>k k>e",
)
START = {
    "start": "M01_kontak",
    "with": {"jenis_laporan": "pengaduan", "judul": "Contoh", "isi_laporan": "Uraian", "anonim": False},
}


def test_a_called_process_is_brought_with(table: Table) -> None:
    called = table.put("elsewhere/q.bpmn", CALLED)
    said = table.play(CALLER, options=("--with", called))
    assert (said.code, elements(said.json["waiting"])) == (0, ["c"])
    done = table.play(CALLER, {"complete": "c", "with": {"n": 1}}, options=("--with", called))
    assert (done.json["status"], done.json["data"]) == ("completed", {"n": 1})


def test_without_what_it_calls_a_diagram_is_refused_with_its_question(table: Table) -> None:
    said = table.play(CALLER)
    assert (said.code, said.json["status"], said.json["trace"]) == (1, None, [])
    assert "cannot be played" in said.json["error"]
    assert any(finding["element"] == "k" for finding in said.json["findings"])
    assert "k" in said.err


def test_of_several_processes_one_is_named_or_the_one_that_nothing_calls_is_taken(table: Table) -> None:
    both = CALLED.replace("</definitions>", "") + CALLER[CALLER.index("<process") :]
    both = both.replace('id="s"', 'id="s1"', 1).replace('id="e"', 'id="e1"', 1)
    both = both.replace('sourceRef="s"', 'sourceRef="s1"', 1).replace('targetRef="e"', 'targetRef="e1"', 1)
    path = table.put("both.bpmn", both)
    first = table.play(path)
    assert [row["element"] for row in first.json["trace"]][:3] == ["s", "s", "k"], first.json
    named = table.play(path, options=("--process", "q"))
    assert [row["element"] for row in named.json["trace"]][:3] == ["s1", "s1", "c"]
    missing = table.play(path, options=("--process", "zz"))
    assert (missing.code, missing.json["error"]) == (1, "There is no process zz here.")


def test_a_diagram_of_any_name_and_encoding_plays(table: Table) -> None:
    text = diagram(START_END + user("a").replace('id="a"', 'id="a" name="Café"'), flows="s>a a>e")
    latin = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    for path in (table.put("x.bpmn20.xml", text), table.put("y.xml", text), table.put("z.bpmn", latin)):
        assert [wait["name"] for wait in table.play(path).json["waiting"]] == ["Café"]


def test_a_diagram_with_questions_is_not_played_until_they_are_answered(table: Table) -> None:
    said = table.play(ASKS)
    assert said.code == 1
    assert {finding["severity"] for finding in said.json["findings"]} >= {"question"}


def test_a_package_plays_from_its_folder_and_from_a_zip_alike(table: Table) -> None:
    states = [
        table.play(path, START, options=("--start", "2026-03-02T09:00+07:00")).json
        for path in (PACKAGE, table.put("p.zip", zipped(PACKAGE)))
    ]
    assert states[0]["error"] is None and states[0]["waiting"]
    assert {clock["name"]: clock["state"] for clock in states[0]["clocks"]}["jam_tanggapan"] == "running"
    assert set(states[0]["clocks"][0]) >= {"name", "due", "state"}
    assert states[0] == states[1]


def test_forms_are_checked_when_asked_for(table: Table) -> None:
    lax = table.play(PACKAGE, {"start": "M01_kontak", "with": {}})
    assert lax.code == 0
    strict = table.play(PACKAGE, {"start": "M01_kontak", "with": {}}, options=("--validate",))
    assert (strict.code, strict.json["status"]) == (1, None)
    assert "judul" in strict.json["error"]


@pytest.mark.parametrize("option", [("--calendar", "id-mars"), ("--start", "now"), ("--start", "2026-01-05")])
def test_an_unknown_calendar_or_a_start_without_zone_is_wrong_usage(
    table: Table, option: tuple[str, str]
) -> None:
    said = table.play(CALLED, options=option)
    assert said.code == 2
    assert said.json["error"]


@pytest.mark.parametrize("steps", ["{", "3", '["complete"]', '{"steps": []}'])
def test_steps_that_are_no_list_are_wrong_usage(table: Table, steps: str) -> None:
    path, given = table.put("x.bpmn", CALLED), table.put("s.json", steps)
    assert alur("play", path, "--steps", given, "--json").code == 2


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04 broken", b"<html/>"])
def test_what_cannot_be_read_is_one_document_and_exit_one(table: Table, content: bytes) -> None:
    said = table.play(table.put("x.bpmn", content))
    assert (said.code, said.json["status"]) == (1, None)
    assert said.json["findings"]


def test_a_process_that_calls_itself_is_refused_or_an_incident(table: Table) -> None:
    said = table.play(CALLER.replace('processId="q"', 'processId="p"'))
    assert said.json["status"] in (None, "incident")
    assert said.json["findings" if said.code else "incident"]


def test_the_limit_of_an_agency_zone_is_counted_there(table: Table) -> None:
    task = user("a", properties(serviceLevel="1 HK", escalateTo="kepala"))
    path = table.put("k/x.bpmn", diagram(START_END + task, flows="s>a a>e"))
    table.put("k/sop.toml", 'process_id = "p"\nzona_waktu = "Asia/Jayapura"\nmemanggil = []\n')
    said = table.play(path.parent)
    assert said.json.get("findings") is None, said.json["findings"]
    assert said.json["waiting"][0]["due"] == "2026-01-06T16:00:00+09:00"


def test_for_people_the_state_is_told_in_lines(table: Table) -> None:
    path = table.put("x.bpmn", diagram(START_END + topic("a", "kerja"), flows="s>a a>e"))
    said = alur("play", path, "--steps", table.put("s.json", [{"complete": "zz"}]))
    assert said.code == 1
    assert said.out.splitlines() == ["status: active", "waiting: topic a role=None due=None"]
    assert said.err == "error: No open task at zz.\n"


def samples() -> list[Path]:
    return sorted(path for path in SAMPLES.glob("*") if path.name[0] in "DM" and path.suffix != ".md")


def answered(finding: dict[str, Any]) -> str:
    """An answer to a question: its first option, else something that fits anywhere."""
    return finding["options"][0]["value"] if finding["options"] else "PT1H"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="others' sample diagrams are not on this machine")
def test_files_of_others_get_a_verdict_and_play_once_their_questions_are_answered(table: Table) -> None:
    """Every third file of them: the rest differ in their elements, which the unit tests of bpmn cover."""
    for path in samples()[::3]:
        verdict = alur("check", path, "--json")
        questions = [each for each in verdict.json["findings"] if each["severity"] == "question"]
        given = table.put("answers.json", {each["id"]: answered(each) for each in questions})
        out = table.folder / "answered.bpmn"
        again = alur("check", path, "--answers", given, "--write", out, "--json")
        if again.json["verdict"] not in ("RUN", "FIX"):
            assert again.code == 1 and again.json["findings"]
            continue
        played = table.play(out)
        assert played.json["status"] in ("active", "completed", "incident", None), path.name
