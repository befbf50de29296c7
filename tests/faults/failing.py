"""The n-th call to the database fails, for every n: the state is the one before or the one after."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from engine.db.models import Base
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults.commands import COMMANDS, prepare
from tests.faults.outcome import Outcome
from tests.support.agency import open_house

MOST_CALLS = 300
COUNTED = {("history", "id")}  # a number that was rolled back is not given again
MOMENTS = ("before_cursor_execute", "commit")


def prove(url: str, folder: Path, name: str, stride: int = 1) -> Outcome:
    """Let every ``stride``-th call of one command fail on a fresh database, until it comes through."""
    outcome = Outcome(f"failing call, {name}", "")
    house, _ = open_house(url, folder)
    try:
        prepare(house)
        call = COMMANDS[name](house)
        before, number = everything(house), 0
        for number in range(1, MOST_CALLS, stride):
            with failing(house, number) as calls:
                try:
                    call()
                except OperationalError:
                    if everything(house) != before:
                        outcome.faults.append(f"call {number} left something behind")
                        break
                    continue
            if calls[0] >= number:
                outcome.faults.append(f"the failure of call {number} was swallowed")
            break
        else:
            outcome.faults.append("the command never came to its end")
        if everything(house) == before:
            outcome.faults.append("the command changed nothing")
        outcome.size = f"{number - 1} calls"
        outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
    finally:
        house.database.close()
    return outcome


@contextmanager
def failing(house: House, number: int) -> Iterator[list[int]]:
    """Let the n-th statement or commit on the writing side fail as a lost connection does."""
    engine, calls = house.database._writer, [0]

    def count(*_: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise OperationalError("", {}, Exception("the database went away"))

    for moment in MOMENTS:
        event.listen(engine, moment, count)
    try:
        yield calls
    finally:
        for moment in MOMENTS:
            event.remove(engine, moment, count)


def everything(house: House) -> dict[str, list[Any]]:
    """Every row of every table."""
    with house.database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(
                    select(
                        *(column for column in table.columns if (table.name, column.name) not in COUNTED)
                    ).order_by(*table.primary_key.columns)
                )
            ]
            for table in Base.metadata.sorted_tables
        }
