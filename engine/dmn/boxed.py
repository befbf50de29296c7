"""Boxed expressions as closures of a FEEL frame: literals, contexts, lists, relations, invocations, loops."""

from collections.abc import Callable
from typing import Any

from engine.dmn.items import Items
from engine.dmn.kinds import ANY, Kind
from engine.dmn.notes import Notes
from engine.dmn.table import read_table
from engine.dmn.xml import Element, child, children, tag, text_of
from engine.errors import msg
from engine.feel.calls import invoke_named
from engine.feel.iteration import loop, quantified
from engine.feel.paths import filtered
from engine.feel.runtime import Closure, Frame, Run
from engine.feel.values import Function

MAX_NESTING = 64

LOGIC = (
    "literalExpression",
    "decisionTable",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)


def nothing(frame: Frame) -> Any:
    """The value of logic that is left out."""
    return None


class Reader:
    """Makes closures of boxed expressions; faults go to the notes, and the faulty part is null."""

    def __init__(self, notes: Notes, items: Items) -> None:
        self.notes = notes
        self.items = items
        self._depth = 0

    def inside(self, element: Element | None) -> Closure:
        """The closure of the boxed expression inside an element."""
        logic = child(element, *LOGIC) if element is not None else None
        return nothing if logic is None else self.read(logic)

    def read(self, element: Element) -> Closure:
        self._depth += 1
        if self._depth > MAX_NESTING:
            self.notes.fault(
                element, msg("The logic is nested more than %(limit)s levels deep.", limit=MAX_NESTING)
            )
            closure: Closure = nothing
        else:
            closure = _READERS[tag(element)](self, element)
        self._depth -= 1
        kind = self.items.kind(element.get("typeRef"))
        return closure if kind is ANY else conforming(closure, kind)

    def literal(self, element: Element) -> Closure:
        if child(element, "importedValues") is not None:
            self.notes.fault(element, msg("Imported values are not read."))
            return nothing
        text = text_of(element)
        expression = self.notes.expression(element, text) if text else None
        return nothing if expression is None else expression.closure()

    def table(self, element: Element) -> Closure:
        return read_table(element, self.notes, self.items).closure()

    def context(self, element: Element) -> Closure:
        """Entries see those before them; an entry without a name is the result."""
        entries: list[tuple[str, Kind, Closure]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            name = str(variable.get("name")) if variable is not None else ""
            kind = self.items.kind(variable.get("typeRef")) if variable is not None else ANY
            entries.append((name, kind, self.inside(entry)))

        def make(frame: Frame) -> Any:
            made: dict[str, Any] = {}
            inner = Frame(made, frame, frame.run)
            for name, kind, value in entries:
                if not name:
                    return value(inner)
                made[name] = kind.conform(value(inner), frame.run)
            return made

        return make

    def list(self, element: Element) -> Closure:
        entries = [self.read(entry) for entry in children(element, *LOGIC)]
        return lambda frame: [entry(frame) for entry in entries]

    def relation(self, element: Element) -> Closure:
        columns = children(element, "column")
        names = [str(column.get("name")) for column in columns]
        kinds = [self.items.kind(column.get("typeRef")) for column in columns]
        rows: list[list[Closure]] = []
        for row in children(element, "row", "list"):
            cells = [self.read(cell) for cell in children(row, *LOGIC)]
            if len(cells) != len(names):
                self.notes.fault(
                    row,
                    msg(
                        "The row has %(cells)s cells for %(columns)s columns.",
                        cells=len(cells),
                        columns=len(names),
                    ),
                )
            rows.append(cells)
        return lambda frame: [
            {
                name: kind.conform(cell(frame), frame.run)
                for name, kind, cell in zip(names, kinds, cells, strict=False)
            }
            for cells in rows
        ]

    def invocation(self, element: Element) -> Closure:
        called = child(element, "literalExpression")
        callee = self.literal(called) if called is not None else nothing
        bindings: list[tuple[str, Closure]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            if parameter is not None:
                bindings.append((str(parameter.get("name")), self.inside(binding)))

        def call(frame: Frame) -> Any:
            given = {name: value(frame) for name, value in bindings}
            return invoke_named(callee(frame), given, frame.run)

        return call

    def function(self, element: Element) -> Closure:
        if element.get("kind", "FEEL") != "FEEL":
            self.notes.fault(
                element,
                msg("Functions written outside FEEL are not run."),
                hint=msg("Write the function in FEEL."),
            )
            return nothing
        parameters = [
            (str(one.get("name")), self.items.kind(one.get("typeRef")))
            for one in children(element, "formalParameter")
        ]
        with self.notes.also(name for name, _ in parameters):
            body = self.inside(element)
        return lambda frame: make_function("", parameters, body, frame, strict=True)

    def conditional(self, element: Element) -> Closure:
        """As ``if``, but a condition that is neither a boolean nor null makes the whole null."""
        test, yes, no = (self.inside(child(element, part)) for part in ("if", "then", "else"))

        def choose(frame: Frame) -> Any:
            decided = test(frame)
            if decided is not None and type(decided) is not bool:
                return None
            return yes(frame) if decided else no(frame)

        return choose

    def filter(self, element: Element) -> Closure:
        """Unlike in ``list[condition]``, a match must be a boolean: a number picks nothing."""
        condition = self.inside(child(element, "match"))
        select = filtered(self.inside(child(element, "in")), lambda frame: condition(frame) is True)
        return select

    def iteration(self, element: Element) -> Closure:
        return loop([self._source(element)], self.inside(child(element, "return")))

    def quantified(self, element: Element) -> Closure:
        condition = self.inside(child(element, "satisfies"))
        return quantified([self._source(element)], condition, every=tag(element) == "every", strict=True)

    def _source(self, element: Element) -> tuple[str, Closure, Closure | None]:
        return str(element.get("iteratorVariable")), self.inside(child(element, "in")), None


def conforming(closure: Closure, kind: Kind) -> Closure:
    return lambda frame: kind.conform(closure(frame), frame.run)


def make_function(
    name: str,
    parameters: list[tuple[str, Kind]],
    body: Closure,
    outer: Frame,
    result: Kind = ANY,
    *,
    strict: bool = False,
) -> Function:
    """A function; an argument that is not of its type arrives as null, or with ``strict`` makes all null."""

    def call(run: Run, arguments: list[Any]) -> Any:
        if len(arguments) != len(parameters):
            return None
        names: dict[str, Any] = {}
        for (parameter, kind), argument in zip(parameters, arguments, strict=True):
            names[parameter] = kind.conform(argument, run)
            if strict and names[parameter] is None and argument is not None:
                return None
        return result.conform(body(Frame(names, outer, run)), run)

    return Function(name, tuple(parameter for parameter, _ in parameters), call)


_READERS: dict[str, Callable[[Reader, Element], Closure]] = {
    "literalExpression": Reader.literal,
    "decisionTable": Reader.table,
    "context": Reader.context,
    "list": Reader.list,
    "relation": Reader.relation,
    "invocation": Reader.invocation,
    "functionDefinition": Reader.function,
    "conditional": Reader.conditional,
    "filter": Reader.filter,
    "for": Reader.iteration,
    "some": Reader.quantified,
    "every": Reader.quantified,
}
