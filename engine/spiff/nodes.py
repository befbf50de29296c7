"""The life of a token at an element, common to all elements.

A token enters (evaluates its inputs, begins its wait or does its work), finishes (writes its results) and
leaves (chooses its flows). Each phase evaluates everything before it changes anything, so that a phase that
fails can simply be done again.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.bpmn import is_added
from engine.errors import msg
from engine.spiff.errors import FlowError
from engine.spiff.scope import Frame, write
from engine.spiff.settings import Flow, Mappings, Trigger
from engine.spiff.visible import assign, evaluate, flow_frames, frames
from engine.spiff.workflow import ENTER, FINISH, LEAVE, Memory, Token

CHILD = "*"
"""Added to the id of a multi-instance element for the spec of one child; no XML id can end so."""


class Node(BpmnSpecMixin):
    """An element of the diagram; shared by all runs and never changed by one."""

    multiple = False
    """Whether it stands for several children at once."""
    by_event = False
    """Whether it is an event subprocess."""
    idle = False
    """Whether it waits without keeping its scope alive."""
    trigger: Trigger
    part_of: str | None = None
    """The event that wants this trigger among others."""
    parts: tuple[str, ...] = ()
    """The triggers, as specs of their own, that an event wants all of."""

    def __init__(self, wf_spec: Any, name: str, *, element: str, io: Mappings, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.element = element
        self.io = io
        self.flows: tuple[Flow, ...] = ()
        self.incoming: tuple[str, ...] = ()
        self.boundary: tuple[str, ...] = ()
        self.compensation: tuple[str, str] | None = None
        """The boundary event on the drawing, and the activity that undoes this one."""
        self.child = name.endswith(CHILD)
        self.drawn = not is_added(name)
        """Whether the designer drew it; what the rewriter added happens silently."""

    # ------------------------------------------------------------ what an element may define

    def enter(self, token: Token) -> bool:
        """Do the work or begin the wait; True when there is nothing to wait for."""
        self.take_inputs(token)
        return True

    def results(self, token: Token) -> Frame:
        """The variables to write: what was handed in, and the output mappings over it."""
        submitted = token.submitted
        return {**submitted, **assign(token, self.io.outputs, [submitted, *frames(token)])}

    def finish(self, token: Token) -> None:
        """Write the results."""
        write(flow_frames(token), self.results(token))

    def choose(self, token: Token) -> list[Flow]:
        """The flows to leave by: all of them, unless some carry conditions."""
        if all(flow.condition is None for flow in self.flows):
            return list(self.flows)
        return matching(self, token)

    def left(self, token: Token) -> None:
        """What happens when the token has left."""

    def memory(self, token: Token) -> Memory | None:
        """How to undo what has completed; none when nothing undoes it."""
        if self.compensation is None:
            return None
        event, handler = self.compensation
        return {"activity": self.name, "own": {}, "handler": handler, "event": event}

    def dependants(self, token: Token) -> list[Token]:
        """Tokens that go when this one goes."""
        return armed(token)

    def wait_kind(self) -> str | None:
        """The kind of wait a STARTED token is; none when it only holds others."""
        return None

    def take_inputs(self, token: Token) -> None:
        """Evaluate the input mappings into the token's own variables."""
        if self.io.inputs:
            token.internal_data["inputs"] = assign(token, self.io.inputs, flow_frames(token))

    # ------------------------------------------------------------ SpiffWorkflow's hooks

    def test(self) -> None:
        """Connections are checked when the diagram is compiled."""

    def _predict_hook(self, my_task: Token) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready(self, my_task: Token) -> None:
        """Nothing happens before the token is run."""

    def _run_hook(self, my_task: Token) -> bool | None:
        token = my_task
        if token.phase == ENTER:
            self.announce(token)
            if not self.enter(token):
                return None
            token.phase = FINISH
        if token.phase == FINISH:
            self.finish(token)
            token.phase = LEAVE
        taken = self.choose(token)
        if self.child:
            token.parent.task_spec.conclude(token.parent, token)
        elif self.drawn and token.workflow.spec.until is not None:
            token.internal_data["last"] = enough(token, token.workflow.spec.until, flow_frames(token))
        token.internal_data["taken"] = [flow.id for flow in taken]
        return True

    def _on_complete(self, my_task: Token) -> None:
        token = my_task
        for dependant in self.dependants(token):
            dependant.cancel()
        if "told" not in token.internal_data:
            token.instance.record("completed", token)
        if "undoer" in token.internal_data:
            undone(token)
        elif memory := self.memory(token):
            token.workflow.remember(memory)
        cuts = token.workflow.cuts
        self.left(token)
        if token.workflow.killed or token.workflow.cuts != cuts:
            return
        if token.internal_data.get("last"):
            token.workflow.close(token)
        if self.child:
            token.parent.task_spec.child_left(token.parent, token)
        taken = () if token.workflow.closing else token.internal_data.get("taken", ())
        for flow in self.flows:
            if flow.id in taken:
                spawn(token, token.workflow.spec.task_specs[flow.target], flow=flow.id)
        if token.workflow.unfinished:
            offer_again(token)
        token.workflow._task_completed_notify(token)

    def _on_cancel(self, my_task: Token) -> None:
        token = my_task
        for dependant in self.dependants(token):
            dependant.cancel()
        if "entered" in token.internal_data and "told" not in token.internal_data:
            token.instance.record("cancelled", token)
        if "undoer" in token.internal_data:
            undone(token)

    def announce(self, token: Token) -> None:
        """Tell once that the token has entered."""
        if "entered" not in token.internal_data:
            token.internal_data["entered"] = True
            token.instance.record("entered", token)


