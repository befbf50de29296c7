"""The installation that the environment names, opened for one command."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from engine.bootstrap import Settings, open_house
from engine.errors import AlurError, msg
from engine.runtime.house import House
from engine.upkeep import schema


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[House]:
    """The house, closed at the end. Raises AlurError for a bad setting, clock or missing tables."""
    settings = settings or Settings.from_env()
    settings.clock().now()  # a clock that cannot be read is said now, not in the middle of the work
    if not schema.is_current(settings):
        raise AlurError(msg("The database lacks tables."), hint=msg("Run `alur migrate` first."))
    house = open_house(settings)
    try:
        yield house
    finally:
        house.database.close()


def end_politely() -> None:
    """Let SIGTERM end this process as Ctrl-C does: what is under way is finished, nothing new is begun."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
