"""What goes on behind the pages, by name: done here, or handed to workers. The same functions either way."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.runtime import jobs, outbox, sending
from engine.runtime.house import House

log = logging.getLogger("alur.background")


@dataclass(frozen=True)
class Work:
    """``waits`` tells whether there is something to do; ``run`` does one bounded piece, and says how much.

    Any number of processes may run it at once.
    """

    waits: Callable[[House], bool]
    run: Callable[[House], int]


class Hands(Protocol):
    """Who does the work that a heartbeat finds."""

    def take(self, name: str) -> int:
        """Do a piece of this work, or have it done; how much was done here and now."""
        ...


def _do_duties(house: House) -> int:
    """Each duty of the house, whatever becomes of the others; what fails is tried again the next time."""
    for duty in house.duties:
        try:
            duty(house)
        except Exception:
            log.exception("housekeeping failed")
    return 0


DUE, DELIVERIES, SENDINGS, DUTIES = "due", "deliveries", "sendings", "duties"
WORKS = {
    DUE: Work(jobs.is_any_due, jobs.run_due),
    DELIVERIES: Work(outbox.is_any_pending, outbox.deliver_due),
    SENDINGS: Work(sending.is_any_to_send, sending.send_due),
    DUTIES: Work(lambda house: bool(house.duties), _do_duties),
}


class OwnHands:
    """Does everything in this process: the embedded default."""

    def __init__(self, house: House) -> None:
        self._house = house

    def take(self, name: str) -> int:
        return WORKS[name].run(self._house)
