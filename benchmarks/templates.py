"""Cases that were really run, and copies of all their rows under other ids, numbers, officers and times."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import JSON, Table, select
from sqlalchemy.orm import Session

from benchmarks.floor import TASKS
from benchmarks.office import file_report
from benchmarks.sop5 import FORM
from benchmarks.staff import officer
from engine import ids
from engine.db import history, keys
from engine.db.entries import Content, unpacked
from engine.db.models import Base, Case, CaseKey, HistoryEntry, WorkItem
from engine.db.models.packed import Packed, pack
from engine.people.principals import of_person
from engine.runtime import work_items
from engine.runtime.house import House

FUTURE = ("due_at", "reminder_at", "rating_until")  # columns whose instants are still to come
# What is told by the history is remembered by the product's own means, for it is sealed and chained.
COPIED = [
    table for table in Base.metadata.sorted_tables if table not in (HistoryEntry.__table__, CaseKey.__table__)
]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Copy:
    """What makes a copy a case of its own. ``age`` lies behind it, ``ahead`` is added to what is to come."""

    number: int
    officer: str
    age: timedelta
    ahead: timedelta


class Template:
    """All rows of one case as the database keeps them, ready to be copied."""

    def __init__(self, house: House, session: Session, instance: str, agency: str) -> None:
        case = session.scalars(select(Case).where(Case.instance_id == instance)).one()
        found = {table: _of(session, table, instance, case.id) for table in COPIED}
        self._ring = house.keyring
        self._instance = instance
        self._entries = _entries(house, session, instance)
        self.officer = officer(agency)
        self._filed_at = case.filed_at
        self._case_number, self._tracking = case.case_number, case.tracking_number
        self._ids = sorted({row["id"] for rows in found.values() for row in rows if _is_id(row.get("id"))})
        self._sqlite = house.database.is_sqlite
        self.columns = {table: table.columns.keys() for table, rows in found.items() if rows}
        self._makers = {
            table: [
                [self._maker(table, name, row[table.c[name].name]) for name in names] for row in found[table]
            ]
            for table, names in self.columns.items()
        }

    def rows(self, copy: Copy) -> Iterator[tuple[Table, list[Row]]]:
        """The copy's rows, table by table, in an order that keeps every reference whole."""
        names = self._names(copy)
        for table, makers in self._makers.items():
            yield table, [tuple(make(copy, names) for make in row) for row in makers]

    def history(self, copy: Copy) -> tuple[tuple[str, bytes], list[dict[str, Any]]]:
        """The copy's instance and key as they are stored, and its entries, sealed under it, oldest first."""
        names = self._names(copy)
        instance = names[self._instance]
        wrapped = self._ring.new(instance)
        seal = self._ring.seal(instance, wrapped)
        made = [
            history.entry(
                *([*event[:3], _replaced_in(event[3], names), event[4]] for event in events),
                agency_id=agency_id,
                instance_id=instance,
                at=at - copy.age,
                actor_id=names.get(actor_id or "", actor_id),
                actor=actor,
                sealed=None if apart is None else seal.close_bytes(apart),
            )
            for agency_id, (at, actor_id, actor, events), apart in self._entries
        ]
        return (instance, wrapped), made

    def _names(self, copy: Copy) -> dict[str, str]:
        """Old → new: ids begin with the copy's own instant, so that they sort by time as real ones do."""
        start = ids.new_id(self._filed_at - copy.age, bytes)[:10]
        renamed = {old: f"{start}{copy.number:08d}{old[18:]}" for old in self._ids}
        renamed[self._case_number] = f"{self._case_number[:-6]}{copy.number:07d}"
        renamed[self._tracking] = f"SEED-{copy.number:08d}"
        renamed[self.officer] = copy.officer
        return renamed

    def _maker(self, table: Table, name: str, value: Any) -> Callable[[Copy, dict[str, str]], Any]:
        """How one column of one row is made anew."""
        if isinstance(table.c[name].type, Packed):
            value = pack(value)
        elif isinstance(table.c[name].type, JSON):
            value = orjson.dumps(value).decode()
        if isinstance(value, datetime):
            return self._moment(value, ahead=name in FUTURE)
        if name == "sort_key" and value[:1] != "9":
            return _sort_key(value)
        if name == "key" and table.name == "idempotency_keys":
            return lambda copy, _: f"seed-{copy.number}"
        if not isinstance(value, str):
            return lambda _copy, _names: value
        held = [old for old in (*self._ids, self._case_number, self._tracking, self.officer) if old in value]
        if held == [value]:
            return lambda _, names: names[value]
        return (lambda _, names: _renamed(value, held, names)) if held else (lambda _copy, _names: value)

    def _moment(self, value: datetime, *, ahead: bool) -> Callable[[Copy, dict[str, str]], str]:
        value = value.astimezone(UTC).replace(tzinfo=None if self._sqlite else UTC)
        if ahead:
            return lambda copy, _: (value + copy.ahead).isoformat(" ", "microseconds")
        return lambda copy, _: (value - copy.age).isoformat(" ", "microseconds")


def make(house: House, agency: str, key: str, tasks: int, *, taken: bool) -> str:
    """Run one case up to its task number ``tasks + 1``, which is taken or not; returns its instance."""
    instance = file_report(house, key, tasks, agency)
    with house.database.read() as session:
        who = of_person(session, officer(agency), house.now())
    for step in range(min(tasks + 1, TASKS)):
        with house.database.read() as session:
            query = select(WorkItem).where(WorkItem.instance_id == instance, WorkItem.state == "open")
            item = session.scalars(query).one()
        if step < tasks or taken:
            item = work_items.claim(house, who, item.id)
        if step < tasks:
            work_items.complete(house, who, item.id, item.version, FORM)
    return instance


def _entries(house: House, session: Session, instance: str) -> list[tuple[str, Content, bytes | None]]:
    """The entries of a case, each with its agency and with what is sealed of it, opened."""
    seal = keys.of_case(house.keyring, session.connection(), instance)
    assert seal is not None  # nothing was erased
    rows = session.scalars(
        select(HistoryEntry).where(HistoryEntry.instance_id == instance).order_by(HistoryEntry.seq)
    )
    return [
        (row.agency_id, unpacked(row.content), None if row.sealed is None else seal.open_bytes(row.sealed))
        for row in rows
    ]


def _of(session: Session, table: Table, instance: str, case: str) -> list[dict[str, Any]]:
    """The rows of a table that belong to one case."""
    columns = table.columns
    if table.name == "instances":
        belongs = columns.id == instance
    elif "instance_id" in columns:
        belongs = columns.instance_id == instance
    elif "case_id" in columns:
        belongs = columns.case_id == case
    elif "work_item_id" in columns:
        items = select(WorkItem.id).where(WorkItem.instance_id == instance)
        belongs = columns.work_item_id.in_(items)
    else:
        return []
    query = select(table).where(belongs)
    return [dict(row) for row in session.execute(query.order_by(*table.primary_key.columns)).mappings()]


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 26


def _sort_key(value: str) -> Callable[[Copy, dict[str, str]], str]:
    text, _, item = value.partition(":")
    moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return lambda copy, names: f"{(moment + copy.ahead).strftime('%Y%m%d%H%M%S')}:{names[item]}"


def _replaced_in(data: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {key: _replaced(value, names) for key, value in data.items()}


def _replaced(value: Any, names: dict[str, str]) -> Any:
    return names.get(value, value) if isinstance(value, str) else value


def _renamed(value: str, held: list[str], names: dict[str, str]) -> str:
    for old in held:
        value = value.replace(old, names[old])
    return value
