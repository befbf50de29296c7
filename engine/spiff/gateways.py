"""Gateways. A join counts arrivals by the flow they came on, so that loops and surplus tokens do no harm."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.spiff.nodes import Node, enough, holds, matching, no_exit, plant, waiting_children
from engine.spiff.scope import Frame
from engine.spiff.settings import Flow
from engine.spiff.visible import flow_frames
from engine.spiff.workflow import Space, Token


class ExclusiveGateway(Node):
    """Takes the first flow, in the order of the document, whose condition holds."""

    def choose(self, token: Token) -> list[Flow]:
        for flow in self.flows:
            if not flow.default and holds(token, flow):
                return [flow]
        defaults = [flow for flow in self.flows if flow.default]
        if not defaults and self.flows:
            raise no_exit(self)
        return defaults


class Join(Node):
    """A gateway that may wait for several tokens."""

    def arrived(self, space: Space) -> dict[str, Token]:
        """The oldest waiting token of each incoming flow."""
        oldest: dict[str, Token] = {}
        for token in self.waiting(space):
            oldest.setdefault(token.internal_data["flow"], token)
        return oldest

    def waiting(self, space: Space) -> list[Token]:
        """The tokens that stand here, oldest first."""
        return [
            token for token in space.tokens() if token.task_spec is self and token.state == TaskState.WAITING
        ]

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            return True
        my_task._set_state(TaskState.WAITING)
        return False

    def merge(self, arrived: dict[str, Token]) -> None:
        """One token goes on for all that arrived, also for those that had stood still as if for ever."""
        first, *others = arrived.values()
        first.internal_data.pop("failed", None)
        first.internal_data.pop("unraised", None)
        for token in others:
            token._set_state(TaskState.COMPLETED)
        first._set_state(TaskState.READY)


class ParallelGateway(Join):
    """Waits for a token on every incoming flow; leaves by every flow."""

    def _update_hook(self, my_task: Token) -> bool:
        if super()._update_hook(my_task):
            return True
        arrived = self.arrived(my_task.workflow)
        if len(arrived) == len(self.incoming):
            self.merge(arrived)
        return False

    def choose(self, token: Token) -> list[Flow]:
        return list(self.flows)


class Quantity(Join):
    """Stands before an activity that begins only with so many tokens, wherever they come from."""

    def __init__(self, wf_spec: Any, name: str, *, quantity: int, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.quantity = quantity

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        waiting = self.waiting(my_task.workflow)
        if len(waiting) >= self.quantity:
            self.merge({token.id: token for token in waiting[: self.quantity]})
        return False


class InclusiveGateway(Join):
    """Waits while another token may still come; leaves by every flow whose condition holds."""

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.upstream: dict[str, frozenset[str]] = {}
        """For each incoming flow the elements from which a token can come to it without passing here."""

    def choose(self, token: Token) -> list[Flow]:
        return matching(self, token) if self.flows else []

    def wake(self, space: Space) -> bool:
        """Merge the tokens that wait here, if no other can still come; asked when nothing else is ready.

        BPMN 2.0 section 13.4.3: a token elsewhere holds the gateway up when it can reach an incoming flow
        that has no token, unless it can also reach one that has. An event on the border of an activity or
        behind an event gateway is no token: the one it waits for stands there itself.
        """
        arrived = self.arrived(space)
        if not arrived:
            return False
        empty = [flow for flow in self.incoming if flow not in arrived]
        if self.expected(space, empty, arrived):
            return False
        self.merge(arrived)
        return True

    def expected(self, space: Space, empty: list[str], arrived: dict[str, Token]) -> bool:
        """Whether a token elsewhere can still come by a flow that has none, and not by one that has one."""
        here = [token for token in space.tokens() if token.task_spec is not self and not is_waited_for(token)]
        return any(self._reaches(token, empty) and not self._reaches(token, arrived) for token in here)

    def _reaches(self, token: Token, flows: Any) -> bool:
        return any(token.task_spec.name in self.upstream[flow] for flow in flows)


class ComplexGateway(InclusiveGateway):
    """Opens when its activation condition holds, and is reset when no more tokens of the round can come.

    BPMN 2.0 section 13.4.5. Conditions may ask ``activationCount``, the number of flows on which a token
    has come, the number by the id of each flow, and ``waitingForStart``: true when it opens, false when it
    is reset. Flows are chosen both times; at the reset none need hold.
    """

    def __init__(self, wf_spec: Any, name: str, *, activation: feel.Expression | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.activation = activation

    def arrived(self, space: Space) -> dict[str, Token]:
        """The oldest token of each incoming flow that no round has taken yet."""
        opened = self.opened(space)
        taken = opened.internal_data["taken_in"] if opened is not None else []
        return {flow: token for flow, token in super().arrived(space).items() if flow not in taken}

    def waiting(self, space: Space) -> list[Token]:
        return [token for token in super().waiting(space) if "taken_in" not in token.internal_data]

    def opened(self, space: Space) -> Token | None:
        """The token that stands for a round that is not reset yet."""
        for token in super().waiting(space):
            if "taken_in" in token.internal_data:
                return token
        return None

    def wake(self, space: Space) -> bool:
        opened, arrived = self.opened(space), self.arrived(space)
        if opened is not None:
            taken = opened.internal_data["taken_in"]
            missing = [flow for flow in self.incoming if flow not in taken and flow not in arrived]
            if self.expected(space, missing, arrived):
                return False
            self.go_on({"": opened, **arrived}, start=False)
            return True
        if not arrived or not self.activated(arrived):
            return False
        root = space.task_tree
        rest = Token(space, self, root, state=TaskState.FUTURE, id=root.instance.next_id())
        rest.internal_data["taken_in"] = list(arrived)
        rest._set_state(TaskState.WAITING)
        self.go_on(arrived, start=True)
        return True

    def activated(self, arrived: dict[str, Token]) -> bool:
        """Whether the activation condition holds for what has come; without one, whether all have."""
        if self.activation is None:
            return len(arrived) == len(self.incoming)
        token = next(iter(arrived.values()))
        counts: Frame = {flow: int(flow in arrived) for flow in self.incoming}
        counts |= {"activationCount": len(arrived), "waitingForStart": True}
        return enough(token, self.activation, [counts, *flow_frames(token)])

    def go_on(self, arrived: dict[str, Token], *, start: bool) -> None:
        first = next(iter(arrived.values()))
        first.internal_data.pop("taken_in", None)
        first.internal_data["own"] = {"waitingForStart": start}
        self.merge(arrived)

    def choose(self, token: Token) -> list[Flow]:
        if len(self.incoming) < 2:
            token.internal_data["own"] = {"waitingForStart": True}
        if token.own["waitingForStart"]:
            return super().choose(token)
        taken = [flow for flow in self.flows if not flow.default and holds(token, flow)]
        return taken or [flow for flow in self.flows if flow.default]


def is_waited_for(token: Token) -> bool:
    """Whether it is an event that another token waits for."""
    return token.state == TaskState.STARTED and token.parent is not None and bool(token.parent.live)


class EventGateway(Node):
    """Lets each event behind it wait; the first that comes takes the token."""

    def enter(self, token: Token) -> bool:
        specs = [token.workflow.spec.task_specs[flow.target] for flow in self.flows]
        settings = [(spec, spec.wait_settings(token)) for spec in specs]
        for spec, internal in settings:
            event = plant(token, spec, entered=True, **internal)
            token.instance.record("entered", event)
        return False

    def dependants(self, token: Token) -> list[Token]:
        return waiting_children(token)

    def decided(self, token: Token) -> None:
        """One of the events has come: the others are given up, and the gateway has done its part."""
        token._set_state(TaskState.COMPLETED)
        token.instance.record("completed", token)
        for other in waiting_children(token):
            other.cancel()
