"""Rows of one table as objects that no session watches: whoever reads them also writes what changed of them.

The write path knows exactly what a step changes. Leaving the watching to the unit of work took a third of
the time of completing a task (docs/adr/0010-prepared-statements.md).
"""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from engine.db.models.base import Base
from engine.db.prepared import Prepared

Model = TypeVar("Model", bound=Base)
ABSENT = object()


class Records(Generic[Model]):
    """How rows of a model are made, inserted and updated. ``without`` names columns that are never read."""

    def __init__(self, model: type[Model], without: Collection[str] = ()) -> None:
        self._table = cast(Table, model.__table__)
        self._manager = model.__mapper__.class_manager
        self._names = {
            model.__mapper__.get_property_by_column(column).key: str(column.name)
            for column in self._table.columns
        }
        self.columns = [column for column in self._table.columns if column.name not in without]
        self._read = [key for key, name in self._names.items() if name not in without]
        columns: dict[str, Any] = {str(column.name): column.default for column in self._table.columns}
        self._defaults = {name: _fixed(default) for name, default in columns.items()}
        self._making = {name: default.arg for name, default in columns.items() if _is_made(default)}
        self._insert = Prepared(insert(self._table), self._names.values())
        self._delete = Prepared(delete(self._table).where(self._table.c.id == bindparam("row")))
        self._updates: dict[tuple[str, ...], Prepared] = {}

    def made(self, values: Sequence[Any]) -> Model:
        """The object of a row that was selected by ``columns``; what follows those is not looked at."""
        row = cast(Model, self._manager.new_instance())
        vars(row).update(zip(self._read, values, strict=False))
        return row

    def new(self, **values: Any) -> Model:
        """A row that is not written yet; what is not named gets its default when it is."""
        row = cast(Model, self._manager.new_instance())
        vars(row).update(values)
        return row

    def of(self, row: Model) -> dict[str, Any]:
        """What is known of a row now, by column."""
        known = vars(row)
        return {name: known[key] for key, name in self._names.items() if key in known}

    def insert(self, at: Session | Connection, rows: Sequence[Model]) -> None:
        """Write new rows."""
        made = {name: make(None) for name, make in self._making.items()}  # written at once, never shared
        self._insert.run(at, [{**self._defaults, **made, **self.of(row)} for row in rows])

    def update(self, at: Session | Connection, row: Model, before: dict[str, Any]) -> None:
        """Write what is no longer as it was ``before``."""
        changed = {name: value for name, value in self.of(row).items() if before.get(name, ABSENT) != value}
        if changed:
            names = tuple(changed)
            if names not in self._updates:
                self._updates[names] = self._update_of(names)
            self._updates[names].run(at, {**changed, "row": before["id"]})

    def delete(self, at: Session | Connection, row: Model) -> None:
        """Delete a row."""
        self._delete.run(at, {"row": vars(row)["id"]})

    def _update_of(self, names: tuple[str, ...]) -> Prepared:
        values = {name: bindparam(name, type_=self._table.c[name].type) for name in names}
        return Prepared(update(self._table).where(self._table.c.id == bindparam("row")).values(values))


def _is_made(default: Any) -> bool:
    """Whether a column's default is a function that makes it."""
    return default is not None and bool(default.is_callable)


def _fixed(default: Any) -> Any:
    return None if default is None or default.is_callable else default.arg