class Begin(Node):
    """The library's own first task of every scope, which no diagram shows: it starts the start event and
    lets the events of event subprocesses wait."""

    def __init__(self, wf_spec: Any, name: str, element: str) -> None:
        super().__init__(wf_spec, name, element=element, io=Mappings())
        self.drawn = False

    def _run_hook(self, my_task: Token) -> bool:
        specs = [my_task.workflow.spec.task_specs[name] for name in my_task.workflow.spec.event_starts]
        waiting = [spec for spec in specs if spec.wait_kind()]
        my_task.internal_data["settings"] = [[spec.name, spec.wait_settings(my_task)] for spec in waiting]
        return True

    def _on_complete(self, my_task: Token) -> None:
        space = my_task.workflow
        for name, settings in my_task.internal_data.pop("settings"):
            plant(my_task, space.spec.task_specs[name], **settings)
        chosen = my_task.instance.start if space.host is None else None
        spawn(my_task, space.spec.task_specs[chosen or space.spec.starts[0]])


def undone(handler: Token) -> None:
    """A compensation handler has done its part, or was taken away from it: the next one is called."""
    undoer = handler.instance.find(handler.internal_data["undoer"])
    if undoer is not None and undoer.live:
        undoer.ready(ENTER)


def enough(token: Token, until: feel.Expression, at: list[Frame]) -> bool:
    """Whether a completion condition holds; raises FlowError when it is no boolean."""
    value = evaluate(token, until, at=at)
    if not isinstance(value, bool):
        raise FlowError(msg("The completion condition %(text)s is neither true nor false.", text=until.text))
    return value


def offer_again(token: Token) -> None:
    """All of an ad-hoc subprocess is done and its condition does not hold: it is offered anew."""
    space = token.workflow
    spawn(space.task_tree, space.spec.task_specs[space.spec.starts[0]])


def matching(node: Node, token: Token) -> list[Flow]:
    """Every flow whose condition holds, else the default flow.

    Raises FlowError when there is none, and for a condition that is neither true nor false.
    """
    taken = [flow for flow in node.flows if not flow.default and holds(token, flow)]
    taken = taken or [flow for flow in node.flows if flow.default]
    if not taken:
        raise no_exit(node)
    return taken


def holds(token: Token, flow: Flow) -> bool:
    """Whether the flow may be taken; raises FlowError when its condition is no boolean."""
    if flow.condition is None:
        return True
    value = evaluate(token, flow.condition, at=flow_frames(token))
    if not isinstance(value, bool):
        raise FlowError(
            msg(
                "The condition %(text)s of flow %(flow)s is neither true nor false.",
                text=flow.condition.text,
                flow=flow.id,
            )
        )
    return value


def no_exit(node: Node) -> FlowError:
    return FlowError(
        msg("No flow out of %(element)s can be taken: no condition is true.", element=node.element)
    )


def spawn(parent: Token, spec: Node, **internal: Any) -> Token:
    """A new token at the spec, ready to enter it (or waiting there, if it is a join)."""
    token = Token(parent.workflow, spec, parent, state=TaskState.FUTURE, id=parent.instance.next_id())
    token.internal_data.update(internal)
    spec._update(token)
    return token


def plant(parent: Token, spec: Node, **internal: Any) -> Token:
    """A new token that waits at once."""
    token = Token(parent.workflow, spec, parent, state=TaskState.STARTED, id=parent.instance.next_id())
    token.internal_data.update(internal)
    return token


def armed(host: Token) -> list[Token]:
    """The boundary events that wait on the host."""
    names = host.task_spec.boundary
    return [child for child in waiting_children(host) if child.task_spec.name in names] if names else []


def waiting_children(host: Token) -> list[Token]:
    """Children of the token that wait for something outside."""
    return [child for child in host.children if child is not None and child.state == TaskState.STARTED]


def arm(host: Token, settings: list[tuple[Node, dict[str, Any]]]) -> None:
    """Let the boundary events wait, with what ``boundary_settings`` found."""
    for spec, internal in settings:
        plant(host, spec, **internal)


def boundary_settings(host: Token) -> list[tuple[Node, dict[str, Any]]]:
    """The boundary events to arm on the host with their due times and keys; nothing is changed yet."""
    specs = [host.workflow.spec.task_specs[name] for name in host.task_spec.boundary]
    return [(spec, spec.wait_settings(host)) for spec in specs if spec.wait_kind()]
