"""Compensation: completed activities are undone, the last one first.

Every scope remembers what was completed in it and can be undone (``Space.done``): an activity with a
compensation handler, or a subprocess in which something can be undone. What a throw event wants undone is
handed to a token of ``Undo``, which lets one handler run after the other and then lets the event go on. A
subprocess that has completed is opened again with the variables it ended with; its compensation event
subprocess undoes it, or else its activities are undone one by one (BPMN 2.0 sections 10.7 and 13.5.5).
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.activities import ScopeTask
from engine.spiff.nodes import spawn
from engine.spiff.report import Event
from engine.spiff.settings import Mappings
from engine.spiff.workflow import Memory, Space, Token

UNDO = "*undo"
"""Name of the spec of undoing tokens in every scope; no XML id can look so."""


class Undo(ScopeTask):
    """Undoes what it was given; no diagram shows it."""

    def __init__(self, wf_spec: Any, element: str) -> None:
        super().__init__(wf_spec, UNDO, subworkflow_spec="", element=element, io=Mappings())
        self.drawn = False

    def _run_hook(self, my_task: Token) -> bool | None:
        """Undo the next activity, each time the one before is undone; True when none is left."""
        token = my_task
        token.instance.drop(token)
        todo: list[Memory] = token.internal_data["todo"]
        if not todo:
            return True
        memory = todo.pop()
        if memory.get("times", 1) > 1:
            todo.append({**memory, "times": memory["times"] - 1})
        token.internal_data["own"] = memory["own"]
        if "inside" in memory:
            self.open_again(token, memory)
        else:
            self.call(token, memory)
        return None

    def call(self, token: Token, memory: Memory) -> None:
        """Let the handler run."""
        handler = spawn(token, token.workflow.spec.task_specs[memory["handler"]], undoer=token.id)
        if memory["event"]:
            event = Event("fired", memory["event"], handler.id, detail={"kind": "compensation"})
            token.instance.events.append(event)

    def open_again(self, token: Token, memory: Memory) -> None:
        """Undo inside a completed subprocess."""
        space = token.instance.create_subprocess(token, memory["inside"])
        space.data = memory["data"]
        undo: Undo = space.spec.task_specs[UNDO]
        handler = space.spec.undone_by
        root = Token(space, undo, state=TaskState.READY, id=token.instance.next_id())
        space.task_tree = root
        if handler is None:
            root.internal_data["todo"] = memory["done"]
            return
        space.done = memory["done"]
        root.internal_data["todo"] = [{"handler": handler, "event": None, "own": {}}]

    def left(self, token: Token) -> None:
        """All is undone: who wanted it goes on."""
        waiter = token.instance.find(token.internal_data.get("waiter", ""))
        if waiter is not None and waiter.live:
            waiter.ready(waiter.phase)


def reach(token: Token) -> list[Space]:
    """The scopes whose activities a throw event may undo: its own, and out of an event subprocess the one
    that this handles."""
    spaces = [token.workflow]
    while spaces[-1].host is not None and spaces[-1].host.task_spec.by_event:
        spaces.append(spaces[-1].host.workflow)
    return spaces


def undo(token: Token, activity: str | None, *, wait: bool = True) -> bool:
    """Begin to undo the activity, or all that is remembered; True when the event has nothing to wait for.

    Asked again each time something is undone, until nothing is left in any scope within reach.
    """
    spaces = reach(token)
    for level in range(token.internal_data.get("undone", 0), len(spaces)):
        token.internal_data["undone"] = level + 1
        todo = recalled(spaces[level], activity)
        if todo:
            internal = {"todo": todo, "waiter": token.id} if wait else {"todo": todo}
            spawn(spaces[level].task_tree, spaces[level].spec.task_specs[UNDO], **internal)
            if wait:
                return False
    return True


def undoing(token: Token) -> bool:
    """Whether the event has begun to undo already."""
    return "undone" in token.internal_data


def recalled(space: Space, activity: str | None) -> list[Memory]:
    """What the scope remembers of the activity, or all; it is forgotten, for nothing is undone twice."""
    found = [memory for memory in space.done if activity in (None, memory["activity"])]
    space.done = [memory for memory in space.done if activity not in (None, memory["activity"])]
    return found
