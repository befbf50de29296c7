"""Faults planted in the engine, one at a time: each must show, or the proof proves little."""

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff import (
    activities,
    catching,
    codec,
    event_subprocess,
    events,
    gateways,
    nodes,
    repetition,
    stepping,
    workflow,
)
from engine.spiff import scope as variables

Patch = Callable[[Any, str, Any], None]
"""``monkeypatch.setattr``."""
Mutant = Callable[[Patch], None]
MUTANTS: dict[str, Mutant] = {}


def mutant(plant: Mutant) -> Mutant:
    MUTANTS[plant.__name__] = plant
    return plant


# ------------------------------------------------------------ gateways


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


# ------------------------------------------------------------ events


@mutant
def boundary_timer_outlives_its_task(patch: Patch) -> None:
    patch(activities.UserTask, "dependants", lambda self, token: [])


@mutant
def non_interrupting_event_interrupts(patch: Patch) -> None:
    caught = events.Attached.caught

    def both(self: Any, token: Any) -> None:
        caught(self, token)
        if isinstance(self, events.Boundary):
            self.interrupt(token)

    patch(events.Attached, "caught", both)


@mutant
def interrupting_event_does_not_interrupt(patch: Patch) -> None:
    patch(events.Boundary, "interrupt", lambda self, token: None)


@mutant
def message_on_the_border_is_not_armed_again(patch: Patch) -> None:
    def once(self: Any, token: Any) -> None:
        if self.interrupting:
            self.interrupt(token)

    patch(events.Attached, "caught", once)


@mutant
def cycle_fires_once_too_often(patch: Patch) -> None:
    settings = events.Catch.timer_settings

    def more(self: Any, at: Any, limit: Any) -> Any:
        found = settings(self, at, limit)
        return {**found, "left": found["left"] + 1} if found.get("left", 0) > 0 else found

    patch(events.Catch, "timer_settings", more)


@mutant
def cycle_loses_its_rhythm_when_late(patch: Patch) -> None:
    instant = events.Catch.instant
    patch(events.Catch, "instant", lambda self, at, limit, since=None: instant(self, at, limit))


@mutant
def correlation_key_is_forgotten_when_armed_again(patch: Patch) -> None:
    plant = events.plant

    def forgetful(parent: Any, spec: Any, **internal: Any) -> Any:
        internal.pop("key", None)
        return plant(parent, spec, **internal)

    patch(events, "plant", forgetful)


@mutant
def signal_reaches_one_only(patch: Patch) -> None:
    strike = catching.strike
    struck: list[Any] = []

    def first(token: Any, payload: Any) -> None:
        if not struck or struck[-1] is not token.instance:
            strike(token, payload)
        struck.append(token.instance)

    patch(catching, "strike", first)


@mutant
def catch_all_comes_before_the_very_code(patch: Patch) -> None:
    def best(scope: Any, names: Any, kind: str, code: Any) -> Any:
        found = [scope.task_specs[name] for name in names]
        found = [one for one in found if one.trigger.kind == kind and one.trigger.code in (None, code)]
        return min(found, key=lambda one: one.trigger.code is not None) if found else None

    patch(catching, "_best", best)


@mutant
def escalation_ignores_event_subprocesses(patch: Patch) -> None:
    best = catching._best

    def borders_only(scope: Any, names: Any, kind: str, code: Any) -> Any:
        return (
            None if kind == "escalation" and names == scope.event_starts else best(scope, names, kind, code)
        )

    patch(catching, "_best", borders_only)


@mutant
def condition_strikes_again_while_it_is_true(patch: Patch) -> None:
    holds = events.Catch.condition_holds

    def anew(self: Any, token: Any) -> Any:
        if token.internal_data.pop("true", False):
            token.internal_data["seen"] = token.internal_data.get("seen", 0) + 1
        return token.internal_data.get("seen", 0) < 2 and holds(self, token)

    patch(events.Catch, "condition_holds", anew)


