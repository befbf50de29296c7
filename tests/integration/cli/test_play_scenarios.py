"""Scenarios of the SOPs through the command itself, judged here and not by ``engine.cases.scenarios``."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.kit import Table

PROCESSES = Path(__file__).resolve().parents[3] / "processes"
CLOCK_STATES = {"berjalan": "running", "jeda": "paused", "berhenti": "stopped"}
Row = dict[str, Any]


def scenarios() -> Iterator[tuple[Path, Row]]:
    """Every scenario with the folder of its package."""
    for path in sorted(PROCESSES.glob("*/*/scenarios.toml")):
        for each in tomllib.loads(path.read_text(encoding="utf-8"))["skenario"]:
            yield path.parent, each


def points(scenario: Row) -> dict[int, list[Row]]:
    """What must hold, by the number of steps after which it must."""
    found: dict[int, list[Row]] = {}
    for expected in scenario["harap"]:
        found.setdefault(expected["setelah"], []).append(expected)
    return found


def richest() -> list[tuple[Path, Row, int]]:
    """Of each SOP the point at which most must hold at once."""
    best: dict[str, tuple[Path, Row, int]] = {}
    for folder, scenario in scenarios():
        number, wanted = max(points(scenario).items(), key=lambda item: (len(item[1]), item[0]))
        known = best.get(folder.name)
        if known is None or len(wanted) > len(points(known[1])[known[2]]):
            best[folder.name] = (folder, scenario, number)
    return list(best.values())


RICHEST = richest()


def same(found: str | None, wanted: Any) -> bool:
    """The same instant; an expectation may be a TOML time or its text."""
    if not isinstance(wanted, datetime):
        wanted = datetime.fromisoformat(wanted)
    return found is not None and datetime.fromisoformat(found) == wanted


def holds(state: Row, expected: Row) -> bool:
    """Whether a state of ``alur play`` meets one expectation, by the words of the SOP conventions alone."""
    tasks = [row for row in state["waiting"] if row["kind"] == "user" and row["escalation_of"] is None]
    if "terbuka" in expected:
        rows = [row for row in tasks if row["element"] == expected["terbuka"]]
        meeting = [row for row in rows if _fits(row, expected, due="due", pengingat="reminder_at")]
        return bool(meeting) and len(rows) == expected.get("jumlah", len(rows))
    if "tertutup" in expected:
        return all(row["element"] != expected["tertutup"] for row in tasks)
    if "jam" in expected:
        rows = [row for row in state["clocks"] if row["name"] == expected["jam"]]
        wanted = CLOCK_STATES.get(expected.get("keadaan", ""))
        return any(
            wanted in (None, row["state"]) and _fits(row, expected, due="due", pengingat="reminder_at")
            for row in rows
        )
    if "eskalasi" in expected:
        rows = [row for row in state["waiting"] if row["escalation_of"] is not None]
        named = [row for row in rows if row["name"] == expected["eskalasi"]]
        return any(_fits(row, expected, pada="since") for row in named)
    if "terjadi" in expected:
        fired = [row for row in state["trace"] if row["event"] == "fired"]
        return any(row["element"] == expected["terjadi"] and _fits(row, expected, pada="at") for row in fired)
    if "data" in expected:
        return all(state["data"][key] == value for key, value in expected["data"].items())
    ended = [row["element"] for row in state["trace"] if row["event"] == "completed"][-1]
    status = expected.get("status", state["data"]["status"])
    return state["status"] == "completed" and ended == expected["akhir"] and state["data"]["status"] == status


def _fits(row: Row, expected: Row, **times: str) -> bool:
    if "role" in expected and row["role"] != expected["role"]:
        return False
    return all(same(row[ours], expected[theirs]) for theirs, ours in times.items() if theirs in expected)


@pytest.mark.parametrize(
    ("folder", "scenario", "number"), RICHEST, ids=[f"{each[1]['id']}-{each[2]}" for each in RICHEST]
)
def test_the_command_says_what_the_scenario_expects(
    table: Table, folder: Path, scenario: Row, number: int
) -> None:
    steps = scenario["langkah"][:number]
    said = table.play(folder, *steps, options=("--start", scenario["mulai"]))
    assert (said.code, said.json["error"], said.json["incident"]) == (0, None, None)
    missed = [each for each in points(scenario)[number] if not holds(said.json, each)]
    assert missed == []


def test_every_sop_is_played() -> None:
    assert len(RICHEST) == 7
    assert len(list(scenarios())) == 89


def test_a_state_that_differs_is_seen() -> None:
    state: Row = {"status": "active", "waiting": [], "clocks": [], "trace": [], "data": {"kelas": None}}
    for expected in (
        {"terbuka": "T01"},
        {"jam": "jam_tanggapan"},
        {"eskalasi": "Eskalasi: T01"},
        {"terjadi": "W01"},
        {"data": {"kelas": "berkadar"}},
    ):
        assert not holds(state, expected)
