"""Gateways. A join counts arrivals by the flow they came on, so that loops and surplus tokens do no harm."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.nodes import Node, holds, matching, no_exit, plant, waiting_children
from engine.spiff.settings import Flow
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
        for token in space.tokens():
            if token.task_spec is self and token.state == TaskState.WAITING:
                oldest.setdefault(token.internal_data["flow"], token)
        return oldest

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
        here = [token for token in space.tokens() if token.task_spec is not self and not is_waited_for(token)]
        if any(self._reaches(token, empty) and not self._reaches(token, arrived) for token in here):
            return False
        self.merge(arrived)
        return True

    def _reaches(self, token: Token, flows: Any) -> bool:
        return any(token.task_spec.name in self.upstream[flow] for flow in flows)


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
