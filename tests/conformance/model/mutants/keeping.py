"""Faults of incidents, and of states that are saved, loaded and pruned."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff import codec, gateways, stepping, workflow
from tests.conformance.model.mutants.registry import Patch, mutant


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
