"""SpiffWorkflow's task and workflow classes, made small enough to keep.

A token is a Spiff task. It is READY when the engine may act on it, STARTED while it waits for something
outside, WAITING at a join. Nothing is predicted: a task exists only when a token is there, so the tree
holds the live tokens and what has just finished; ``prune`` takes the finished ones out.
"""

from typing import TYPE_CHECKING, Any, NoReturn, TypedDict

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.report import Event
from engine.spiff.scope import Frame

if TYPE_CHECKING:
    from engine.spiff.compile import Compiled

ENTER, FINISH, LEAVE = "enter", "finish", "leave"


class Memory(TypedDict, total=False):
    """An activity that has completed and can be undone: by its handler, or by undoing what is inside."""

    activity: str
    own: Frame
    """What its multi-instance gave it."""
    handler: str
    event: str | None
    """The boundary event on the drawing that names the handler."""
    times: int
    """How often, when it completed several times with nothing else between."""
    inside: str
    data: Frame
    done: "list[Memory]"


class Token(Task):
    """One token of the run."""

    def _set_state(self, value: int) -> None:
        self._state = value

    @property
    def live(self) -> bool:
        return bool(self._state & TaskState.NOT_FINISHED_MASK)

    @property
    def phase(self) -> str:
        """What is to be done next: enter the element, finish it (write its results) or leave it."""
        return str(self.internal_data.get("phase", ENTER))

    @phase.setter
    def phase(self, value: str) -> None:
        self.internal_data["phase"] = value

    @property
    def inputs(self) -> Frame:
        """Variables its input mappings made."""
        return self.internal_data.get("inputs", {})

    @property
    def own(self) -> Frame:
        """Variables its multi-instance gave it."""
        return self.internal_data.get("own", {})

    @property
    def submitted(self) -> Frame:
        """What was handed in: answers, a worker's result, a message's payload."""
        return self.internal_data.get("submitted", {})

    @property
    def idle(self) -> bool:
        """Whether its scope may complete without it."""
        return self.task_spec.idle and self._state == TaskState.STARTED

    @property
    def failed(self) -> bool:
        """Whether it stands still until it is tried again."""
        return "failed" in self.internal_data

    @property
    def instance(self) -> "Instance":
        return self.workflow.top_workflow

    def ready(self, phase: str, submitted: Frame | None = None) -> None:
        """Let the engine go on with this token at the phase."""
        if submitted is not None:
            self.internal_data["submitted"] = submitted
        self.phase = phase
        self._set_state(TaskState.READY)

    def complete(self) -> None:
        """Finish, unless what it did (an escalation, an error) has cancelled it meanwhile."""
        if self.live:
            super().complete()

    def cancel(self) -> None:
        """Take the token away with all that hangs on it."""
        if self.live:
            self._set_state(TaskState.CANCELLED)
            self.task_spec._on_cancel(self)


class Space:
    """One scope with tokens in it: the process instance, a called process, an embedded subprocess."""

    tasks: dict[str, Token]
    spec: Any
    data: Frame
    done: list[Memory]
    """What can be undone in it, in the order of completion."""
    completed: bool
    closing = False
    """Set when an ad-hoc subprocess has done enough: no flow in it is taken any more."""
    killed = False
    """Set when the scope was cancelled from outside, so that what still ran in it does not go on."""

    cuts = 0
    """How often an event subprocess has interrupted it; counted while the run is loaded only."""

    def tokens(self) -> list[Token]:
        """Live tokens, oldest first."""
        return [token for token in self.tasks.values() if token.live]

    @property
    def host(self) -> Token | None:
        """The subprocess or call activity this scope belongs to; none at the top."""
        raise NotImplementedError

    @property
    def isolated(self) -> bool:
        """Whether reading and writing of variables stops here."""
        return bool(self.spec.process_key == self.spec.name)

    def _task_completed_notify(self, token: Token) -> None:
        self.settle()

    def settle(self) -> None:
        """Complete the scope when no token is left in it but events of event subprocesses."""
        if self.completed or not self.at_rest:
            return
        for token in self.tokens():
            token.cancel()
        self.completed = True
        if self.host is not None:
            self.host.ready(FINISH)

    @property
    def unfinished(self) -> bool:
        """Whether nothing is left to do in an ad-hoc subprocess that has not done enough."""
        return self.spec.until is not None and not self.closing and self.at_rest

    @property
    def at_rest(self) -> bool:
        """Whether no token is left but events of event subprocesses."""
        return all(token.idle for token in self.tokens())

    def remember(self, memory: Memory) -> None:
        """Note what can be undone; the rounds of a loop take no more room than one."""
        last = self.done[-1] if self.done else None
        if last is not None and {**last, "times": 1} == {**memory, "times": 1} and "inside" not in memory:
            last["times"] = last.get("times", 1) + 1
        else:
            self.done.append(memory)

    def close(self, last: Token) -> None:
        """The ad-hoc subprocess has done enough with this token: what is open goes, or is the last of it."""
        self.closing = True
        for token in self.tokens() if self.spec.cancels_rest else ():
            if token is not last:
                token.cancel()

    def kill(self) -> None:
        """Cancel every token in it."""
        self.killed = True
        for token in self.tokens():
            token.cancel()

    def shed(self) -> None:
        """Drop finished tokens; live ones whose parent goes are hung on the root."""
        root = self.task_tree
        kept = {task_id: task for task_id, task in self.tasks.items() if task is root or task.live}
        for token in kept.values():
            if token is not root and token._parent not in kept:
                token._parent = root.id
        self.tasks = kept
        for token in kept.values():
            token._children = []
        for token in kept.values():
            if token is not root:
                kept[token._parent]._children.append(token.id)
        self.last_task = None

    task_tree: Token
    last_task: Token | None


