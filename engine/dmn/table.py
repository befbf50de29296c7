"""Decision tables: their columns and rules, and which rules match."""

from dataclasses import dataclass, field
from typing import Any

from engine.dmn.faults import DmnError, Finding
from engine.dmn.hits import AGGREGATIONS, POLICIES, Hits, decide
from engine.dmn.items import Items
from engine.dmn.kinds import Kind
from engine.dmn.notes import Notes
from engine.dmn.xml import Element, child, children, text_of
from engine.errors import Message, msg
from engine.feel.expression import NOWHERE, UnaryTests
from engine.feel.runtime import Closure, Frame
from engine.feel.text import literal
from engine.feel.tree import Literal

MAX_CELLS = 50_000
_CAMUNDA_VARIABLE = "{http://camunda.org/schema/1.0/dmn}inputVariable"


@dataclass(frozen=True, slots=True)
class Input:
    """An input column: the expression tested, its heading, its type as written."""

    expression: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; ``name`` is the key in the result of a table with several."""

    name: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input column takes its values from, their type, and which of them the table allows.

    ``variable`` is the name that the cells may use for the value, in the vocabulary of Camunda 7.
    """

    closure: Closure
    kind: Kind
    allowed: Kind
    variable: str


@dataclass
class Rule:
    id: str
    tests: list[UnaryTests | None]
    outputs: list[Closure]


@dataclass
class Table:
    """A decision table ready to run."""

    id: str
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    inputs: list[Input] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    allowed: list[Kind] = field(default_factory=list)
    orders: list[Closure | None] = field(default_factory=list)
    defaults: list[Closure | None] = field(default_factory=list)

    def closure(self) -> Closure:
        return self.evaluate

    def evaluate(self, frame: Frame) -> Any:
        """The result of the hit policy.

        Raises DmnError when the rules that match contradict it, or a value is not among its column's.
        """
        inner = Frame({}, frame, frame.run)
        values: list[Any] = []
        for column, source in zip(self.inputs, self.sources, strict=True):
            value = source.kind.receive(source.closure(frame))
            if not source.allowed.fits(value, frame.run):
                raise self.outside(
                    msg(
                        "Input “%(column)s” of table %(table)s does not allow %(value)s.",
                        column=column.label,
                        table=self.id,
                        value=literal(value)[:80],
                    ),
                    msg("List the value among the input values of the column, or empty that list."),
                )
            if source.variable:
                inner.names[source.variable] = value
            values.append(value)
        hits = Hits(self, inner)
        for rule in self.rules:
            frame.run.spend(1 + len(values) // 4)
            if all(test.test(value, inner) for test, value in zip(rule.tests, values, strict=True) if test):
                hits.add(rule)
                if self.hit_policy == "FIRST":
                    break
        return decide(hits)

    def outside(self, message: Message, hint: Message) -> DmnError:
        return DmnError(message, [Finding(self.id, 0, message, hint=hint)])

    def result(self, values: list[Any]) -> Any:
        """One output is the value itself, several are a context."""
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}


def read_table(element: Element, notes: Notes, items: Items) -> Table:
    table = Table(
        str(element.get("id") or ""),
        (element.get("hitPolicy") or "UNIQUE").upper(),
        (element.get("aggregation") or "").upper(),
    )
    if table.hit_policy not in POLICIES:
        notes.fault(element, msg("The hit policy %(policy)s is unknown.", policy=table.hit_policy))
        table.hit_policy = "UNIQUE"
    if table.aggregation not in AGGREGATIONS:
        notes.fault(element, msg("The aggregation %(name)s is unknown.", name=table.aggregation))
        table.aggregation = ""
    for column in children(element, "input"):
        _read_input(column, table, notes, items)
    for column in children(element, "output"):
        _read_output(column, table, notes, items)
    if not table.outputs:
        notes.fault(element, msg("The decision table has no output column."))
    if table.aggregation and len(table.outputs) > 1:
        notes.fault(element, msg("Only a table with one output column can aggregate."))
    _read_rules(element, table, notes)
    return table


def _read_input(column: Element, table: Table, notes: Notes, items: Items) -> None:
    source = child(column, "inputExpression")
    text = text_of(source)
    expression = notes.expression(source, text) if source is not None and text else None
    if not text:
        notes.fault(column, msg("The input column has no expression."))
    type_ref = (source.get("typeRef") or "") if source is not None else ""
    closure = expression.closure() if expression is not None else (lambda frame: None)
    variable = column.get(_CAMUNDA_VARIABLE) or ""
    allowed = _allowed(child(column, "inputValues"), notes)
    table.sources.append(Source(closure, items.kind(type_ref), allowed, variable))
    table.inputs.append(Input(text, column.get("label") or text, type_ref))


def _allowed(values: Element | None, notes: Notes) -> Kind:
    """The values that a column lists, as a type; any value where it lists none. Null is always allowed."""
    tests = notes.unary(values) if values is not None and text_of(values) else None
    return Kind("", base="Any", allowed=tests)


def _read_output(column: Element, table: Table, notes: Notes, items: Items) -> None:
    name, type_ref = str(column.get("name") or ""), column.get("typeRef") or ""
    table.outputs.append(Output(name, column.get("label") or name, type_ref))
    table.kinds.append(items.kind(type_ref))
    values = child(column, "outputValues")
    table.allowed.append(_allowed(values, notes))
    order: Closure | None = None
    if values is not None and text_of(values):
        listed = notes.expression(values, f"[{text_of(values)}]")
        order = listed.closure() if listed is not None else None
    elif table.hit_policy in ("PRIORITY", "OUTPUT ORDER") and not table.outputs[:-1]:
        notes.fault(
            column, msg("Hit policy %(policy)s needs the output values in order.", policy=table.hit_policy)
        )
    table.orders.append(order)
    default = child(column, "defaultOutputEntry")
    text = text_of(default)
    expression = notes.expression(default, text) if default is not None and text else None
    table.defaults.append(expression.closure() if expression is not None else None)


def _read_rules(element: Element, table: Table, notes: Notes) -> None:
    rules = children(element, "rule")
    if len(rules) * (len(table.inputs) + len(table.outputs)) > MAX_CELLS:
        notes.fault(element, msg("The table has more than %(limit)s cells.", limit=MAX_CELLS))
        return
    for rule in rules:
        tests, outputs = children(rule, "inputEntry"), children(rule, "outputEntry")
        if len(tests) != len(table.inputs) or len(outputs) != len(table.outputs):
            notes.fault(rule, msg("The rule has more or fewer cells than the table has columns."))
            continue
        table.rules.append(
            Rule(
                str(rule.get("id") or ""),
                [notes.unary(cell) for cell in tests],
                [_output(cell, allowed, notes) for cell, allowed in zip(outputs, table.allowed, strict=True)],
            )
        )


def _output(cell: Element, allowed: Kind, notes: Notes) -> Closure:
    text = text_of(cell)
    expression = notes.expression(cell, text) if text and text != "-" else None
    tests = allowed.allowed
    if expression is not None and isinstance(expression.tree, Literal) and tests is not None:
        value = expression.tree.value
        if value is not None and not tests.names and not tests.matches(value, {}, NOWHERE):
            notes.fault(
                cell,
                msg("%(value)s is not among the output values of its column.", value=text[:80]),
                text=text,
                hint=msg("List the value among the output values of the column, or mend the rule."),
            )
    return expression.closure() if expression is not None else (lambda frame: None)
