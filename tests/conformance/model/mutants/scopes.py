"""Faults of scopes, repetition and variables."""

from typing import Any

from engine.spiff import activities, compensation, events, nodes, repetition, workflow
from engine.spiff import scope as variables
from tests.conformance.model.mutants.registry import Patch, mutant


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


@mutant
def ad_hoc_subprocess_offers_nothing_again(patch: Patch) -> None:
    patch(workflow.Space, "unfinished", property(lambda self: False))


@mutant
def rest_of_an_ad_hoc_subprocess_is_not_taken_away(patch: Patch) -> None:
    patch(workflow.Space, "close", lambda self, last: setattr(self, "closing", True))


@mutant
def first_completed_is_undone_first(patch: Patch) -> None:
    recalled = compensation.recalled
    patch(compensation, "recalled", lambda space, activity: recalled(space, activity)[::-1])


@mutant
def what_was_undone_is_undone_again(patch: Patch) -> None:
    patch(compensation, "recalled", lambda space, activity: list(space.done))


@mutant
def subprocess_forgets_what_could_be_undone_in_it(patch: Patch) -> None:
    patch(activities.SubProcess, "memory", nodes.Node.memory)


@mutant
def compensation_is_not_waited_for(patch: Patch) -> None:
    undo = events.undo
    patch(events, "undo", lambda token, activity, wait=True: undo(token, activity, wait=False))


@mutant
def cancelled_transaction_is_not_undone(patch: Patch) -> None:
    undo = events.undo

    def not_if_cancelled(token: Any, activity: Any, *, wait: bool = True) -> Any:
        return token.task_spec.trigger.kind == "cancel" or undo(token, activity, wait=wait)

    patch(events, "undo", not_if_cancelled)


@mutant
def cancelled_transaction_goes_on_beside(patch: Patch) -> None:
    patch(events, "undoing", lambda token: True)


@mutant
def compensation_event_subprocess_is_passed_over(patch: Patch) -> None:
    open_again = compensation.Undo.open_again

    def from_inside(self: Any, token: Any, memory: Any) -> None:
        token.instance.subprocess_specs[memory["inside"]].undone_by = None
        open_again(self, token, memory)

    patch(compensation.Undo, "open_again", from_inside)
