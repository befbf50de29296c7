"""Writers of one process take turns: whoever asked first is next, and the writer sees that others wait."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A lock that is given in the order in which it was asked for.

    A plain lock goes to whoever asks again soonest, so the scheduler's next batch would be ahead of a person
    who has waited for the last one.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for a turn."""
        return bool(self._waiting)

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until the one before gives it over

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
