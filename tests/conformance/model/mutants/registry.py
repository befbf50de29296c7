"""Where planted faults are listed."""

from collections.abc import Callable
from typing import Any

Patch = Callable[[Any, str, Any], None]
"""``monkeypatch.setattr``."""
Mutant = Callable[[Patch], None]
MUTANTS: dict[str, Mutant] = {}


def mutant(plant: Mutant) -> Mutant:
    MUTANTS[plant.__name__] = plant
    return plant
