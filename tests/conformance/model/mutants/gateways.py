"""Faults of gateways."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import rewrite
from engine.spiff import gateways, nodes
from tests.conformance.model.mutants.registry import Patch, mutant


@mutant
def parallel_join_counts_tokens_and_not_flows(patch: Patch) -> None:
    def arrived(self: Any, space: Any) -> dict[Any, Any]:
        waiting = [one for one in space.tokens() if one.task_spec is self and one.state == TaskState.WAITING]
        return dict(zip(self.incoming, waiting, strict=False))

    patch(gateways.ParallelGateway, "arrived", arrived)


@mutant
def parallel_join_swallows_surplus_tokens(patch: Patch) -> None:
    merge = gateways.Join.merge

    def swallow(self: Any, arrived: Any) -> None:
        first = next(iter(arrived.values()))
        for one in first.workflow.tokens():
            if one.task_spec is self and one.state == TaskState.WAITING and one not in arrived.values():
                one._set_state(TaskState.COMPLETED)
        merge(self, arrived)

    patch(gateways.ParallelGateway, "merge", swallow)


@mutant
def inclusive_join_goes_on_at_once(patch: Patch) -> None:
    patch(gateways.InclusiveGateway, "_reaches", lambda self, token, flows: False)


@mutant
def inclusive_join_waits_for_whoever_might_come(patch: Patch) -> None:
    reaches = gateways.InclusiveGateway._reaches
    patch(
        gateways.InclusiveGateway,
        "_reaches",
        lambda self, token, flows: not isinstance(flows, dict) and reaches(self, token, flows),
    )


@mutant
def exclusive_gateway_takes_the_last_true_exit(patch: Patch) -> None:
    patch(gateways.ExclusiveGateway, "choose", lambda self, token: nodes.matching(self, token)[-1:])


@mutant
def inclusive_gateway_takes_one_exit(patch: Patch) -> None:
    choose = gateways.InclusiveGateway.choose
    patch(gateways.InclusiveGateway, "choose", lambda self, token: choose(self, token)[:1])


@mutant
def default_flow_is_ignored(patch: Patch) -> None:
    def choose(self: Any, token: Any) -> Any:
        found = [flow for flow in self.flows if not flow.default and nodes.holds(token, flow)]
        if not found:
            raise nodes.no_exit(self)
        return found[:1]

    patch(gateways.ExclusiveGateway, "choose", choose)


@mutant
def default_flow_is_always_taken(patch: Patch) -> None:
    matching = nodes.matching

    def both(node: Any, token: Any) -> Any:
        taken = matching(node, token)
        return taken + [flow for flow in node.flows if flow.default and flow not in taken]

    patch(gateways, "matching", both)


@mutant
def event_gateway_goes_on_waiting_for_the_others(patch: Patch) -> None:
    patch(gateways.EventGateway, "decided", lambda self, token: token._set_state(TaskState.COMPLETED))


@mutant
def activity_that_needs_several_tokens_takes_one_too_few(patch: Patch) -> None:
    make = gateways.Quantity.__init__

    def fewer(self: Any, *args: Any, quantity: int, **kwargs: Any) -> None:
        make(self, *args, quantity=quantity - 1, **kwargs)

    patch(gateways.Quantity, "__init__", fewer)


@mutant
def quantities_are_ignored(patch: Patch) -> None:
    patch(rewrite, "quantities", lambda tree: None)


@mutant
def complex_gateway_opens_with_the_first_token(patch: Patch) -> None:
    patch(gateways.ComplexGateway, "activated", lambda self, arrived: True)


@mutant
def complex_gateway_does_not_wait_for_the_rest(patch: Patch) -> None:
    patch(gateways.ComplexGateway, "expected", lambda *_: False)
