"""A timer at the start of a process opens cases by itself while its version is in force."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import bpmn
from engine.clock import ManualClock
from engine.db.models import Case, OutboxEntry
from engine.runtime import outbox
from engine.runtime.house import House
from tests.conformance.bpmn.kit import E, node, process, user
from tests.support.agency import START, open_agency, open_house, put_files_in_force


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Iterator[tuple[House, ManualClock, str]]:
    house, clock = open_house(database_url, tmp_path)
    yield house, clock, open_agency(house)
    house.database.close()


Opened = tuple[House, ManualClock, str]


def publish(opened: Opened, kind: str, text: str, version: int = 1) -> None:
    timer = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    data = process(node("startEvent", "s", timer), user("a"), E, flows="s>a a>e")
    verdict = bpmn.check({"p.bpmn": data})
    assert not [finding for finding in verdict.findings if finding.rule == "start-trigger"]
    put_files_in_force(opened[0], opened[2], "p", dict(verdict.files), version=version)


def cases_at(opened: Opened, *hours: float) -> list[int]:
    """How many cases there are after so many hours, each looked at once."""
    house, clock, _ = opened
    found = []
    for hour in hours:
        clock.set(START + timedelta(hours=hour))
        while outbox.deliver_due(house):
            pass
        with house.database.read() as session:
            found.append(len(list(session.scalars(select(Case.id)))))
    return found


@pytest.mark.parametrize(
    ("kind", "text", "hours", "wanted"),
    [
        ("timeDuration", "PT2H", (1, 2, 9), [0, 1, 1]),
        ("timeDuration", "= now() + duration(&quot;PT2H&quot;)", (1, 2, 9), [0, 1, 1]),
        ("timeDate", "2026-06-02T12:00:00+07:00", (2.9, 3, 9), [0, 1, 1]),
        ("timeDate", "2026-06-01T12:00:00+07:00", (0, 9), [0, 0]),
        ("timeDuration", "P1WD", (8, 32), [0, 1]),
        ("timeCycle", "R/PT1H", (0.5, 1, 2, 3), [0, 1, 2, 3]),
        ("timeCycle", "R2/PT1H", (1, 2, 3, 9), [1, 2, 2, 2]),
        ("timeCycle", "R/2026-06-02T10:00:00+07:00/P1D", (0.9, 1, 24, 25), [0, 1, 1, 2]),
        ("timeCycle", "R/PT1H", (10, 11), [1, 2]),  # nobody watched: the times that passed are one
    ],
)
def test_it_fires_when_it_says(
    opened: Opened, kind: str, text: str, hours: tuple[float, ...], wanted: list[int]
) -> None:
    publish(opened, kind, text)
    assert cases_at(opened, *hours) == wanted


def test_a_new_version_takes_the_timer_over(opened: Opened) -> None:
    publish(opened, "timeCycle", "R/PT1H")
    publish(opened, "timeCycle", "R/PT4H", version=2)
    assert cases_at(opened, 3, 4) == [0, 1]
    with opened[0].database.read() as session:
        assert len(list(session.scalars(select(OutboxEntry.id).where(OutboxEntry.state == "pending")))) == 1
