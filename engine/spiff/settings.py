"""What a diagram says about one element, read once and shared by all runs. Nothing here ever changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import feel


@dataclass(frozen=True, slots=True)
class Value:
    """A text of the diagram: FEEL when it starts with "=", else itself."""

    text: str
    expression: feel.Expression | None = None

    def get(self, context: Mapping[str, Any], env: feel.Environment) -> Any:
        """The FEEL value, or the text itself."""
        return self.text if self.expression is None else self.expression.evaluate(context, env)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One input or output mapping; ``target`` is a variable, or a path into one."""

    source: Value
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; flows keep the order of the document."""

    id: str
    target: str
    condition: feel.Expression | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance: once for every item of a collection, at the same time or one after the other."""

    parallel: bool
    collection: Value
    item: str | None = None
    output: str | None = None
    result: feel.Expression | None = None
    own: str | None = None
    """The variable that ``result`` reads, kept in each child lest children overwrite each other's."""
    until: feel.Expression | None = None
    """Completion condition."""


@dataclass(frozen=True, slots=True)
class While:
    """Standard loop: again while the condition holds, asked before or after each round; ``most`` rounds."""

    condition: feel.Expression | None
    before: bool
    most: int | None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event waits for or throws."""

    kind: str
    """none, message, signal, timer, condition, error, escalation, terminate, compensation or cancel."""
    name: Value | None = None
    code: str | None = None
    key: feel.Expression | None = None
    """Correlation key of a message."""
    timer: Value | None = None
    cycle: bool = False
    condition: feel.Expression | None = None
    activity: str | None = None
    """Compensation: the activity to undo; none for all of the scope."""
    wait: bool = True
    """Compensation: whether the event goes on only when all is undone."""


NONE = Trigger("none")


@dataclass(frozen=True, slots=True)
class Mappings:
    """The input and output mappings of an element."""

    inputs: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()
