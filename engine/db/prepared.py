"""Statements made ready once: the few that every step runs, past SQLAlchemy's preparation of each call.

SQLAlchemy writes the statement and converts what goes in and comes out; here that is worked out once for
each kind of database and then only done. It costs a tenth, and a step runs some twenty statements
(docs/adr/0010-prepared-statements.md). Rows are plain tuples; errors are SQLAlchemy's own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select, SelectBase, UpdateBase
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from engine.db.encoding import unstorable

Row = tuple[Any, ...]
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
OPEN = "connection"  # where a session that writes keeps its connection


@dataclass(frozen=True)
class _Plan:
    """A statement as one kind of database takes it."""

    text: str
    names: Sequence[str]  # of its parameters, in their order
    by_name: bool  # whether the driver takes them by name
    fixed: dict[str, Any]  # constants that stand in the statement itself
    binds: list[tuple[str, Convert]]
    results: list[tuple[int, Convert]]

    def parameters(self, values: Values) -> Any:
        given = {**self.fixed, **values}
        for name, convert in self.binds:
            given[name] = convert(given[name])
        return {name: given[name] for name in self.names} if self.by_name else [given[n] for n in self.names]

    def row(self, row: Sequence[Any]) -> Row:
        if not self.results:
            return tuple(row)
        made = list(row)
        for place, convert in self.results:
            made[place] = convert(made[place])
        return tuple(made)


class Prepared:
    """One statement of Core. Every parameter is a ``bindparam`` or a column of an INSERT; no lists in IN."""

    def __init__(self, statement: SelectBase | UpdateBase, columns: Iterable[str] | None = None) -> None:
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._plans: dict[str, _Plan] = {}

    def all(self, at: Session | Connection, values: Values) -> list[Row]:
        """Every row of a SELECT."""
        plan, cursor = self._execute(at, values)
        rows = cursor.fetchall()
        cursor.close()
        return [plan.row(row) for row in rows]

    def first(self, at: Session | Connection, values: Values) -> Row | None:
        """The first row of a SELECT, None when there is none."""
        plan, cursor = self._execute(at, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else plan.row(row)

    def run(self, at: Session | Connection, values: Values | list[Any]) -> None:
        """An INSERT, UPDATE or DELETE, once for each set of values."""
        _, cursor = self._execute(at, values)
        cursor.close()

    def _execute(self, at: Session | Connection, values: Values | list[Any]) -> tuple[_Plan, Any]:
        connection = connection_of(at) if isinstance(at, Session) else at
        dialect = connection.dialect
        plan = self._plans.get(dialect.name) or self._plan_for(dialect)
        failures = dialect.loaded_dbapi.Error
        cursor: Any = connection.connection.cursor()
        try:
            if many := isinstance(values, list):
                given: Any = [plan.parameters(each) for each in values]
            else:
                given = plan.parameters(values)
            for hear in connection.engine.dispatch.before_cursor_execute:
                hear(connection, cursor, plan.text, given, None, many)
            (cursor.executemany if many else cursor.execute)(plan.text, given)
        except (failures, UnicodeError, orjson.JSONEncodeError) as error:
            cursor.close()  # or its connection stays open until the error is forgotten
            told = DBAPIError.instance(
                plan.text, None, error, failures, hide_parameters=True, dialect=dialect
            )
            if isinstance(told, DataError) or not isinstance(error, failures):
                raise unstorable() from error
            raise told from error
        return plan, cursor

    def _plan_for(self, dialect: Dialect) -> _Plan:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        binds = {name: _binding(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        selected = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        results = [_reading(column.type, dialect) for column in selected]
        plan = self._plans[dialect.name] = _Plan(
            text=str(compiled),
            names=(compiled.positiontup if compiled.positional else None) or list(compiled.params),
            by_name=not compiled.positional,
            fixed={name: value for name, value in compiled.params.items() if value is not None},
            binds=[(name, convert) for name, convert in binds.items() if convert],
            results=[(place, convert) for place, convert in enumerate(results) if convert],
        )
        return plan


def connection_of(session: Session) -> Connection:
    """The connection of a session's transaction; asking the session for it takes longer than a statement."""
    return session.info.get(OPEN) or session.connection()


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
