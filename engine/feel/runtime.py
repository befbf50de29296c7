"""What an expression has while it runs: the environment, the names it sees, and the steps it may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from engine.errors import msg
from engine.feel.errors import FeelLimitError

MAX_STEPS = 100_000
MAX_CALLS = 48
CALL_COST = 3
MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Environment:
    """The world of an expression: the instant that is now, the local zone, further functions.

    ``functions`` take FEEL values and give one; their names may hold spaces. ``missing`` says what an
    unknown variable is: "null" (the standard) or "error" (raises FeelError). ``steps`` bounds the work.
    """

    now: datetime
    zone: tzinfo
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    missing: str = "null"
    steps: int = MAX_STEPS


class Run:
    """One evaluation: its environment and the steps left."""

    __slots__ = ("calls", "environment", "left")

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.left = environment.steps
        self.calls = 0

    def spend(self, steps: int) -> None:
        """Count work; raises FeelLimitError when the evaluation has done too much of it."""
        self.left -= steps
        if self.left < 0:
            raise FeelLimitError(
                msg("The expression needs more than %(limit)s steps.", limit=self.environment.steps)
            )

    def spend_text(self, length: int) -> None:
        """Count a text that was made; very long ones are refused."""
        if length > MAX_TEXT:
            raise FeelLimitError(msg("A text grows beyond %(limit)s characters.", limit=MAX_TEXT))
        self.spend(1 + length // 100)

    def enter(self) -> None:
        """Count a function called within a function; raises FeelLimitError when they never come back."""
        self.spend(CALL_COST)
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise FeelLimitError(
                msg("Functions call each other more than %(limit)s levels deep.", limit=MAX_CALLS)
            )

    def leave(self) -> None:
        self.calls -= 1


class Frame:
    """The names of one scope; ``outer`` is the scope around it."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, names: dict[str, Any], outer: "Frame | None", run: Run) -> None:
        self.names = names
        self.outer = outer
        self.run = run


Closure = Callable[[Frame], Any]
