"""The n-th call to the database fails, for every n: the state is the one before or the one after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from engine.cases.filing import Filing, file
from engine.db.models import Base
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

MOST_CALLS = 300


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="before"))
    yield house
    house.database.close()


def _filing(house: House) -> Callable[[], Any]:
    return lambda: file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="now"))


def _completing(house: House) -> Callable[[], Any]:
    item, who = world.open_items(house)[0], principal(house, world.OFFICER)
    answers = {"nomor_register": "1"}
    return lambda: work_items.complete(house, who, item.id, item.version, answers, take=True)


def _escalating(house: House) -> Callable[[], Any]:
    house.clock.set(house.now() + timedelta(days=1, hours=8))  # type: ignore[attr-defined]

    def beat() -> None:
        if jobs.run_due(house, limit=1) != 1:
            raise OperationalError("", {}, Exception("nothing ran"))

    return beat


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("command", [_filing, _completing, _escalating])
def test_a_failing_call_leaves_the_state_before_or_after(
    house: House, command: Callable[[House], Callable[[], Any]], stride: int
) -> None:
    call, before = command(house), _everything(house)
    for number in range(1, MOST_CALLS, stride):
        with _failing(house, number) as calls:
            try:
                call()
            except OperationalError:
                assert _everything(house) == before, f"call {number} left something behind"
                continue
        assert calls[0] < number, "a failure was swallowed"
        break
    else:
        pytest.fail("the command never came to its end")
    assert number > 5
    assert _everything(house) != before
    assert audit.verify(house) == []


@contextmanager
def _failing(house: House, number: int) -> Iterator[list[int]]:
    """Let the n-th statement or commit on the writing side fail as a lost connection does."""
    engine, calls = house.database._writer, [0]

    def count(*_: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise OperationalError("", {}, Exception("the database went away"))

    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, count)
    try:
        yield calls
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(engine, name, count)


def _everything(house: House) -> dict[str, list[Any]]:
    """Every row of every table; sequence numbers stay out, for a rolled back one is not given again."""
    with house.database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(
                    select(
                        *(column for column in table.columns if (table.name, column.name) != HISTORY)
                    ).order_by(*table.primary_key.columns)
                )
            ]
            for table in Base.metadata.sorted_tables
        }


HISTORY = ("history", "id")
