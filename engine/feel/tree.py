"""The tree of an expression: what the parser builds and the compiler reads."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operands joined by operators of one strength, read from the left: ``a + b - c``."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and`` or ``or`` over two or more parts."""

    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Bound(Node):
    """A range with one end, also a test: ``< 10``, ``!= "a"``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """``if … then … else if … else …``, flat, so that long chains stay shallow."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    value: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    value: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """Sources are (name, values, end): with an end, the numbers or dates from values to end."""

    sources: tuple[tuple[str, Node, Node | None], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    sources: tuple[tuple[str, Node, Node | None], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Type(Node):
    """A type: its name and, for lists, ranges, contexts and functions, the types inside."""

    name: str
    parts: tuple["Type", ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    parameters: tuple[tuple[str, Type | None], ...]
    body: Node
