"""Subprocesses that begin when something happens to the scope around them."""

from typing import Any

from engine.spiff.activities import SubProcess
from engine.spiff.events import Attached
from engine.spiff.workflow import Token

EVENT = "^"
"""Added to the id of an event subprocess for the event its scope waits for, once more for each further
trigger; no XML id can end so."""


class EventSubProcess(SubProcess):
    """Runs beside its scope, or in its place."""

    by_event = True


class EventStart(Attached):
    """The start event of an event subprocess: waits as long as its scope has anything else to do."""

    idle = True

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.drawn = False  # its start event, inside, tells of itself

    def attached_to(self, token: Token) -> Token | None:
        host: Token | None = token.workflow.host
        return host

    def anchor(self, token: Token) -> Token:
        root: Token = token.workflow.task_tree
        return root

    def interrupt(self, token: Token) -> None:
        space = token.workflow
        space.cuts += 1
        for other in space.tokens():
            if other is not token:
                other.cancel()
