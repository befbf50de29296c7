"""Chance against a plain model of the drill: some courses; 2,000 of 60 steps in make test-faults."""

from tests.faults import machine

SEED = 20261124


def test_house_and_model_agree() -> None:
    outcome = machine.prove(examples=6, steps=25, number=SEED)
    assert outcome.holds, outcome.told()
