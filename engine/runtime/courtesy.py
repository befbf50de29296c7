"""People first: what goes on behind the pages stands back while somebody of this process is being served.

One interpreter serves people and fires timers. A burst of timers would be in everybody's way, though nobody
is served for long: whoever waits between its pieces until nobody is served loses little, and people notice
hardly anything.
"""

import threading
from types import TracebackType

from engine.clock import stopwatch

LONGEST_WAIT = 0.1  # seconds that a piece of work stands back: some requests take long
LATELY = 1.0  # seconds


class Courtesy:
    """Knows who is being served: ``with courtesy`` around each request."""

    def __init__(self) -> None:
        self._nobody = threading.Condition()
        self._served = 0
        self._last = -LATELY

    def __enter__(self) -> None:
        with self._nobody:
            self._served += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._nobody:
            self._served -= 1
            self._last = stopwatch()
            if not self._served:
                self._nobody.notify_all()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody is being served, or was a moment ago: work is done in small pieces then."""
        return self._served > 0 or stopwatch() - self._last < LATELY

    def stand_back(self, longest: float = LONGEST_WAIT) -> bool:
        """Wait until nobody is served, but not for longer than ``longest`` seconds: work must go on too.

        Says whether nobody is; who stood back in vain has a whole piece to do now.
        """
        with self._nobody:
            return self._nobody.wait_for(lambda: not self._served, longest)