@mutant
def event_subprocess_interrupts_only_its_scope_s_tasks(patch: Patch) -> None:
    def tasks_only(self: Any, token: Any) -> None:
        for other in token.workflow.tokens():
            if other is not token and isinstance(other.task_spec, activities.UserTask):
                other.cancel()

    patch(event_subprocess.EventStart, "interrupt", tasks_only)


@mutant
def waiting_event_subprocess_keeps_its_scope_alive(patch: Patch) -> None:
    patch(event_subprocess.EventStart, "idle", False)


@mutant
def terminate_ends_one_token_only(patch: Patch) -> None:
    patch(events.EndEvent, "left", events.Throw.left)


# ------------------------------------------------------------ scopes, repetition, variables


@mutant
def scope_completes_with_its_first_token(patch: Patch) -> None:
    def at_rest(self: Any) -> bool:
        return not any(isinstance(one.task_spec, activities.UserTask) for one in self.tokens())

    patch(workflow.Space, "at_rest", property(at_rest))


@mutant
def sequential_instances_run_all_at_once(patch: Patch) -> None:
    enter = repetition.MultiInstance.enter

    def all_at_once(self: Any, token: Any) -> Any:
        found = enter(self, token)
        for index, item in enumerate(token.internal_data.pop("items", [])[1:], 2):
            self.start_child(token, index, item)
        token.internal_data["items"] = []
        return found

    def left(self: Any, token: Any, child: Any) -> None:
        token.internal_data["done"] += 1
        if token.internal_data["done"] == token.internal_data["count"]:
            token.ready(workflow.FINISH)

    patch(repetition.MultiInstance, "enter", all_at_once)
    patch(repetition.MultiInstance, "child_left", left)


@mutant
def completion_condition_is_ignored(patch: Patch) -> None:
    patch(repetition, "enough", lambda *_: False)


@mutant
def results_come_in_the_order_of_completion(patch: Patch) -> None:
    left = repetition.MultiInstance.child_left

    def in_turn(self: Any, token: Any, child: Any) -> None:
        child.own["loopCounter"] = token.internal_data["done"] + 1
        left(self, token, child)

    patch(repetition.MultiInstance, "child_left", in_turn)


@mutant
def called_process_gives_nothing_back(patch: Patch) -> None:
    patch(activities.CallActivity, "results", lambda self, token: {})


@mutant
def instance_s_own_variables_leak(patch: Patch) -> None:
    patch(nodes, "write", lambda frames, values: variables.write(frames[-1:], values))


# ------------------------------------------------------------ incidents and state


@mutant
def deadlock_is_silent(patch: Patch) -> None:
    patch(stepping, "look_for_deadlock", lambda instance: None)


@mutant
def reload_forgets_how_often_a_timer_is_to_come(patch: Patch) -> None:
    restore = codec._restore

    def forgetful(space: Any, state: Any) -> None:
        restore(space, state)
        for token in space.tokens():
            token.internal_data.pop("left", None)

    patch(codec, "_restore", forgetful)


@mutant
def pruning_takes_tokens_at_joins(patch: Patch) -> None:
    shed = workflow.Space.shed

    def greedy(self: Any) -> None:
        waiting = [one for one in self.tokens() if one.state == TaskState.WAITING]
        for one in waiting[1:]:
            one._set_state(TaskState.COMPLETED)
        shed(self)

    patch(workflow.Space, "shed", greedy)


@mutant
def finished_tokens_count_at_joins(patch: Patch) -> None:
    """What the token library itself did: arrivals of an earlier round of a loop fill the join."""

    def arrived(self: Any, space: Any) -> dict[Any, Any]:
        oldest: dict[Any, Any] = {}
        for one in space.tasks.values():
            if one.task_spec is self and one.state in (TaskState.WAITING, TaskState.COMPLETED):
                oldest.setdefault(one.internal_data.get("flow"), one)
        return oldest

    patch(gateways.ParallelGateway, "arrived", arrived)
