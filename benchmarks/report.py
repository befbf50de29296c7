"""What a benchmark says, and how it is printed."""

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from time import perf_counter

ROUNDS = 5


@dataclass(frozen=True)
class Ratio:
    """One goal: the median of ratios taken pairwise within rounds, at most ``target`` (or at least)."""

    name: str
    ratios: Sequence[float]
    target: float
    detail: str
    at_least: bool = False

    @property
    def value(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target

    def line(self) -> str:
        word = "PASS" if self.is_met else "MISS"
        spread = f"{min(self.ratios):.2f}–{max(self.ratios):.2f}"
        goal = f"{'≥' if self.at_least else '≤'} {self.target:g}"
        return f"{word} {self.name}: {self.value:.2f} ({spread}), goal {goal} — {self.detail}"


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that ``act`` takes."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def p50(act: Callable[[], object], times: int) -> float:
    """The median of that many runs, in milliseconds."""
    return statistics.median(timed(act) for _ in range(times))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def machine() -> str:
    """One line about where and with what the figures were taken; the floor's line has the flush rate."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("SpiffWorkflow", "SQLAlchemy", "Flask"))
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {platform.system()}; {packages}"
    )
