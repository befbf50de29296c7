"""Tasks, subprocesses, called processes and multi-instance."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from engine import feel
from engine.errors import msg
from engine.spiff.errors import FlowError
from engine.spiff.nodes import CHILD, Node, arm, armed, boundary_settings, enough, spawn
from engine.spiff.scope import Frame, merged
from engine.spiff.settings import Loop, Mappings, Value
from engine.spiff.workflow import FINISH, Memory, Token, assign, evaluate, flow_frames, frames

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


class MultiInstance(Node):
    """Runs its element once for each item of a collection."""

    multiple = True

    def __init__(self, wf_spec: Any, name: str, *, loop: Loop, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, io=Mappings(), **kwargs)
        self.loop = loop

    def enter(self, token: Token) -> bool:
        items = value_at(token, self.loop.collection)
        if not isinstance(items, list):
            raise FlowError(msg("The input collection %(text)s is no list.", text=self.loop.collection.text))
        settings = boundary_settings(token)
        token.internal_data.update(count=len(items), done=0, submitted={})
        if self.loop.output:
            token.internal_data["out"] = [None] * len(items)
        if not items:
            return True
        if not self.loop.parallel:
            token.internal_data["items"] = items
        for index, item in enumerate(items if self.loop.parallel else items[:1], 1):
            self.start_child(token, index, item)
        arm(token, settings)
        return False

    def start_child(self, token: Token, index: int, item: Any) -> None:
        own: Frame = {"loopCounter": index}
        if self.loop.own:
            own[self.loop.own] = None
        if self.loop.item:
            own[self.loop.item] = item
        spawn(token, token.workflow.spec.task_specs[self.name + CHILD], own=own)

    def conclude(self, token: Token, child: Token) -> None:
        """Evaluate what the child contributes, before it leaves."""
        at = flow_frames(child)
        if isinstance(child.task_spec, ScopeTask):
            at = [child.task_spec.inner(child), *at]
        if self.loop.result is not None:
            child.internal_data["result"] = feel.to_json(evaluate(child, self.loop.result, at=at))
        if self.loop.until is not None:
            child.internal_data["enough"] = enough(child, self.loop.until, [self.counts(token), *at])

    def counts(self, token: Token) -> Frame:
        """What a completion condition may ask, once the child at hand has completed."""
        count, done = token.internal_data["count"], token.internal_data["done"] + 1
        active = len(self.children_of(token)) - 1
        both = {
            "Instances": count,
            "ActiveInstances": active,
            "CompletedInstances": done,
            "TerminatedInstances": 0,
        }
        return {prefix + name: value for name, value in both.items() for prefix in ("numberOf", "nrOf")}

    def child_left(self, token: Token, child: Token) -> None:
        """Take the child's contribution; go on with the next child, or finish."""
        internal = token.internal_data
        internal["done"] += 1
        if "out" in internal:
            internal["out"][child.own["loopCounter"] - 1] = child.internal_data.get("result")
        if child.internal_data.get("enough"):
            for other in self.children_of(token):
                other.cancel()
            token.ready(FINISH)
        elif internal["done"] == internal["count"]:
            token.ready(FINISH)
        elif not self.loop.parallel:
            self.start_child(token, internal["done"] + 1, internal["items"][internal["done"]])

    def children_of(self, token: Token) -> list[Token]:
        name = self.name + CHILD
        return [child for child in token.children if child and child.live and child.task_spec.name == name]

    def results(self, token: Token) -> Frame:
        return {self.loop.output: token.internal_data["out"]} if self.loop.output else {}

    def dependants(self, token: Token) -> list[Token]:
        return [*self.children_of(token), *armed(token)]
