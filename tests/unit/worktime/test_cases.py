"""More than 200 cases across zones, years, Ramadan, weekends and leave: engine, model, file agree."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.worktime import Limit, due
from tests.unit.worktime import model
from tests.unit.worktime.offices import CALENDARS

FILE = Path(__file__).with_name("cases.txt")


class Case(NamedTuple):
    office: str
    limit: str
    start: datetime
    end: datetime
    percent: int


def read() -> list[Case]:
    cases = []
    for line in FILE.read_text().splitlines():
        if line and not line.startswith("#"):
            office, limit, start, end, *share = (part.strip() for part in line.split("|"))
            zone = model.OFFICES[office].zone
            begun, ended = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (start, end))
            cases.append(Case(office, limit, begun, ended, int(share[0]) if share else 100))
    return cases


def named(case: Case) -> str:
    return f"{case.office} {case.limit} {case.start:%y%m%dT%H%M} {case.percent}"


CASES = read()


def test_there_are_as_many_as_promised() -> None:
    assert len(set(CASES)) == len(CASES) >= 200


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_engine_agrees(case: Case) -> None:
    got = due(Limit.parse(case.limit), case.start, CALENDARS[case.office], percent=case.percent)
    assert got.at == case.end
    assert got.receipt["due"] == case.end.isoformat()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_model_agrees(case: Case) -> None:
    assert model.ends(model.OFFICES[case.office], case.limit, case.start, case.percent) == case.end


def test_the_model_stands_alone() -> None:
    lines = Path(model.__file__).read_text().splitlines()
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported == {"collections", "dataclasses", "datetime", "fractions", "functools", "holidays"}
