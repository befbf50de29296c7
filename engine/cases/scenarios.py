"""Scenarios of an SOP (``scenarios.toml``): played step by step, each expectation checked after its step."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.cases.play import FIRINGS_AT_MOST, Player
from engine.clock import instant
from engine.errors import AlurError, Invalid, Message, msg
from engine.runtime.program import Programs

STATES = {"berjalan": "running", "jeda": "paused", "berhenti": "stopped"}


@dataclass(frozen=True)
class Scenario:
    """One story: where it starts, its steps, and what must hold after which step."""

    id: str
    name: str
    start: str
    steps: list[dict[str, Any]]
    expected: list[dict[str, Any]]
    text: str = ""


@dataclass(frozen=True)
class Result:
    """What came of a scenario: ``faults`` is empty when every expectation held."""

    scenario: Scenario
    faults: list[Message] = field(default_factory=list)
    checked: int = 0

    @property
    def passed(self) -> bool:
        return not self.faults


def read(data: bytes) -> list[Scenario]:
    """The scenarios of a file; raises Invalid with what is wrong and where."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
        return [
            Scenario(
                id=str(entry["id"]),
                name=str(entry.get("nama", "")),
                start=str(entry["mulai"]),
                steps=list(entry["langkah"]),
                expected=list(entry.get("harap", [])),
                text=str(entry.get("uraian", "")),
            )
            for entry in table["skenario"]
        ]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(msg("scenarios.toml is broken: %(reason)s", reason=str(error))) from error
    except (KeyError, TypeError) as error:
        raise Invalid(msg("scenarios.toml lacks %(key)s.", key=str(error))) from error


def run(
    files: Mapping[str, bytes],
    process: str,
    scenario: Scenario,
    *,
    zone: str = "Asia/Jakarta",
    programs: Programs | None = None,
    firings: int = FIRINGS_AT_MOST,
) -> Result:
    """Play one scenario. An expectation that names nothing we check is a fault: it must be able to fail."""
    player = Player(files, process, instant(scenario.start), zone=zone, programs=programs, firings=firings)
    faults: list[Message] = []
    checked = 0
    try:
        for number, step in enumerate(scenario.steps, start=1):
            player.apply(step)
            state = player.state()
            for expected in scenario.expected:
                if expected.get("setelah") == number:
                    checked += 1
                    faults += [
                        msg("Step %(number)d: %(fault)s", number=number, fault=fault)
                        for fault in check(state, expected)
                    ]
            if state["incident"]:
                text = msg("incident: %(text)s", text=state["incident"]["message"])
                faults.append(msg("Step %(number)d: %(fault)s", number=number, fault=text))
    except AlurError as error:
        faults.append(msg("A step did not apply: %(reason)s", reason=error.message))
    finally:
        player.close()
    if checked != len(scenario.expected) and not faults:
        faults.append(
            msg("%(count)d expectations were never checked.", count=len(scenario.expected) - checked)
        )
    return Result(scenario, faults, checked)


def check(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    """What of one expectation does not hold in this state."""
    checks = {
        "terbuka": _open,
        "tertutup": _closed,
        "jam": _clock,
        "eskalasi": _escalated,
        "terjadi": _happened,
        "data": _data,
        "akhir": _ended,
    }
    named = [key for key in checks if key in expected]
    if len(named) != 1:
        return [msg("No known expectation in %(given)s.", given=str(expected))]
    known = {
        "setelah", "terbuka", "tertutup", "jam", "eskalasi", "terjadi", "data", "akhir",
        "role", "due", "pengingat", "jumlah", "keadaan", "pada", "status",
    }  # fmt: skip
    if set(expected) - known:
        return [msg("Unknown keys %(keys)s.", keys=", ".join(sorted(set(expected) - known)))]
    return checks[named[0]](state, expected)


def _open(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    items = [
        item
        for item in state["waiting"]
        if item["kind"] == "user" and item["element"] == expected["terbuka"] and not item["escalation_of"]
    ]
    if not items:
        waiting = ", ".join(each["element"] for each in state["waiting"]) or "–"
        return [msg("%(name)s is not open; waiting: %(waiting)s", name=expected["terbuka"], waiting=waiting)]
    faults = []
    if "jumlah" in expected and len(items) != expected["jumlah"]:
        faults.append(_differ(expected["terbuka"], "jumlah", len(items), expected["jumlah"]))
    for item in items if "jumlah" in expected else items[:1]:
        faults += _differs(item, expected, {"role": "role"})
        faults += _times(item, expected, {"due": "due", "pengingat": "reminder_at"})
    return faults


def _closed(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    still = [w for w in state["waiting"] if w["element"] == expected["tertutup"] and not w["escalation_of"]]
    return [msg("%(name)s is still open.", name=expected["tertutup"])] if still else []


def _clock(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    clock = next((row for row in state["clocks"] if row["name"] == expected["jam"]), None)
    if clock is None:
        return [msg("The clock %(name)s has not started.", name=expected["jam"])]
    faults = []
    if "keadaan" in expected and clock["state"] != STATES.get(expected["keadaan"]):
        faults.append(_differ(expected["jam"], "keadaan", clock["keadaan"], expected["keadaan"]))
    return faults + _times(clock, expected, {"due": "due", "pengingat": "reminder_at"})


def _escalated(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    rows = [row for row in state["waiting"] if row["escalation_of"] and row["name"] == expected["eskalasi"]]
    if not rows:
        return [msg("%(name)s was not escalated.", name=expected["eskalasi"])]
    return min(
        (_differs(r, expected, {"role": "role"}) + _times(r, expected, {"pada": "since"}) for r in rows),
        key=len,
    )


def _happened(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    fired = [
        row for row in state["trace"] if row["event"] == "fired" and row["element"] == expected["terjadi"]
    ]
    if not fired:
        return [msg("%(name)s has not fired.", name=expected["terjadi"])]
    return min((_times(row, expected, {"pada": "at"}) for row in fired), key=len)


def _data(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    return [
        _differ("data", key, state["data"].get(key), value)
        for key, value in expected["data"].items()
        if state["data"].get(key) != value
    ]


def _ended(state: dict[str, Any], expected: dict[str, Any]) -> list[Message]:
    faults = (
        []
        if state["ended_at"] == expected["akhir"]
        else [_differ("akhir", "elemen", state["ended_at"], expected["akhir"])]
    )
    if "status" in expected and state["data"].get("status") != expected["status"]:
        faults.append(_differ("akhir", "status", state["data"].get("status"), expected["status"]))
    return faults


def _differs(row: dict[str, Any], expected: dict[str, Any], keys: dict[str, str]) -> list[Message]:
    return [
        _differ(row.get("element"), theirs, row[ours], expected[theirs])
        for theirs, ours in keys.items()
        if theirs in expected and row[ours] != expected[theirs]
    ]


def _times(row: dict[str, Any], expected: dict[str, Any], keys: dict[str, str]) -> list[Message]:
    return [
        _differ(row.get("element") or row.get("name"), theirs, row[ours], expected[theirs])
        for theirs, ours in keys.items()
        if theirs in expected and (row[ours] is None or instant(row[ours]) != instant(expected[theirs]))
    ]


def _differ(name: str | None, what: str, found: Any, wanted: Any) -> Message:
    return msg(
        "%(name)s: %(what)s is %(found)s, not %(wanted)s",
        name=name or "",
        what=what,
        found="–" if found is None else str(found),
        wanted=str(wanted),
    )
