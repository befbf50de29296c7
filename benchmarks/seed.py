"""Fills a database with open cases, as the product itself would have written them.

Ten cases are really run in each of two agencies: stopped at each of the five tasks, taken or free. The rest
are their rows again under other ids, officers and times; keys, sealed events and chains are made anew. In
``bench`` 2,000 officers share them by Zipf's law, and nine of ten old tasks are taken; in ``tunggal`` one
officer owns all. What is to come is due from 30 days on. A broken run goes on where it stopped; the same
number of cases gives the same store, but for the ids and keys.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from time import perf_counter
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from benchmarks import gate
from benchmarks.staff import BENCH, found, officer
from benchmarks.templates import COPIED, Copy, Row, Template, make
from engine.db import history
from engine.db.migrate import migrate
from engine.db.models import Agency, CaseKey, CaseNumber
from engine.runtime.house import House

OFFICERS = 2_000
SOLO = "tunggal"
AT_TASK = (8, 4, 2, 1, 1)  # how many cases stand at each of the five tasks
STEPS = len(AT_TASK)
CHUNK = 5_000
AGE = timedelta(days=60)  # of the oldest case
AHEAD = timedelta(days=30)  # until the first of them is due
SEED = 4
CASE_KEYS = cast(Table, CaseKey.__table__)
WEIGHTS = list(accumulate(1 / rank for rank in range(1, OFFICERS + 1)))


def seed(house: House, cases: int, *, quiet: bool = False, at_task: Sequence[int] = AT_TASK) -> None:
    """Bring the database to that many open cases; raises RuntimeError when its rows do not add up.

    ``at_task`` weighs how many of them stand at each of the five tasks.
    """
    migrate(house.database.url)
    _found(house)
    there = gate.counts(house)["cases"]
    templates = _templates(house, f"template-{there}")
    before, started = gate.counts(house), perf_counter()
    there, added = before["cases"], defaultdict[str, int](int)
    for first in range(there, cases, CHUNK):
        numbers = range(first, min(first + CHUNK, cases))
        _write(house, templates, numbers, cases, at_task, added)
        if not quiet:
            rate = (numbers.stop - there) / (perf_counter() - started)
            print(f"{numbers.stop:,} of {cases:,} cases, {rate:,.0f}/s", flush=True)
    _finish(house, cases)
    gate.must_equal("seeded rows", {name: before[name] + added[name] for name in before}, gate.counts(house))


def _found(house: House) -> None:
    with house.database.read() as session:
        there = set(session.scalars(select(Agency.key)))
    if BENCH not in there:
        found(house, BENCH, OFFICERS)
    if SOLO not in there:
        found(house, SOLO)


def _templates(house: House, key: str) -> dict[tuple[str, int, bool], Template]:
    """A case of each agency, at each task, taken or free."""
    made = {}
    for agency in (BENCH, SOLO):
        for tasks in range(STEPS):
            for taken in (False, True):
                instance = make(house, agency, f"{key}-{agency}-{tasks}-{taken}", tasks, taken=taken)
                with house.database.read() as session:
                    made[agency, tasks, taken] = Template(house, session, instance, agency)
    return made


def _write(
    house: House,
    templates: dict[tuple[str, int, bool], Template],
    numbers: range,
    cases: int,
    at_task: Sequence[int],
    added: dict[str, int],
) -> None:
    """The cases with these numbers, in one transaction."""
    chance = random.Random(SEED * 1_000_003 + numbers.start)
    batches: dict[Table, list[Row]] = {table: [] for table in COPIED}
    keys, entries = [], []
    for number in numbers:
        template, copy = _drawn(templates, chance, number, number / cases, at_task)
        for table, rows in template.rows(copy):
            batches[table] += rows
        key, told = template.history(copy)
        keys.append(key)
        entries += told
    batches[CASE_KEYS] = keys
    with house.database.write() as session:
        for table, rows in batches.items():
            _insert(session.connection(), table, rows)
            added[table.name] += len(rows)
        history.remember(session, *entries)
        added["history"] += len(entries)


def _drawn(
    templates: dict[tuple[str, int, bool], Template],
    chance: random.Random,
    number: int,
    place: float,
    at_task: Sequence[int],
) -> tuple[Template, Copy]:
    """Which case to copy and for whom; ``place`` runs from 0 for the oldest case to 1 for the newest."""
    agency = SOLO if number % 2 else BENCH
    taken = agency == SOLO or chance.random() < (0.9 if place < 0.7 else 0.2)
    rank = chance.choices(range(OFFICERS), cum_weights=WEIGHTS)[0] if agency == BENCH else 0
    jitter = timedelta(seconds=chance.randrange(86_400))
    tasks = chance.choices(range(STEPS), at_task)[0]
    copy = Copy(number, officer(agency, rank), AGE * (1 - place), AHEAD + AGE * place + jitter)
    return templates[agency, tasks, taken], copy


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Rows in the database's own form: many at once by its own means."""
    columns = [column.name for column in table.columns]
    names = ", ".join(f'"{name}"' for name in columns)
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        raw.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', rows)
        return
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _finish(house: House, cases: int) -> None:
    """Numbers given later follow those of the copies; the planner learns what there is."""
    with house.database.write() as session:
        for given in session.scalars(select(CaseNumber)):
            given.last = max(given.last, 10 * cases)
    with house.database.engine.connect() as connection:
        autocommit: Connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        autocommit.exec_driver_sql("ANALYZE")
