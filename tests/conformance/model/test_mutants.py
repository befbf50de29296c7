"""The proof itself is proved: a fault planted in the engine does not stay unseen."""

import pytest

from engine.spiff import BudgetExceeded
from tests.conformance.model.duel import Divergence, play
from tests.conformance.model.generator import draw
from tests.conformance.model.mutants import MUTANTS
from tests.conformance.model.player import Torn

SEEDS = 400
TASTES = {"signal_reaches_one_only": "signal"}  # two waits for one signal are rare in other diagrams


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch.setattr)
    for seed in range(SEEDS):
        try:
            play(draw(seed, TASTES.get(name)), seed)
        except (Divergence, Torn, BudgetExceeded):
            return
    pytest.fail(f"{SEEDS} diagrams did not show that {name.replace('_', ' ')}")
