"""Gateways and flows."""

from contextlib import nullcontext

import pytest

from tests.conformance.bpmn.kit import (
    CONDITION,
    MESSAGE,
    SIGNAL,
    TIMER,
    Case,
    E,
    S,
    node,
    process,
    user,
)
from tests.support.effort import at_most

MANY = 1_000_000  # calls that no step comes near to


def timer(name: str, duration: str) -> str:
    inside = f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"
    return node("intermediateCatchEvent", name, inside)


# ------------------------------------------------------------ flows


def test_all_flows_that_leave_a_task_are_taken() -> None:
    data = process(S, user("a"), user("b"), user("c"), E, flows="s>a a>b a>c b>e c>e")
    case = Case(data, verdict="FIX").complete("a")
    assert case.waiting == ["b", "c"]
    assert case.complete("b").complete("c").done


@pytest.mark.parametrize(("n", "taken"), [(1, ["b"]), (3, ["b", "c"]), (0, ["d"])])
def test_conditions_on_the_flows_of_a_task_are_asked(n: int, taken: list[str]) -> None:
    exits = ("a>b:= n >= 1", "a>c:= n >= 3")
    data = process(S, user("a", default="a_d"), user("b"), user("c"), user("d"), E, *exits,
                   flows="s>a a>d b>e c>e d>e")  # fmt: skip
    assert Case(data, verdict="FIX").complete("a", n=n).waiting == taken


def test_a_single_flow_with_a_condition_that_does_not_hold_is_an_incident() -> None:
    data = process(S, user("a"), E, "a>e:= n = 1", flows="s>a")
    assert Case(data, verdict="FIX").complete("a", n=2).incident == "a"
    assert Case(data, verdict="FIX").complete("a", n=1).done


def test_two_tokens_into_one_task_are_two_tasks() -> None:
    data = process(S, node("parallelGateway", "g"), user("a"), user("b"), user("z"), E,
                   flows="s>g g>a g>b a>z b>z z>e")  # fmt: skip
    case = Case(data).complete("a").complete("b")
    assert case.waiting == ["z", "z"]
    assert case.complete("z").complete("z").done


# ------------------------------------------------------------ gateways


def exclusive(kind: str = "exclusiveGateway") -> bytes:
    return process(S, node(kind, "g", default="g_d"), user("b"), user("c"), user("d"), E,
                   "g>b:= n >= 3", "g>c:= n >= 1", flows="s>g g>d b>e c>e d>e")  # fmt: skip


@pytest.mark.parametrize(("n", "taken"), [(5, ["b"]), (1, ["c"]), (0, ["d"])])
def test_an_exclusive_gateway_takes_the_first_that_holds_else_the_default(n: int, taken: list[str]) -> None:
    assert Case(exclusive(), n=n).waiting == taken


def test_no_exit_of_a_gateway_is_an_incident() -> None:
    data = process(S, node("exclusiveGateway", "g"), user("b"), user("c"), E,
                   "g>b:= n = 1", "g>c:= n = 2", flows="s>g b>e c>e")  # fmt: skip
    assert Case(data, n=3).incident == "g"


def test_a_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    assert Case(exclusive(), n="banyak").incident == "g"


@pytest.mark.parametrize(("n", "taken"), [(5, ["b", "c"]), (1, ["c"]), (0, ["d"])])
def test_an_inclusive_gateway_takes_all_that_hold_else_the_default(n: int, taken: list[str]) -> None:
    assert Case(exclusive("inclusiveGateway"), n=n).waiting == taken


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_a_join_in_a_loop_waits_in_every_round(kind: str, order: str) -> None:
    data = process(
        S, node("exclusiveGateway", "m"), node("parallelGateway", "g"), user("a"), user("b"), node(kind, "j"),
        user("z"), node("exclusiveGateway", "q", default="q_e"), E, "q>m:= lagi",
        flows="s>m m>g g>a g>b a>j b>j j>z z>q q>e",
    )  # fmt: skip
    case = Case(data)
    for again in (True, True, False):
        assert case.waiting == ["a", "b"]
        case.complete(order[0])
        assert case.waiting == [order[1]]
        case.complete(order[1])
        assert case.waiting == ["z"]
        case.complete("z", lagi=again)
    assert case.done and case.times("z") == 3


def test_an_inclusive_join_waits_only_for_what_was_taken() -> None:
    data = process(
        S, node("inclusiveGateway", "g", default="g_c"), user("a"), user("b"), user("c"),
        node("inclusiveGateway", "j"), user("z"), E, "g>a:= n > 0", "g>b:= n > 1",
        flows="s>g g>c a>j b>j c>j j>z z>e",
    )  # fmt: skip
    assert Case(data, n=1).complete("a").waiting == ["z"]
    assert Case(data, n=2).complete("a").waiting == ["b"]
    assert Case(data, n=2).complete("a").complete("b").waiting == ["z"]
    assert Case(data, n=0).complete("c").waiting == ["z"]


def test_a_join_that_can_never_be_filled_is_an_incident() -> None:
    data = process(
        S, node("exclusiveGateway", "g", default="g_b"), user("a"), user("b"), node("parallelGateway", "j"),
        E, "g>a:= n = 1", flows="s>g g>b a>j b>j j>e",
    )  # fmt: skip
    assert Case(data, n=1).complete("a").incident == "j"


CATCHES = {"message": MESSAGE, "timer": TIMER, "signal": SIGNAL, "conditional": CONDITION}
STEPS = {"message": {"message": "pesan"}, "timer": {"advance": "PT2H"}, "signal": {"signal": "isyarat"}}


