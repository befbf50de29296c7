"""Hit policies: what the rules that match amount to (DMN 1.5, section 8.2.10)."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.dmn.faults import DmnError, Finding
from engine.errors import msg
from engine.feel.builtins_aggregate import maximum, minimum, total
from engine.feel.compare import same
from engine.feel.runtime import Frame, Run
from engine.feel.text import literal

if TYPE_CHECKING:
    from engine.dmn.table import Rule, Table


class Hits:
    """The rules of one table that match, and their outputs."""

    def __init__(self, table: "Table", frame: Frame) -> None:
        self.table = table
        self.frame = frame
        self.rules: list[Rule] = []
        self.rows: list[list[Any]] = []

    def add(self, rule: "Rule") -> None:
        run = self.frame.run
        row = [
            kind.conform(output(self.frame), run)
            for output, kind in zip(rule.outputs, self.table.kinds, strict=True)
        ]
        for column, allowed, value in zip(self.table.outputs, self.table.allowed, row, strict=True):
            if not allowed.fits(value, run):
                raise self.table.outside(
                    msg(
                        "Output “%(column)s” of table %(table)s does not allow %(value)s of rule %(rule)s.",
                        column=column.label,
                        table=self.table.id,
                        value=literal(value)[:80],
                        rule=rule.id,
                    ),
                    msg("List the value among the output values of the column, or mend the rule."),
                )
        self.rules.append(rule)
        self.rows.append(row)

    def contradiction(self, text: str) -> DmnError:
        message = msg(text, table=self.table.id, rules=", ".join(rule.id for rule in self.rules))
        return DmnError(message, [Finding(self.table.id, 0, message)])


def decide(hits: Hits) -> Any:
    """The value of the table; when nothing matches its default, else null or for lists the empty list."""
    table = hits.table
    if not hits.rows:
        if any(default is not None for default in table.defaults):
            return _default(hits)
        if table.hit_policy == "COLLECT" and table.aggregation == "COUNT":
            return Decimal(0)
        return [] if table.hit_policy == "COLLECT" and not table.aggregation else None
    return POLICIES[table.hit_policy](hits)


def _default(hits: Hits) -> Any:
    table = hits.table
    values = [default(hits.frame) if default is not None else None for default in table.defaults]
    result = table.result(values)
    gives_list = table.hit_policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT") and not table.aggregation
    return [result] if gives_list and type(result) is not list else result


def _unique(hits: Hits) -> Any:
    if len(hits.rows) > 1:
        raise hits.contradiction("Table %(table)s allows one rule to match, but several do: %(rules)s.")
    return hits.table.result(hits.rows[0])


def _any(hits: Hits) -> Any:
    first = hits.rows[0]
    if not all(_same_row(first, row, hits.frame.run) for row in hits.rows[1:]):
        raise hits.contradiction("The rules of table %(table)s that match disagree: %(rules)s.")
    return hits.table.result(first)


def _same_row(left: list[Any], right: list[Any], run: Run) -> bool:
    return all(same(a, b, run) for a, b in zip(left, right, strict=True))


def _first(hits: Hits) -> Any:
    return hits.table.result(hits.rows[0])


def _priority(hits: Hits) -> Any:
    return hits.table.result(_by_priority(hits)[0])


def _rule_order(hits: Hits) -> Any:
    return [hits.table.result(row) for row in hits.rows]


def _output_order(hits: Hits) -> Any:
    return [hits.table.result(row) for row in _by_priority(hits)]


def _by_priority(hits: Hits) -> list[list[Any]]:
    """Rows in the order of the output values, the first column deciding first; unlisted values come last."""
    orders = [order(hits.frame) if order is not None else None for order in hits.table.orders]

    def rank(row: list[Any]) -> list[int]:
        return [
            next((at for at, listed in enumerate(order) if same(listed, value, hits.frame.run)), len(order))
            if order
            else 0
            for order, value in zip(orders, row, strict=True)
        ]

    return sorted(hits.rows, key=rank)


def _collect(hits: Hits) -> Any:
    results = [hits.table.result(row) for row in hits.rows]
    aggregate = AGGREGATIONS[hits.table.aggregation]
    return results if aggregate is None else aggregate(results)


POLICIES: dict[str, Callable[[Hits], Any]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
AGGREGATIONS: dict[str, Callable[[list[Any]], Any] | None] = {
    "": None,
    "SUM": total,
    "MIN": minimum,
    "MAX": maximum,
    "COUNT": lambda results: Decimal(len(results)),
}
