"""How much work a piece of code does, counted in calls: the same on every machine, however busy it is."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any


@dataclass
class Effort:
    """``calls`` counts the functions called, those written in C as well."""

    calls: int = 0


@contextmanager
def at_most(calls: int) -> Iterator[Effort]:
    """Let this thread call so many functions; one more is an AssertionError, so that a hang ends too.

    No garbage is collected meanwhile: what others left behind is not this code's work.
    """
    effort, before, collects = Effort(), sys.getprofile(), gc.isenabled()

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        if event in ("call", "c_call"):
            effort.calls += 1
            if effort.calls > calls:
                sys.setprofile(None)
                raise AssertionError(f"more than {calls} calls")

    gc.disable()
    sys.setprofile(count)
    try:
        yield effort
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()
