"""The questions asked all the time are answered from an index, however long the tables grow."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from engine.cases import inbox, meanings, search
from engine.cases.filing import Filing, file
from engine.db.models import Instance, Subscription
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
    with house.database.write() as session:
        one = session.scalars(select(Instance)).one()
        await_message = Subscription(id="S", agency_id=one.agency_id, instance_id=one.id, wait_id="w")
        await_message.kind, await_message.name, await_message.element = "message", "balasan_pelapor", "e"
        session.add(await_message)
    yield house
    house.database.close()


def _inbox(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query())


def _overdue(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(overdue=True))


def _escalations(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(escalations=True))


def _inbox_words(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(text="antrean"))


def _inbox_step(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(text="registrasi"))


def _inbox_names(house: House) -> Any:
    return inbox.page(house, principal(house, OFFICER), inbox.Query(text="-"))


def _inbox_common_words(house: House) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(meanings, "FEW", 0)
        return inbox.page(house, principal(house, OFFICER), inbox.Query(text="antrean"))


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


QUEUE = ("pk_work_item_roles", "sqlite_autoindex_work_item_roles_1")
FREE = ("ix_work_items_free",)
OWN = ("ix_work_items_assignee",)
ESCALATED = ("ix_work_item_roles_escalations",)
WORDS = ("pk_case_words", "PRIMARY KEY")
WHOLE = r"SCAN (work_item_roles|work_items|cases|case_words)\b(?! USING)|Seq Scan"
OF_REPORT = ("uq_work_items_instance_id", "sqlite_autoindex_work_items_2")


@pytest.mark.parametrize(
    ("ask", "table", "indexes"),
    [
        (_inbox, "FROM work_item_roles", (QUEUE, OWN)),
        (_overdue, "FROM work_item_roles", (QUEUE, OWN)),
        (_escalations, "FROM work_item_roles", (ESCALATED, OWN)),
        (_inbox_words, "work_items.roles", (OF_REPORT,)),
        (_inbox_step, "work_items.name =", (FREE, OWN)),
        (_inbox_names, "WITH RECURSIVE names", (FREE,)),
        (_inbox_common_words, "FROM work_item_roles", (QUEUE, WORDS)),
        (_mine, "FROM work_items", (OWN,)),
        (_finished, "FROM work_items", (("ix_work_items_finished",),)),
        (_newest, "FROM cases", (("ix_cases_newest",),)),
        (_words, "FROM case_words WHERE", (WORDS,)),
        (_due, "FROM jobs JOIN instances", (("ix_jobs_due",),)),
        (_waiting, "FROM jobs", (("ix_jobs_due",),)),
        (_alive, "FROM instances", (("ix_instances_open",),)),
        (_message, "FROM subscriptions", (("ix_subscriptions_lookup",),)),
    ],
)
def test_frequent_questions_use_their_index(
    house: House, ask: Callable[[House], Any], table: str, indexes: tuple[tuple[str, ...], ...]
) -> None:
    plan = _plan(house, *_asked(house, ask, table))
    for index in indexes:
        assert any(name in plan for name in index), plan
    assert not re.search(r"SCAN (work_item_roles|work_items|cases|case_words)\b(?! USING)|Seq Scan", plan), (
        plan
    )


def test_no_role_inbox_reads_over_what_others_took(house: House) -> None:
    plan = _plan(house, *_asked(house, _inbox, "FROM work_item_roles"))
    sought = r"agency_id=\? AND role=\? AND taken=\?" if house.database.is_sqlite else r"role.*AND \(taken = "
    assert re.search(sought, plan), plan


def _asked(house: House, ask: Callable[[House], Any], table: str) -> tuple[str, Any]:
    """The first statement with these words, and its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    for engine in {house.database.engine, house.database._writer}:
        event.listen(engine, "before_cursor_execute", note)
    ask(house)
    for engine in {house.database.engine, house.database._writer}:
        event.remove(engine, "before_cursor_execute", note)
    return next(each for each in asked if table in " ".join(each[0].split()))


def _plan(house: House, statement: str, parameters: Any) -> str:
    """How the database answers whatever the parameters are: none of them has a value here.

    So an index over some rows serves only where the statement itself says which.
    """
    with house.database.engine.connect() as connection:
        if house.database.is_sqlite:
            nothing = dict.fromkeys(parameters) if isinstance(parameters, dict) else (None,) * len(parameters)
            return str(
                connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, nothing or ()).fetchall()
            )
        # As if there were a million rows in each table, and where there is none, as if to read it were dear.
        for way in ("seqscan", "bitmapscan"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        connection.execute(text("ANALYZE"))
        connection.execute(
            text("UPDATE pg_class SET reltuples = 1000000, relpages = 1 WHERE relkind IN ('i', 'r')")
        )
        connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        numbered = statement % {name: f"${number}" for number, name in enumerate(parameters, 1)}
        connection.exec_driver_sql("PREPARE asked AS " + numbered.replace("%", "%%"))
        given = f"({', '.join(['NULL'] * len(parameters))})" if parameters else ""
        plan = connection.exec_driver_sql("EXPLAIN EXECUTE asked" + given).fetchall()
        connection.execute(text("DEALLOCATE asked"))
        return str(plan)  # nothing is committed
