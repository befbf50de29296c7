"""The first page of an inbox costs the same whether 1,000 or 10,000 cases are open."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from benchmarks.floor import Ground
from benchmarks.office import Office, office
from benchmarks.report import ROUNDS, Ratio, p50
from engine.db.models import Case, Deadline, Instance, Job, WorkItem, WorkItemRole

SMALL, LARGE = 1_000, 10_000
LOOKS = 60
MINE = 20  # every so many-th item is the officer's own
BATCH = 500
TABLES: tuple[Any, ...] = (Instance, Case, WorkItem, WorkItemRole, Deadline, Job)
OWN = (
    "id",
    "instance_id",
    "work_item_id",
    "deadline_id",
    "business_key",
    "case_number",
    "tracking_number",
    "key",
)


def run(_: Ground) -> list[Ratio]:
    """The officer's lists at both sizes, alternating."""
    with ExitStack() as closing:
        small, large = (closing.enter_context(office()) for _ in range(2))
        fill(small, SMALL)
        fill(large, LARGE)
        return [
            compare("first page of the inbox", "work-items", small, large),
            compare("my own tasks", "work-items?assignee=me", small, large),
        ]


def compare(name: str, path: str, small: Office, large: Office) -> Ratio:
    """The median look at both sizes, round by round."""
    ratios, few, many = [], 0.0, 0.0
    for each in (small, large):
        page = each.call("GET", path)["items"]
        if not page:
            raise RuntimeError(f"{path} is empty")
    for _ in range(ROUNDS):
        few = p50(lambda: small.call("GET", path), LOOKS)
        many = p50(lambda: large.call("GET", path), LOOKS)
        ratios.append(many / few)
    return Ratio(f"{name}, {LARGE:,} ÷ {SMALL:,} open", ratios, 1.5, f"{few:.2f} → {many:.2f} ms")


def fill(opened: Office, wanted: int) -> None:
    """That many open cases: one is filed, the rest are its rows again under other ids and due times."""
    original = opened.file(0)
    with opened.house.database.write() as session:
        rows = {
            table: [dict(row) for row in session.execute(_of(table, original)).mappings()] for table in TABLES
        }
        for first in range(1, wanted, BATCH):
            numbers = range(first, min(first + BATCH, wanted))
            for table in TABLES:
                copies = [_copy(row, number) for number in numbers for row in rows[table]]
                if table is WorkItem:
                    _take(copies, opened.officer)
                if copies:
                    session.execute(insert(table.__table__), copies)


def _of(table: Any, instance: str) -> Any:
    columns = table.__table__
    if table is Instance:
        return select(columns).where(columns.c.id == instance)
    if table is WorkItemRole:
        items = select(WorkItem.id).where(WorkItem.instance_id == instance)
        return select(columns).where(columns.c.work_item_id.in_(items))
    return select(columns).where(columns.c.instance_id == instance)


def _take(items: list[dict[str, Any]], officer: str) -> None:
    """Every so many-th item is claimed by the officer."""
    for item in items[::MINE]:
        item.update(assignee_id=officer, claimed_at=item["created_at"])


def _copy(row: dict[str, Any], number: int) -> dict[str, Any]:
    """The row with ids of its own, due another minute."""
    made = {
        name: _renamed(value, number) if name in OWN and value is not None else value
        for name, value in row.items()
    }
    if made.get("due_at") is not None:
        made["due_at"] += timedelta(minutes=number)
    if "sort_key" in made:
        moment, _, item = made["sort_key"].partition(":")
        made["sort_key"] = f"{int(moment) + number:014d}:{_renamed(item, number)}"
    return made


def _renamed(value: str, number: int) -> str:
    return f"{value[:-6]}X{number:05d}"
