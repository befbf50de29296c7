"""What a completed case of five tasks leaves in the database for good, its audit and indexes included."""

from collections.abc import Iterator

from sqlalchemy import text

from benchmarks.databases import POSTGRES, SQLITE, TITLES, fresh
from benchmarks.floor import TASKS, Ground
from benchmarks.office import open_engine, prepare
from benchmarks.report import Ratio
from benchmarks.staff import BENCH
from benchmarks.templates import make
from engine.runtime.house import House

ALLOWED = {SQLITE: 10_240, POSTGRES: 4_096}  # bytes
LISTED = 6
SIZES = {
    SQLITE: "SELECT name, sum(pgsize) FROM dbstat GROUP BY name",
    POSTGRES: "SELECT relname, pg_table_size(oid) FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')",
}


def run(ground: Ground) -> Iterator[Ratio]:
    """Growth by as many cases again as are there: room that a vacuum gave back is used again."""
    for kind in ground.sizes.kinds:
        cases = ground.sizes.cases
        with fresh(kind) as another, open_engine(another()) as house:
            prepare(house)
            _complete(house, range(cases))
            before = _sizes(house, kind)
            _complete(house, range(cases, 2 * cases))
            after = _sizes(house, kind)
        grown = {name: (after[name] - before.get(name, 0)) / cases for name in after}
        total = sum(grown.values())
        most = sorted(grown, key=lambda name: -grown[name])[:LISTED]
        yield Ratio(
            f"bytes per completed case ÷ {ALLOWED[kind]:,}, {TITLES[kind]}",
            [total / ALLOWED[kind]],
            1.0,
            f"{total:,.0f} bytes: " + ", ".join(f"{name} {grown[name]:,.0f}" for name in most),
        )


def _complete(house: House, numbers: range) -> None:
    for number in numbers:
        make(house, BENCH, f"whole-{number}", TASKS, taken=False)


def _sizes(house: House, kind: str) -> dict[str, int]:
    """Bytes of each table and index after a vacuum."""
    with house.database.engine.connect() as connection:
        if kind == POSTGRES:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
        return {name: int(size) for name, size in connection.execute(text(SIZES[kind]))}
