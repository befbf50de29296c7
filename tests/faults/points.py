"""Named moments at which a process can be made to die: in front of, within and behind each kind of commit.

A point is a piece of work (a function of a service) and a moment within it. The product knows nothing
of this: the runner of the tests replaces functions and listens to the database's own events.
"""

import http.client
import importlib
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from engine.cases import outgoing
from engine.db.prepared import Prepared

WORKS = {
    "filing": "engine.cases.filing:file",
    "attachment": "engine.cases.attachments:keep",
    "claim": "engine.runtime.work_items:claim",
    "completion": "engine.runtime.work_items:complete",
    "due jobs": "engine.runtime.jobs:run_due",
    "outbox": "engine.runtime.outbox:deliver_due",
    "sendings": "engine.runtime.sending:_send_all",  # runs in a thread of its own for each recipient
    "lease": "engine.runtime.jobs:fetch",
    "topic": "engine.runtime.jobs:complete",
    "message": "engine.cases.intake:receive",
}
MOMENTS = {
    "filing": (
        "enter",
        "after INSERT INTO case_numbers",
        "before INSERT INTO instances",
        "before INSERT INTO cases",
        "after INSERT INTO history",
        "before INSERT INTO work_items",
        "before INSERT INTO idempotency_keys",
        "before commit",
        "after commit",
        "leave",
    ),
    "attachment": (
        "before fsync",
        "after fsync",
        "before INSERT INTO files",
        "before commit",
        "after commit",
    ),
    "claim": ("before UPDATE work_items", "before commit", "after commit"),
    "completion": (
        "before INSERT INTO history",
        "after INSERT INTO history",
        "before UPDATE instances",
        "before INSERT INTO jobs",
        "before commit",
        "after commit",
        "leave",
    ),
    "due jobs": (
        "enter",
        "before DELETE FROM jobs",
        "after DELETE FROM jobs",
        "after INSERT INTO history",
        "before UPDATE instances",
        "before INSERT INTO outbox",
        "before commit",
        "after commit",
    ),
    "outbox": (
        "after INSERT INTO received_messages",
        "after INSERT INTO cases",
        "before UPDATE outbox",
        "before commit",
        "after commit",
    ),
    "sendings": (
        "enter",
        "after UPDATE recipients",
        "before UPDATE outbox",
        "after UPDATE outbox",
        "before send",
        "before answer",  # the message has left, and nobody heard whether it was taken
        "after send",
        "before commit",
        "after commit",
    ),
    "lease": ("before commit", "after commit"),
    "topic": ("before UPDATE jobs", "before commit", "after commit"),
    "message": (
        "after INSERT INTO received_messages",
        "before DELETE FROM subscriptions",
        "before commit",
        "after commit",
    ),
}
POINTS = [f"{work}: {moment}" for work, moments in MOMENTS.items() for moment in moments]


@dataclass
class Fuse:
    """Kills this process at the ``nth`` passing of one point, from whichever thread."""

    point: str
    nth: int

    def __post_init__(self) -> None:
        self.moment = self.point.partition(": ")[2]
        self._here = threading.local()
        self._left = self.nth
        self._lock = threading.Lock()

    def passed(self, moment: str) -> None:
        """Note a moment; the process ends here when it is the one."""
        if moment.startswith(self.moment) and getattr(self._here, "depth", 0):
            with self._lock:
                self._left -= 1
                if self._left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """The work itself, noticed while it runs in this thread."""
        self._here.depth = getattr(self._here, "depth", 0) + 1
        try:
            self.passed("enter")
            result = self._work(*args, **kwargs)
            self.passed("leave")
            return result
        finally:
            self._here.depth -= 1

    def lay(self) -> None:
        """Watch for the point in this process, for as long as it lives; it can have one fuse only."""
        LAID.append(self)
        module_name, _, name = WORKS[self.point.partition(": ")[0]].partition(":")
        self._work = _replaced(getattr(importlib.import_module(module_name), name))
        _between(DefaultDialect, "do_commit", self.passed, "commit")
        _between(os, "fsync", self.passed, "fsync")
        _between(outgoing, "send", self.passed, "send")
        _between(http.client.HTTPConnection, "getresponse", self.passed, "answer")
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        self._hear_prepared()

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.passed(f"before {statement}")

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.passed(f"after {statement}")

    def _hear_prepared(self) -> None:
        """Prepared statements tell Engine's listeners only when they begin."""
        execute = Prepared._execute

        def executed(prepared: Prepared, at: Any, values: Any) -> Any:
            plan, cursor = execute(prepared, at, values)
            self.passed(f"after {plan.text}")
            return plan, cursor

        setattr(Prepared, "_execute", executed)  # noqa: B010  # a method of a class is not assigned to


LAID: list[Fuse] = []


def _to_the_fuse(*args: Any, **kwargs: Any) -> Any:
    from tests.faults.points import LAID  # runs among another module's names

    return LAID[0].run(*args, **kwargs)


def _replaced(function: FunctionType) -> FunctionType:
    """Turn a function into the fuse's own, in place: others hold it already. Returns what it was."""
    before = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    before.__kwdefaults__ = function.__kwdefaults__
    function.__code__ = _to_the_fuse.__code__
    return before


def _between(owner: Any, name: str, passed: Callable[[str], None], label: str) -> None:
    original = getattr(owner, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        passed(f"before {label}")
        result = original(*args, **kwargs)
        passed(f"after {label}")
        return result

    setattr(owner, name, call)
