"""From tree to closures: every node becomes one Python function of the frame, made once.

The compiler also finds the free names of an expression, so that an evaluation converts and carries
only the variables it reads.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from engine.feel import arithmetic, closures, compare, iteration, paths
from engine.feel.calls import compile_call, compile_lambda
from engine.feel.runtime import Closure, Frame
from engine.feel.tree import (
    Between,
    Bound,
    Call,
    Chain,
    Comparison,
    Condition,
    ContextOf,
    Filter,
    For,
    In,
    InstanceOf,
    Interval,
    Lambda,
    ListOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    Type,
)
from engine.feel.types import Declared, TypeTest, type_test
from engine.feel.values import Range

_POWER_COST = 15


class Compiler:
    """Compiles one expression and notes what it reads.

    ``free`` are its free names; ``filtered`` are free names seen inside filters, where they may be keys of
    the items; ``called`` the functions called by name, ``callees`` those of them that are not built in: a
    variable may hold them.
    """

    def __init__(
        self, types: Mapping[str, Declared] | None = None, declared: frozenset[str] = frozenset()
    ) -> None:
        self.free: set[str] = set()
        self.filtered: set[str] = set()
        self.called: set[str] = set()
        self.callees: set[str] = set()
        self.types = types or {}
        self.declared = declared
        self._scopes: list[set[str]] = []
        self._read: set[str] = set()
        self._filters = 0

    def compile(self, node: Node) -> Closure:
        return _COMPILE[type(node)](self, node)

    def type(self, node: Type) -> TypeTest:
        return type_test(node, self.types)

    def parameter_type(self, node: Type) -> TypeTest:
        return type_test(node, self.types, domain=True)

    @contextmanager
    def scope(self, *names: str) -> Iterator[set[str]]:
        """Names that are bound by the expression itself."""
        self._scopes.append(set(names))
        yield self._scopes[-1]
        self._scopes.pop()

    @contextmanager
    def filter(self) -> Iterator[None]:
        self._filters += 1
        with self.scope("item"):
            yield
        self._filters -= 1

    def is_bound(self, name: str) -> bool:
        return any(name in scope for scope in self._scopes)

    def compile_noting(self, node: Node, name: str) -> tuple[Closure, bool]:
        """The closure, and whether it reads the name."""
        before, self._read = self._read, set()
        closure = self.compile(node)
        reads = name in self._read
        self._read |= before
        return closure, reads

    def use(self, name: str) -> None:
        self._read.add(name)
        if not self.is_bound(name):
            (self.filtered if self._filters else self.free).add(name)

    # ------------------------------------------------------------------ simple nodes

    def literal(self, node: Literal) -> Closure:
        value = node.value
        return lambda frame: value

    def name(self, node: Name) -> Closure:
        self.use(node.name)
        return closures.lookup(node.name)

    def list_of(self, node: ListOf) -> Closure:
        items = [self.compile(item) for item in node.items]
        return lambda frame: [item(frame) for item in items]

    def context_of(self, node: ContextOf) -> Closure:
        with self.scope() as names:
            entries: list[tuple[str, Closure]] = []
            for key, value in node.entries:
                entries.append((key, self.compile(value)))
                names.add(key)

        def make(frame: Frame) -> dict[str, Any]:
            made: dict[str, Any] = {}
            inner = Frame(made, frame, frame.run)
            for key, value in entries:
                made[key] = value(inner)
            return made

        return make

    def condition(self, node: Condition) -> Closure:
        branches = [(self.compile(test), self.compile(value)) for test, value in node.branches]
        otherwise = self.compile(node.otherwise)

        def choose(frame: Frame) -> Any:
            for test, value in branches:
                if test(frame) is True:
                    return value(frame)
            return otherwise(frame)

        return choose

    # ------------------------------------------------------------------ operators

    def chain(self, node: Chain) -> Closure:
        first = self.compile(node.first)
        rest = [
            (arithmetic.OPERATORS[operator], self.compile(part), _POWER_COST if operator == "**" else 1)
            for operator, part in node.rest
        ]

        def compute(frame: Frame) -> Any:
            value = first(frame)
            for work, part, cost in rest:
                frame.run.spend(cost)
                value = work(value, part(frame))
                if type(value) is str:
                    frame.run.spend_text(len(value))
            return value

        return compute

    def negation(self, node: Negation) -> Closure:
        operand = self.compile(node.operand)
        return lambda frame: arithmetic.negate(operand(frame))

    def logic(self, node: Logic) -> Closure:
        parts = [self.compile(part) for part in node.parts]
        decides = node.operator == "or"

        def decide(frame: Frame) -> bool | None:
            unknown = False
            for part in parts:
                value = part(frame)
                if value is decides:
                    return decides
                if value is not (not decides):
                    unknown = True
            return None if unknown else not decides

        return decide

    def comparison(self, node: Comparison) -> Closure:
        left, right = self.compile(node.left), self.compile(node.right)
        if node.operator in ("=", "!="):
            if isinstance(node.right, Literal) and type(node.right.value) is str:
                return closures.equality_with(left, node.right.value, node.operator == "=")
            return closures.equality(left, right, node.operator == "=")
        if isinstance(node.right, Literal) and type(node.right.value) is Decimal:
            return closures.order_with(node.operator, left, node.right.value)
        return closures.order(node.operator, left, right)

    def between(self, node: Between) -> Closure:
        value, low, high = self.compile(node.value), self.compile(node.low), self.compile(node.high)

        def inside(frame: Frame) -> bool | None:
            span = Range(low(frame), high(frame))
            if span.start is None or span.end is None:
                return None
            return compare.within(value(frame), span, frame.run)

        return inside

    def member_of(self, node: In) -> Closure:
        value, tests = self.compile(node.value), [self.compile(test) for test in node.tests]

        def member(frame: Frame) -> bool | None:
            subject = value(frame)
            unknown = False
            for test in tests:
                expected = test(frame)
                if expected is None and subject is not None:
                    unknown = True
                    continue
                result = compare.matches(subject, expected, frame.run)
                if result is True:
                    return True
                unknown = unknown or result is None
            return None if unknown else False

        return member

    def bound(self, node: Bound) -> Closure:
        operand = self.compile(node.operand)
        make = closures.BOUNDS[node.operator]
        return lambda frame: make(operand(frame))

    def interval(self, node: Interval) -> Closure:
        start, end = self.compile(node.start), self.compile(node.end)

        def make(frame: Frame) -> Range | None:
            low, high = start(frame), end(frame)
            if compare.compare("<=", low, high) is not True:
                return None
            return Range(low, high, node.start_included, node.end_included)

        return make

    def instance_of(self, node: InstanceOf) -> Closure:
        value, test = self.compile(node.value), self.type(node.type)
        return lambda frame: test(value(frame), frame.run)


_COMPILE: dict[type[Node], Callable[..., Closure]] = {
    Literal: Compiler.literal,
    Name: Compiler.name,
    ListOf: Compiler.list_of,
    ContextOf: Compiler.context_of,
    Condition: Compiler.condition,
    Chain: Compiler.chain,
    Negation: Compiler.negation,
    Logic: Compiler.logic,
    Comparison: Compiler.comparison,
    Between: Compiler.between,
    In: Compiler.member_of,
    Bound: Compiler.bound,
    Interval: Compiler.interval,
    InstanceOf: Compiler.instance_of,
    Path: paths.compile_path,
    Filter: paths.compile_filter,
    For: iteration.compile_for,
    Quantified: iteration.compile_quantified,
    Call: compile_call,
    Lambda: compile_lambda,
}