@pytest.mark.parametrize("kind", sorted(CATCHES))
def test_the_first_event_behind_an_event_based_gateway_takes_the_token(kind: str) -> None:
    parts = [node("intermediateCatchEvent", one, CATCHES[one]) + user(f"x{one}") for one in CATCHES]
    flows = " ".join(f"g>{one} {one}>x{one} x{one}>e" for one in CATCHES)
    data = process(S, node("parallelGateway", "f"), user("w"), node("eventBasedGateway", "g"), *parts, E,
                   flows=f"s>f f>w f>g w>e {flows}")  # fmt: skip
    case = Case(data, n=0)
    assert case.waiting == sorted([*CATCHES, "w"])
    case.player.apply(STEPS.get(kind, {"complete": "w", "with": {"n": 1}}))
    assert f"x{kind}" in case.waiting and not set(CATCHES) & set(case.waiting)


def test_a_receive_task_may_stand_behind_an_event_based_gateway() -> None:
    receive = node("receiveTask", "r", messageRef="mx")
    data = process(S, node("eventBasedGateway", "g"), receive, timer("t", "P1D"), user("x"), user("y"), E,
                   flows="s>g g>r g>t r>x t>y x>e y>e")  # fmt: skip
    assert Case(data).message().waiting == ["x"]


def test_two_timers_on_one_event_based_gateway_have_due_times_of_their_own() -> None:
    data = process(S, node("eventBasedGateway", "g"), timer("late", "PT5H"), timer("soon", "PT1H"), user("x"),
                   E, flows="s>g g>late g>soon soon>x late>e x>e")  # fmt: skip
    case = Case(data)
    assert [(row["element"], row["due"][11:16]) for row in case.state["timers"]] == [
        ("soon", "10:00"), ("late", "14:00"),
    ]  # fmt: skip
    assert case.advance("PT1H").waiting == ["x"] and case.state["timers"] == []


def test_an_event_based_gateway_that_wants_all_its_events_goes_on_with_each() -> None:
    gate = node("eventBasedGateway", "g", eventGatewayType="Parallel", instantiate="true")
    receive = node("intermediateCatchEvent", "k", MESSAGE)
    data = process(gate, receive, timer("t", "PT2H"), node("parallelGateway", "j"), user("x"), E,
                   flows="g>k g>t k>j t>j j>x x>e")  # fmt: skip
    case = Case(data, verdict="FIX", first={"message": "pesan"})
    assert case.waiting == ["t"]
    assert case.advance("PT2H").waiting == ["x"]


def test_a_process_that_begins_at_an_event_based_gateway_waits_there() -> None:
    receive = node("intermediateCatchEvent", "k", MESSAGE)
    data = process(node("eventBasedGateway", "g", instantiate="true"), receive, timer("t", "P1D"), user("x"),
                   E, flows="g>k g>t k>x x>e t>e")  # fmt: skip
    assert Case(data, verdict="FIX", first={"message": "pesan"}).waiting == ["x"]


def complex_gateway(until: str, *exits: str) -> bytes:
    gate = node("complexGateway", "j", until)
    tasks = user("a") + user("b") + user("c") + user("z") + user("y")
    return process(S, node("parallelGateway", "g"), tasks, gate, E, *exits,
                   flows="s>g g>a g>b g>c a>j b>j c>j z>e y>e")  # fmt: skip


def test_a_complex_gateway_goes_on_when_enough_have_come_and_tells_when_the_rest_has() -> None:
    until = "<activationCondition>= activationCount &gt;= 2</activationCondition>"
    data = complex_gateway(until, "j>z:= waitingForStart", "j>y:= not(waitingForStart)")
    case = Case(data).complete("c").complete("a")
    assert case.waiting == ["b", "z"]
    assert case.complete("z").complete("b").waiting == ["y"]
    assert case.complete("y").done


def test_a_complex_gateway_is_reset_at_once_when_all_have_come() -> None:
    until = "<activationCondition>= activationCount &gt;= 3</activationCondition>"
    data = complex_gateway(until, "j>z:= waitingForStart", "j>y:= not(waitingForStart)")
    assert Case(data).complete("a").complete("b").complete("c").waiting == ["y", "z"]


def test_a_complex_gateway_that_does_not_say_when_is_asked_about() -> None:
    data = complex_gateway("", "j>z", "z>y")
    answers = {"complex-gateway:j": "= activationCount >= 1", "complex-gateway:j_z": "= waitingForStart"}
    case = Case(data, verdict="ASK", answers=answers)
    assert case.complete("b").waiting == ["a", "c", "z"]
    assert case.complete("a").complete("c").waiting == ["z"]


def test_a_complex_gateway_with_one_way_in_leaves_by_all_that_hold() -> None:
    data = process(S, node("complexGateway", "g"), user("b"), user("c"), E, "g>b:= n > 0", "g>c:= n > 1",
                   flows="s>g b>e c>e")  # fmt: skip
    assert Case(data, n=1).waiting == ["b"]
    assert Case(data, n=2).waiting == ["b", "c"]


# ------------------------------------------------------------ loops


@pytest.mark.slow
def test_five_thousand_rounds_cost_the_same_in_work_and_state() -> None:
    data = process(S, node("exclusiveGateway", "m"), user("a"), node("exclusiveGateway", "q", default="q_e"),
                   E, "q>m:= lagi", flows="s>m m>a a>q q>e")  # fmt: skip
    case = Case(data)
    calls: list[int] = []
    sizes: list[int] = []
    for lap in range(5_000):
        looked_at = lap in (50, 4_990)
        with at_most(MANY) if looked_at else nullcontext() as effort:
            case.complete("a", lagi=lap < 4_999)
        if effort is not None:
            calls.append(effort.calls)
            sizes.append(case.state_size())
    assert case.done
    assert calls[1] <= 1.1 * calls[0] and sizes[1] <= sizes[0] + 16
