from collections.abc import Callable
from functools import partial

import pytest

from engine.spiff.workflow import Instance
from tests.unit.spiff.play import Player


@pytest.fixture(params=["live", "reloaded", "unpruned"])
def play(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Player]:
    """A player: of a live run, of one saved and loaded after every action, of one that is never pruned."""
    if request.param == "unpruned":
        monkeypatch.setattr(Instance, "prune", lambda self: None)
    return partial(Player, reload=request.param != "live")
