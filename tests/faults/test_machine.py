"""Chance against a plain model of the drill: some courses, and some laid down. 2,000 in make test-faults."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults import machine, model

SEED = 20261124


def test_house_and_model_agree() -> None:
    outcome = machine.prove(examples=6, steps=25, number=SEED)
    assert outcome.holds, outcome.told()


@contextmanager
def _at(stage: str) -> Iterator[machine.Drill]:
    """A drill whose one case has come to a stage."""
    drill = machine.Drill()
    try:
        drill.cases_stand_at([stage], renewed=1)
        drill.both_show_the_same()
        yield drill
        drill.both_show_the_same()
    finally:
        drill.teardown()


@pytest.mark.parametrize("stage", [stage for stage in model.STAGES if stage != "done"])
def test_an_open_case_is_not_erased(stage: str) -> None:
    """Courses of chance try it seldom."""
    with _at(stage) as drill:
        drill.the_keeper_erases(0)


@pytest.mark.parametrize("failing", [None, 1, 5, 10, 20])
def test_what_an_erased_case_had_to_tell_is_told_no_more(failing: int | None) -> None:
    """Also when the database failed in the middle of erasing it, and it was erased again."""
    with _at("done") as drill:
        if failing:
            drill.the_database_will_fail(failing)
            drill.the_keeper_erases(0)
            drill.both_show_the_same()
            drill.the_server_starts_anew()
        drill.the_keeper_erases(0)
        drill.both_show_the_same()
        drill.what_waits_is_delivered()