class Subspace(Space, BpmnSubWorkflow):
    """A called process or an embedded subprocess."""

    def __init__(self, spec: Any, host: str, instance: "Instance") -> None:
        super().__init__(spec, host, instance, deserializing=True)
        self.done = []

    @property
    def host(self) -> Token:
        return self.top_workflow.find(self.parent_task_id)

    def _calculate_depth(self) -> int:
        return 0  # only the library's own stepping, which we do not use, asks for it


class NoScripts:
    """Stands where SpiffWorkflow expects a script engine, so that no text of a diagram can ever run."""

    def evaluate(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("expressions are FEEL and never reach a script engine")

    execute = call_service = evaluate


class Instance(Space, BpmnWorkflow):
    """A whole run: the top process, its subworkflows by host, and what has happened since it was loaded."""

    def __init__(self, compiled: "Compiled", key: str, services: Any, start: str | None = None) -> None:
        super().__init__(compiled.specs[key], compiled.specs, script_engine=NoScripts(), deserializing=True)
        self.compiled = compiled
        self.key = key
        self.services = services
        self.start = start
        self.done = []
        self.last_id = 0
        self.events: list[Event] = []
        self.ended_at: str | None = None
        self.terminated = False
        self.errors: dict[str, Exception] = {}
        """What failed since the run was loaded, by token."""

    @property
    def host(self) -> None:
        return None

    def next_id(self) -> str:
        """A token id: unique in the run, never used again."""
        self.last_id += 1
        return str(self.last_id)

    def spaces(self) -> list[Space]:
        """All scopes, outer ones first."""
        return [self, *self.subprocesses.values()]

    def find(self, token_id: str) -> Token | None:
        """The token, wherever it is."""
        for space in self.spaces():
            if token_id in space.tasks:
                return space.tasks[token_id]
        return None

    def get_task_from_id(self, task_id: str) -> Token | None:
        return self.find(task_id)

    def create_subprocess(self, my_task: Token, spec_name: str) -> Subspace:
        """A new scope for the host, without a token yet."""
        space = Subspace(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = space
        return space

    def begin(self, space: Space) -> None:
        """Put the first token into a scope."""
        space.task_tree = Token(space, space.spec.start, state=TaskState.READY, id=self.next_id())

    def drop(self, host: Token) -> None:
        """Forget the scope of a host that has left it."""
        self.subprocesses.pop(host.id, None)

    def prune(self) -> None:
        """Keep only what can still act."""
        for space in self.spaces():
            space.shed()

    def record(self, kind: str, token: Token, **more: Any) -> None:
        """Note an event under the id the designer drew."""
        if not token.task_spec.drawn and kind not in ("fired", "thrown"):
            return
        detail = dict(more.pop("detail", {}))
        if "loopCounter" in token.own:
            detail["index"] = token.own["loopCounter"]
        if token.task_spec.multiple:
            detail["multiple"] = True
        self.events.append(Event(kind, token.task_spec.element, token.id, detail=detail, **more))
