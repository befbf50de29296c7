"""Playing a version costs the server a second or more: one game at a time, with bounds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import TooMany, msg

MOST_SCENARIOS = 60
MOST_STEPS = 200
FIRINGS = 500  # timers in one step
_WAIT_SECONDS = 5
_table = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Wait shortly for the game before; raises TooMany when it takes longer."""
    if not _table.acquire(timeout=_WAIT_SECONDS):
        raise TooMany(
            msg("Another version is being played. Try again in a moment."), retry_after=_WAIT_SECONDS
        )
    try:
        yield
    finally:
        _table.release()
