"""The questions asked all the time are answered from an index, however long the tables grow."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.cases import inbox, search
from engine.cases.filing import Filing, file
from engine.runtime import jobs, messages
from engine.runtime.house import House
from engine.runtime.liveness import LivenessAudit
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

OFFICER = "petugas_pengaduan@contoh"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    yield house
    house.database.close()


def _inbox(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query())


def _mine(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(mine=True))


def _finished(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(state="completed"))


def _newest(house: House) -> Any:
    return search.page(house, principal(house, OFFICER), search.Query())


def _words(house: House) -> Any:
    return search.page(house, principal(house, OFFICER), search.Query("antrean"))


def _due(house: House) -> Any:
    return jobs.run_due(house)


def _waiting(house: House) -> Any:
    with house.database.read() as session:
        return jobs.next_due(session)


def _alive(house: House) -> Any:
    return LivenessAudit()(house)


def _message(house: House) -> Any:
    with house.database.read() as session:
        agency = principal(house, OFFICER).agency_id
        return messages.find(session, agency, "balasan_pelapor", "CT-2026-000001")


@pytest.mark.parametrize(
    ("ask", "table", "index"),
    [
        (_inbox, "FROM work_item_roles", ("pk_work_item_roles", "sqlite_autoindex_work_item_roles_1")),
        (_mine, "FROM work_items", ("ix_work_items_assignee",)),
        (_finished, "FROM work_items", ("ix_work_items_finished",)),
        (_newest, "FROM cases", ("ix_cases_newest",)),
        (_words, "FROM case_words WHERE", ("pk_case_words", "PRIMARY KEY")),
        (_due, "FROM jobs JOIN instances", ("ix_jobs_due",)),
        (_waiting, "FROM jobs", ("ix_jobs_due",)),
        (_alive, "FROM instances", ("ix_instances_open",)),
        (_message, "FROM subscriptions", ("ix_subscriptions_lookup",)),
    ],
)
def test_frequent_questions_use_their_index(
    house: House, ask: Callable[[House], Any], table: str, index: tuple[str, ...]
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    for engine in {house.database.engine, house.database._writer}:
        event.listen(engine, "before_cursor_execute", note)
    ask(house)
    for engine in {house.database.engine, house.database._writer}:
        event.remove(engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in asked if table in " ".join(each[0].split()))
    plan = _plan(house, statement, parameters)
    assert any(name in plan for name in index), plan


def _plan(house: House, statement: str, parameters: Any) -> str:
    """How the database answers; small tables are read whole unless PostgreSQL is told that this is dear."""
    with house.database.engine.connect() as connection:
        if house.database.is_sqlite:
            explain = "EXPLAIN QUERY PLAN "
        else:
            explain = "EXPLAIN "
            ways = (
                ("seqscan", "bitmapscan")
                if "subscriptions" in statement
                else ("seqscan", "bitmapscan", "sort")
            )
            for way in ways:
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
        return str(connection.exec_driver_sql(explain + statement, parameters).fetchall())
