"""The correctness gate: a speed counts only when independent counts of rows match what was done."""

from collections.abc import Mapping

from sqlalchemy import func, select

from engine.db.models import Base
from engine.runtime.house import House


def counts(house: House) -> dict[str, int]:
    """How many rows each table holds."""
    with house.database.read() as session:
        return {
            str(table.name): session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def must_equal(what: str, wanted: Mapping[str, int], found: Mapping[str, int]) -> None:
    """Raises RuntimeError that names every count which is not as wanted."""
    wrong = [
        f"{key} {found.get(key)}, not {count}" for key, count in wanted.items() if found.get(key) != count
    ]
    if wrong:
        raise RuntimeError(f"{what}: {', '.join(wrong)}")
