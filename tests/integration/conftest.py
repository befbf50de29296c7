"""What the services are tried on: an agency with people and an SOP in force, on both databases in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runtime import restaffing
from engine.runtime.house import House
from tests.support.agency import open_agency, open_house, put_in_force


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The agency's engine; closed afterwards."""
    opened, _ = open_house(database_url, tmp_path)
    put_in_force(opened, open_agency(opened))
    yield opened
    opened.database.close()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look at the staffing comes to its end, however slow the machine; tests of slices set their own."""
    monkeypatch.setattr(restaffing, "LONGEST_SECONDS", 600.0)
