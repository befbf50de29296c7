"""The scenarios of a version, played on a fake clock by the engine that runs real reports."""

from typing import Any

from flask import Blueprint

from engine.cases import scenarios
from engine.cases.scenarios import Result, Scenario
from engine.errors import AlurError, Invalid, Message, msg
from webapp import csrf
from webapp.access import allow
from webapp.designer import playing
from webapp.designer.frame import Version, designs, open_version, page, write_local_times
from webapp.house import house
from webapp.visitor import person

blueprint = Blueprint("skenario", __name__)
write_local_times(blueprint)
FILE = "scenarios.toml"


@blueprint.get("/sop/<key>/v/<int:number>/skenario")
@allow(designs)
def show(key: str, number: int) -> str:
    """What there is to play."""
    version = open_version(key, number)
    try:
        found, problem = _read(version), None
    except Invalid as error:
        found, problem = [], error.message
    return _page(version, [{"scenario": each} for each in found], problem)


@blueprint.post("/sop/<key>/v/<int:number>/skenario")
@allow(designs)
def run(key: str, number: int) -> str:
    """Play them all; nothing is kept."""
    csrf.submitted_key()
    version = open_version(key, number)
    rows = []
    try:
        found = _read(version)
        with playing.alone():
            rows = [_played(version, each) for each in found]
    except Invalid as error:
        return _page(version, rows, error.message)
    return _page(version, rows, None)


def _read(version: Version) -> list[Scenario]:
    if FILE not in version.source:
        return []
    found = scenarios.read(version.source[FILE])
    if len(found) > playing.MOST_SCENARIOS or any(len(each.steps) > playing.MOST_STEPS for each in found):
        raise Invalid(
            msg(
                "At most %(scenarios)d scenarios with %(steps)d steps each are played here.",
                scenarios=playing.MOST_SCENARIOS,
                steps=playing.MOST_STEPS,
            )
        )
    return found


def _played(version: Version, scenario: Scenario) -> dict[str, Any]:
    try:
        result = scenarios.run(
            version.bundle,
            version.key,
            scenario,
            zone=person().zone,
            programs=house().programs,
            firings=playing.FIRINGS,
        )
    except AlurError as error:
        result = Result(scenario, [error.message])
    except (KeyError, TypeError, ValueError) as error:
        # A file may hold anything: a step or expectation of another shape is a fault of that scenario.
        fault = msg("A step or expectation is not written as it should be: %(what)s", what=str(error))
        result = Result(scenario, [fault])
    return {"scenario": scenario, "result": result}


def _page(version: Version, rows: list[dict[str, Any]], problem: Message | None) -> str:
    played = [row["result"] for row in rows if "result" in row]
    return page(
        "scenarios",
        version,
        "skenario.show",
        rows=rows,
        problem=problem,
        passed=sum(each.passed for each in played),
        played=len(played),
    )
