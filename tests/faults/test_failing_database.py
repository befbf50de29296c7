"""Some calls to the database fail under each command; every call of each: make test-faults."""

from pathlib import Path

import pytest

from tests.faults import failing
from tests.faults.commands import COMMANDS

SLICE = ("filing", "completing", "escalating", "receiving", "delivering")
STRIDE = 7


def test_there_are_enough_commands() -> None:
    assert len(COMMANDS) >= 12


@pytest.mark.parametrize("command", SLICE)
def test_a_failing_call_leaves_the_state_before_or_after(
    database_url: str, tmp_path: Path, command: str
) -> None:
    outcome = failing.prove(database_url, tmp_path, command, STRIDE)
    assert outcome.holds, outcome.told()
