"""Tasks, subprocesses and called processes."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from engine import feel
from engine.errors import msg
from engine.spiff.errors import FlowError
from engine.spiff.nodes import CHILD, Node, arm, boundary_settings
from engine.spiff.scope import Frame, merged
from engine.spiff.settings import Value
from engine.spiff.visible import assign, evaluate, flow_frames, frames
from engine.spiff.workflow import Memory, Token

MAX_DEPTH = 50
"""Scopes within scopes: more is a process that calls itself for ever."""


def value_at(token: Token, value: Value, at: list[Frame] | None = None) -> Any:
    """The JSON value of a setting that may be FEEL."""
    if value.expression is None:
        return value.text
    return feel.to_json(evaluate(token, value.expression, at=at))


def name_at(token: Token, value: Value, what: str) -> str:
    """The same for a setting that must be a name; raises FlowError when it is none."""
    name = value_at(token, value)
    if not isinstance(name, str) or not name:
        raise FlowError(
            msg("The expression for the %(what)s gave no name: %(text)s", what=what, text=value.text)
        )
    return name


class UserTask(Node):
    """Waits for a person."""

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        arm(token, boundary_settings(token))
        return False

    def wait_kind(self) -> str:
        return "user"


class TopicTask(Node):
    """Waits for a worker; attempts and leases are the runtime's business."""

    def __init__(self, wf_spec: Any, name: str, *, topic: Value, retries: Value, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.topic = topic
        self.retries = retries

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        topic = name_at(token, self.topic, "topic")
        retries = value_at(token, self.retries)
        settings = boundary_settings(token)
        token.internal_data["name"] = topic
        token.internal_data["retries"] = int(retries) if str(retries).isdigit() else 3
        arm(token, settings)
        return False

    def wait_kind(self) -> str:
        return "topic"


class RuleTask(Node):
    """Asks a decision table."""

    def __init__(
        self,
        wf_spec: Any,
        name: str,
        *,
        decision: Value,
        variable: str,
        context: feel.Expression | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decision = decision
        self.variable = variable
        self.context = context

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        decision = name_at(token, self.decision, "decision")
        context = merged(frames(token))
        if self.context is not None:
            context = feel.to_json(evaluate(token, self.context))
            if not isinstance(context, dict):
                raise FlowError(msg("The decision's context %(text)s is no context.", text=self.context.text))
        result = feel.to_json(token.instance.services.decide(decision, context))
        token.internal_data["submitted"] = {self.variable: result}
        return True


class ScriptTask(Node):
    """Evaluates one FEEL expression into a variable; no other script exists."""

    def __init__(
        self, wf_spec: Any, name: str, *, expression: feel.Expression, variable: str, **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.expression = expression
        self.variable = variable

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        token.internal_data["submitted"] = {self.variable: feel.to_json(evaluate(token, self.expression))}
        return True


class ScopeTask(Node, SubWorkflowTask):
    """Holds a scope with tokens of its own."""

    def spec_key(self, token: Token) -> str:
        """The spec that runs inside."""
        return str(self.spec)

    def local_data(self, token: Token) -> Frame:
        """The variables that the scope begins with."""
        return token.inputs

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        key = self.spec_key(token)
        settings = boundary_settings(token)
        space = token.instance.create_subprocess(token, key)
        space.data = self.local_data(token)
        token.internal_data.pop("inputs", None)
        token.instance.begin(space)
        arm(token, settings)
        return False

    def inner(self, token: Token) -> Frame:
        """The variables of the scope inside."""
        return token.instance.subprocesses[token.id].data

    def results(self, token: Token) -> Frame:
        return assign(token, self.io.outputs, [self.inner(token), *flow_frames(token)])

    def left(self, token: Token) -> None:
        token.instance.drop(token)

    def _on_cancel(self, my_task: Token) -> None:
        space = my_task.instance.subprocesses.get(my_task.id)
        if space is not None:
            space.kill()
        super()._on_cancel(my_task)
        my_task.instance.drop(my_task)


class SubProcess(ScopeTask):
    """An embedded subprocess."""

    def memory(self, token: Token) -> Memory | None:
        space = token.instance.subprocesses[token.id]
        if self.compensation is not None or not (space.done or space.spec.undone_by):
            return super().memory(token)
        return {
            "activity": self.name.removesuffix(CHILD),
            "own": token.own,
            "inside": space.spec.name,
            "data": space.data,
            "done": space.done,
        }


class Transaction(SubProcess):
    """A subprocess that a cancel end event undoes as a whole."""


class CallActivity(ScopeTask):
    """Runs another process, which sees its inputs and gives back its outputs."""

    def __init__(
        self, wf_spec: Any, name: str, *, called: Value, pass_all: bool, return_all: bool, **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, name, subworkflow_spec=called.text, **kwargs)
        self.called = called
        self.pass_all = pass_all
        self.return_all = return_all

    def spec_key(self, token: Token) -> str:
        name = name_at(token, self.called, "called process")
        if name not in token.instance.subprocess_specs:
            raise FlowError(msg("The called process %(name)s is not there.", name=name))
        depth, host = 1, token.workflow.host
        while host is not None:
            depth, host = depth + 1, host.workflow.host
        if depth > MAX_DEPTH:
            raise FlowError(
                msg("Processes call each other more than %(depth)s levels deep.", depth=MAX_DEPTH)
            )
        return name

    def local_data(self, token: Token) -> Frame:
        return merged(frames(token)) if self.pass_all else token.inputs

    def results(self, token: Token) -> Frame:
        if not self.io.outputs and self.return_all:
            return dict(self.inner(token))
        return super().results(token)
