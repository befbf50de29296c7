"""Faults of events."""

from typing import Any

from engine.spiff import activities, catching, event_subprocess, events, nodes, strike
from tests.conformance.model.mutants.registry import Patch, mutant


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


@mutant
def event_that_wants_all_comes_with_the_first(patch: Patch) -> None:
    def at_once(part: Any, payload: Any) -> Any:
        anchor, whole = part.task_spec.anchor(part), part.workflow.spec.task_specs[part.task_spec.part_of]
        for one in part.workflow.tokens():
            if one.task_spec.name in whole.parts and one.parent is anchor:
                one.cancel()
        return nodes.plant(anchor, whole), payload

    patch(strike, "_gather", at_once)
    patch(events, "gather_anew", lambda anchor, whole: None)


@mutant
def event_that_wants_all_waits_once_only(patch: Patch) -> None:
    patch(events, "gather_anew", lambda anchor, whole: None)


@mutant
def event_that_wants_all_forgets_what_came_first(patch: Patch) -> None:
    gather = strike._gather

    def forgetful(part: Any, payload: Any) -> Any:
        whole = gather(part, payload)
        return whole and (whole[0], payload)

    patch(strike, "_gather", forgetful)
