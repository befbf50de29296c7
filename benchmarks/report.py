"""What a benchmark says, and how it is printed."""

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from time import perf_counter

ROUNDS = 5


@dataclass(frozen=True)
class Ratio:
    """One goal: the median of ratios taken pairwise within rounds, at most ``target``."""

    name: str
    ratios: Sequence[float]
    target: float
    detail: str

    @property
    def value(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool:
        return self.value <= self.target

    def line(self) -> str:
        word = "ok  " if self.is_met else "MISS"
        spread = f"{min(self.ratios):.2f}–{max(self.ratios):.2f}"
        return f"{word} {self.name}: {self.value:.2f} ({spread}), goal ≤ {self.target:g} — {self.detail}"


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that ``act`` takes."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def p50(act: Callable[[], object], times: int) -> float:
    """The median of that many runs, in milliseconds."""
    return statistics.median(timed(act) for _ in range(times))


def machine() -> str:
    """One line about where and with what the figures were taken."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("SpiffWorkflow", "SQLAlchemy", "Flask"))
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; {packages}"
