"""Events: every trigger at every place, interrupting and not."""

from typing import Any

import pytest

from tests.conformance.bpmn.kit import (
    CONDITION,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    TIMER,
    Case,
    E,
    S,
    boundary,
    chain,
    flow,
    node,
    process,
    refused,
    user,
    work,
)

COMES = {
    "message": (MESSAGE, {"message": "pesan"}),
    "signal": (SIGNAL, {"signal": "isyarat"}),
    "timer": (TIMER, {"advance": "PT2H"}),
    "conditional": (CONDITION, {"complete": "w", "with": {"n": 1}}),
}
THROWN = {
    "error": (ERROR, {"topic": "kerja", "error": "GAGAL"}),
    "escalation": (ESCALATION, {"complete": "w"}),
}
both = pytest.mark.parametrize("interrupting", [True, False], ids=["interrupting", "beside"])


# ------------------------------------------------------------ start events


def test_a_plain_start_begins_with_no_more_than_the_case() -> None:
    assert Case(process(S, user("a"), E, flows="s>a a>e")).waiting == ["a"]


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_message_or_signal_starts_a_case_with_what_it_brings(kind: str) -> None:
    definition, step = COMES[kind]
    data = process(node("startEvent", "s", definition), user("a"), E, flows="s>a a>e")
    case = Case(data, first={**step, "with": {"isi": 3}})
    assert case.waiting == ["a"] and case.data == {"isi": 3}


@pytest.mark.parametrize("kind", ["timer", "conditional"])
def test_a_timer_or_condition_at_the_start_begins_a_case_that_is_started_there(kind: str) -> None:
    data = process(node("startEvent", "s", COMES[kind][0]), user("a"), E, flows="s>a a>e")
    assert Case(data, start="s").waiting == ["a"]


def test_of_several_starts_the_one_that_is_triggered_begins() -> None:
    data = process(S, node("startEvent", "m", MESSAGE), user("a"), user("b"), E, flows="s>a m>b a>e b>e")
    assert Case(data).waiting == ["a"]
    assert Case(data, first={"message": "pesan"}).waiting == ["b"]
    assert Case(data, start="m").waiting == ["b"]


# ------------------------------------------------------------ intermediate events


def test_a_plain_intermediate_event_marks_a_milestone() -> None:
    case = Case(process(S, node("intermediateThrowEvent", "k"), E, flows="s>k k>e"))
    assert case.done and "completed k" in case.trace("completed")


@pytest.mark.parametrize("kind", sorted(COMES))
def test_a_catching_event_waits_for_its_trigger(kind: str) -> None:
    definition, step = COMES[kind]
    catch = node("intermediateCatchEvent", "k", definition)
    fork = node("parallelGateway", "g")
    data = process(S, fork, user("w"), catch, user("z"), E, flows="s>g g>w g>k k>z z>e w>e")
    case = Case(data, n=0)
    assert case.waiting == ["k", "w"]
    case.player.apply(step)
    assert "z" in case.waiting and "k" not in case.waiting
    assert case.trace("fired") == ["fired k"]


def test_a_timer_waits_until_an_instant() -> None:
    at = "<timerEventDefinition><timeDate>2026-01-07T08:00:00+07:00</timeDate></timerEventDefinition>"
    case = Case(process(S, node("intermediateCatchEvent", "k", at), E, flows="s>k k>e"))
    assert not case.advance("P1D").done
    assert case.advance("P1D").done


def test_a_catching_cycle_goes_on_at_its_first_time() -> None:
    cycle = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
    case = Case(process(S, node("intermediateCatchEvent", "k", cycle), E, flows="s>k k>e"))
    assert case.advance("PT1H").done


def test_a_thrown_message_tells_and_goes_on() -> None:
    case = Case(process(S, node("intermediateThrowEvent", "k", MESSAGE), E, flows="s>k k>e"))
    assert case.done and case.trace("thrown") == ["thrown k"]


def test_a_thrown_signal_reaches_every_catch_of_the_case() -> None:
    catches = "".join(node("intermediateCatchEvent", name, SIGNAL) for name in ("k1", "k2"))
    throw = node("intermediateThrowEvent", "t", SIGNAL)
    data = process(S, node("parallelGateway", "g"), catches, user("a"), throw, E,
                   flows="s>g g>k1 g>k2 g>a a>t t>e k1>e k2>e")  # fmt: skip
    case = Case(data)
    assert case.waiting == ["a", "k1", "k2"]
    assert case.complete("a").done
    assert sorted(case.trace("fired")) == ["fired k1", "fired k2"]


def test_a_thrown_escalation_goes_on_and_tells_the_scope() -> None:
    inside = S.replace('"s"', '"s1"') + node("intermediateThrowEvent", "k", ESCALATION) + user("a")
    sub = node("subProcess", "x", inside + node("endEvent", "e1") + chain("s1", "k", "a", "e1"))
    data = process(S, sub, boundary("b", "x", ESCALATION, False), user("h"), E, flows="s>x x>e b>h h>e")
    assert Case(data).waiting == ["a", "h"]


def test_a_link_goes_on_at_its_other_end() -> None:
    link = '<linkEventDefinition name="L"/>'
    throw, catch = node("intermediateThrowEvent", "k", link), node("intermediateCatchEvent", "c", link)
    case = Case(process(S, throw, catch, user("a"), E, flows="s>k c>a a>e"), verdict="FIX")
    assert case.waiting == ["a"]
    assert case.trace("completed")[:3] == ["completed s", "completed k", "completed c"]


# ------------------------------------------------------------ boundary events


@both
@pytest.mark.parametrize("kind", sorted(COMES))
def test_a_boundary_event_takes_its_activity_away_or_runs_beside_it(kind: str, interrupting: bool) -> None:
    definition, step = COMES[kind]
    border = boundary("b", "a", definition, interrupting)
    data = process(S, node("parallelGateway", "g"), user("a"), user("w"), border, user("x"), E,
                   flows="s>g g>a g>w a>e w>e b>x x>e")  # fmt: skip
    case = Case(data, n=0)
    assert case.waiting == ["a", "w"]
    case.player.apply(step)
    assert ("a" in case.waiting) is not interrupting and "x" in case.waiting
    assert case.trace("cancelled") == (["cancelled a"] if interrupting else [])
    for element in list(case.waiting):
        case.complete(element)
    assert case.done


@pytest.mark.parametrize("kind", ["message", "signal", "conditional"])
def test_what_runs_beside_may_come_again_and_again(kind: str) -> None:
    definition, step = COMES[kind]
    border = boundary("b", "a", definition, False)
    again = node("exclusiveGateway", "m") + user("w") + node("exclusiveGateway", "q", default="q_m")
    data = process(S, node("parallelGateway", "g"), user("a"), border, again, user("x"), E, "q>e:= selesai",
                   flows="s>g g>a g>m m>w w>q q>m a>e b>x x>e")  # fmt: skip
    case = Case(data, n=0, selesai=False)
    for _ in range(3):
        case.player.apply(step)
        if kind == "conditional":
            case.complete("w", n=0)
    assert case.waiting.count("x") == 3 and "a" in case.waiting


def test_a_cycle_beside_an_activity_reminds_as_often_as_it_says() -> None:
    cycle = "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>"
    data = process(S, user("a"), boundary("b", "a", cycle, False), user("x"), E, flows="s>a a>e b>x x>e")
    case = Case(data).advance("PT5H")
    assert case.waiting == ["a", "x", "x"]
    assert [row["at"][11:16] for row in case.state["trace"] if row["event"] == "fired"] == ["10:00", "11:00"]
    case.complete("a")
    assert case.waiting == ["x", "x"]
    assert case.complete("x").complete("x").done


def test_an_interrupting_cycle_interrupts_once() -> None:
    cycle = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
    data = process(S, user("a"), boundary("b", "a", cycle), user("x"), E, flows="s>a a>e b>x x>e")
    case = Case(data).advance("PT9H")
    assert case.waiting == ["x"] and case.state["timers"] == []


@both
@pytest.mark.parametrize("kind", sorted(THROWN))
def test_what_is_thrown_in_a_subprocess_is_caught_on_its_border(kind: str, interrupting: bool) -> None:
    """An error always interrupts, whatever is drawn."""
    definition = THROWN[kind][0]
    end = node("endEvent", "x1", definition)
    inside = node("startEvent", "s1") + user("w") + user("v") + end + node("endEvent", "e1")
    inside += node("parallelGateway", "g1") + chain("s1", "g1", "w", "x1") + chain("g1", "v", "e1")
    border = boundary("b", "a", definition, interrupting)
    data = process(S, node("subProcess", "a", inside), border, user("x"), E, flows="s>a a>e b>x x>e")
    case = Case(data).complete("w")
    stays = kind == "escalation" and not interrupting
    assert case.waiting == (["v", "x"] if stays else ["x"])
    for element in list(case.waiting):
        case.complete(element)
    assert case.done


def test_a_worker_s_error_is_caught_at_its_own_task() -> None:
    data = process(S, work("a"), boundary("b", "a", ERROR), user("x"), E, flows="s>a a>e b>x x>e")
    case = Case(data)
    case.apply(topic="kerja", error="GAGAL")
    assert case.waiting == ["x"]


# ------------------------------------------------------------ end events


@pytest.mark.parametrize(
    ("definition", "told"),
    [("", []), (MESSAGE, ["thrown e"]), (SIGNAL, ["thrown e"])],
    ids=["none", "message", "signal"],
)
def test_an_end_event_ends_its_path_and_tells(definition: str, told: list[str]) -> None:
    data = process(S, node("parallelGateway", "g"), user("a"), user("b"), node("endEvent", "e", definition),
                   node("endEvent", "e2"), flows="s>g g>a g>b a>e b>e2")  # fmt: skip
    case = Case(data).complete("a")
    assert case.waiting == ["b"] and case.trace("thrown") == told
    assert case.complete("b").done


def test_a_terminate_end_ends_all_of_its_scope_and_no_more() -> None:
    inside = node("startEvent", "s1") + node("parallelGateway", "g1") + user("a") + user("b")
    inside += node("endEvent", "e1", TERMINATE) + chain("s1", "g1", "a", "e1") + chain("g1", "b", "e1")
    data = process(S, node("parallelGateway", "g"), node("subProcess", "x", inside), user("v"), user("z"), E,
                   flows="s>g g>x g>v x>z z>e v>e")  # fmt: skip
    case = Case(data).complete("a")
    assert case.waiting == ["v", "z"] and case.trace("cancelled") == ["cancelled b"]


def test_an_error_that_nothing_catches_is_an_incident_and_never_success() -> None:
    data = process(S, user("a"), node("endEvent", "e", ERROR), flows="s>a a>e")
    case = Case(data).complete("a")
    assert case.incident == "e" and not case.done and case.state["status"] == "incident"


def test_an_escalation_that_nothing_catches_is_told_and_the_path_ends() -> None:
    data = process(S, user("a"), node("endEvent", "e", ESCALATION), flows="s>a a>e")
    case = Case(data).complete("a")
    assert case.done and case.trace("thrown") == ["thrown e"]


# ------------------------------------------------------------ event subprocesses


def handler(definition: str, interrupting: bool, name: str = "h") -> str:
    start = node("startEvent", f"{name}s", definition, isInterrupting=str(interrupting).lower())
    inside = (
        start + user(f"{name}a") + node("endEvent", f"{name}e") + chain(f"{name}s", f"{name}a", f"{name}e")
    )
    return node("subProcess", name, inside, triggeredByEvent="true")


def scope(kind: str, inside: str, nested: bool) -> bytes:
    """Work in the process itself or in a subprocess within a subprocess."""
    thrown = node("endEvent", "x1", THROWN[kind][0]) if kind in THROWN else node("endEvent", "x1")
    body = user("v") + user("w") + node("parallelGateway", "g") + node("endEvent", "e1") + thrown + inside
    body += chain("g", "v", "e1") + chain("g", "w", "x1")
    if not nested:
        return process(S, body, flow("s", "g"))
    deep = node("subProcess", "deep", node("startEvent", "s2") + body + flow("s2", "g"))
    outer = node("startEvent", "s1") + deep + node("endEvent", "e2") + chain("s1", "deep", "e2")
    return process(S, node("subProcess", "outer", outer), user("z"), E, flows="s>outer outer>z z>e")


@pytest.mark.parametrize("nested", [False, True], ids=["process", "nested"])
@both
@pytest.mark.parametrize("kind", sorted({**COMES, **THROWN}))
def test_an_event_subprocess_begins_in_place_of_its_scope_or_beside_it(
    kind: str, interrupting: bool, nested: bool
) -> None:
    definition = {**COMES, **THROWN}[kind][0]
    step = {"complete": "w"} if kind in THROWN else COMES[kind][1]
    case = Case(scope(kind, handler(definition, interrupting), nested), n=0)
    assert case.waiting == ["v", "w"]
    case.player.apply(step)
    if interrupting or kind == "error":
        assert case.waiting == ["ha"]
        case.complete("ha")
    else:
        assert "ha" in case.waiting and "v" in case.waiting
        for element in [one for one in case.waiting if one != "ha"] + ["ha"]:
            case.complete(element)
    if nested:
        assert case.waiting == ["z"]
        case.complete("z")
    assert case.done


def test_an_event_subprocess_by_timer_does_not_keep_its_scope_alive() -> None:
    case = Case(scope("timer", handler(TIMER, True), False))
    assert case.state["timers"] != []
    case.complete("v").complete("w")
    assert case.done and case.state["timers"] == []


def test_an_event_subprocess_without_a_trigger_is_refused() -> None:
    assert refused(scope("timer", handler("", True), False), "event-subprocess")


# ------------------------------------------------------------ events with several triggers

ANY = [{"message": "pesan"}, {"advance": "PT2H"}]
any_of = pytest.mark.parametrize("step", ANY, ids=["message", "timer"])


@any_of
def test_a_catching_event_with_several_triggers_goes_on_at_the_first(step: dict[str, str]) -> None:
    catch = node("intermediateCatchEvent", "k", MESSAGE + TIMER)
    case = Case(process(S, catch, user("z"), E, flows="s>k k>z z>e"), verdict="FIX")
    assert [(row["element"], row["kind"]) for row in case.state["waiting"]] == [
        ("k", "message"),
        ("k", "timer"),
    ]
    case.player.apply(step)
    assert case.waiting == ["z"] and case.state["timers"] == []
    assert case.trace("entered", "fired", "completed")[2:] == [
        "entered k",
        "fired k",
        "completed k",
        "entered z",
    ]


@any_of
def test_it_may_stand_behind_an_event_based_gateway(step: dict[str, str]) -> None:
    several = node("intermediateCatchEvent", "k", MESSAGE + TIMER)
    other = node("intermediateCatchEvent", "o", SIGNAL)
    data = process(S, node("eventBasedGateway", "g"), several, other, user("z"), E,
                   flows="s>g g>k g>o k>z o>e z>e")  # fmt: skip
    case = Case(data, verdict="FIX")
    assert case.waiting == ["k", "k", "o"]
    case.player.apply(step)
    assert case.waiting == ["z"]


def test_a_catching_event_that_wants_all_its_triggers_waits_for_each() -> None:
    catch = node("intermediateCatchEvent", "k", MESSAGE + TIMER, parallelMultiple="true")
    case = Case(process(S, catch, user("z"), E, flows="s>k k>z z>e"), verdict="FIX")
    case.message()
    assert case.waiting == ["k"]
    assert case.advance("PT2H").waiting == ["z"]


@any_of
@both
def test_a_boundary_event_with_several_triggers_comes_with_any(
    step: dict[str, str], interrupting: bool
) -> None:
    border = boundary("b", "a", MESSAGE + TIMER, interrupting)
    case = Case(process(S, user("a"), border, user("x"), E, flows="s>a a>e b>x x>e"), verdict="FIX")
    case.player.apply(step)
    assert case.waiting == (["x"] if interrupting else ["a", "x"])
    assert case.trace("fired") == ["fired b"]
    if not interrupting:
        case.message()
        assert case.waiting == ["a", "x", "x"]


@any_of
@both
def test_an_event_subprocess_with_several_triggers_begins_at_any(
    step: dict[str, str], interrupting: bool
) -> None:
    case = Case(scope("message", handler(MESSAGE + TIMER, interrupting), False), verdict="FIX")
    case.player.apply(step)
    assert case.waiting == (["ha"] if interrupting else ["ha", "v", "w"])


def test_an_event_that_throws_several_things_throws_all() -> None:
    throw = node("intermediateThrowEvent", "k", MESSAGE + SIGNAL)
    case = Case(process(S, throw, user("z"), E, flows="s>k k>z z>e"), verdict="FIX")
    assert case.waiting == ["z"] and case.trace("thrown") == ["thrown k", "thrown k"]
    end = node("endEvent", "e", MESSAGE + TERMINATE)
    fork = node("parallelGateway", "g")
    case = Case(process(S, fork, user("a"), user("b"), end, flows="s>g g>a g>b a>e b>e"), verdict="FIX")
    assert case.complete("a").done and case.trace("thrown") == ["thrown e"]


@pytest.mark.parametrize("first", [{"message": "pesan"}, {"signal": "isyarat"}])
def test_a_start_with_several_triggers_begins_with_any(first: dict[str, Any]) -> None:
    start = node("startEvent", "s", MESSAGE + SIGNAL)
    data = process(start, user("a"), E, flows="s>a a>e")
    case = Case(data, verdict="FIX", first={**first, "with": {"n": 1}})
    assert case.waiting == ["a"]
    assert case.data["n"] == 1


def test_a_start_that_wants_all_its_triggers_waits_there_for_the_rest() -> None:
    start = node("startEvent", "s", MESSAGE + SIGNAL, parallelMultiple="true")
    data = process(start, user("a"), E, flows="s>a a>e")
    case = Case(data, verdict="FIX", first={"message": "pesan", "with": {"n": 1}})
    assert case.kinds == {"s": "signal"}
    assert case.apply(signal="isyarat").waiting == ["a"]
    assert case.data["n"] == 1


def all_of(*definitions: str, interrupting: bool) -> str:
    return node("boundaryEvent", "b", "".join(definitions), attachedToRef="a", parallelMultiple="true",
                cancelActivity=str(interrupting).lower())  # fmt: skip


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_boundary_event_that_wants_all_its_triggers_comes_with_the_last(interrupting: bool) -> None:
    border = all_of(MESSAGE, SIGNAL, TIMER, interrupting=interrupting)
    data = process(S, user("a"), border, user("x"), E, flows="s>a a>e b>x x>e")
    case = Case(data, verdict="FIX").message(n=1)
    assert [row["element"] for row in case.state["timers"]] == ["b"]
    assert case.advance("PT2H").waiting == ["a"]
    case.apply(signal="isyarat", with_={"m": 2})
    assert case.waiting == (["x"] if interrupting else ["a", "x"])
    assert case.trace("fired") == ["fired b"]
    assert (case.data["n"], case.data["m"]) == (1, 2)
    if not interrupting:  # again: what can come again is wanted again, and the time has come for good
        case.message().apply(signal="isyarat")
        assert case.waiting == ["a", "x", "x"]
        case.complete("x").complete("x").complete("a")
    else:
        case.complete("x")
    assert case.done


def test_what_has_come_to_an_event_that_wants_all_goes_with_its_activity() -> None:
    border = all_of(MESSAGE, SIGNAL, interrupting=True)
    data = process(S, user("a"), border, user("x"), E, flow("a", "e", "= fin"), flow("a", "a", "= not(fin)"),
                   flows="s>a b>x x>e")  # fmt: skip
    case = Case(data, verdict="FIX").message().complete("a", fin=False)
    case.apply(signal="isyarat")
    assert case.waiting == ["a"]  # a new round: the message of the one before counts no more
    assert case.message().waiting == ["x"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_subprocess_that_wants_all_its_triggers_begins_with_the_last(interrupting: bool) -> None:
    data = scope("message", handler(MESSAGE + SIGNAL, interrupting), False)
    old = f'isInterrupting="{str(interrupting).lower()}"'.encode()
    case = Case(data.replace(old, old + b' parallelMultiple="true"'), verdict="FIX")
    before = case.waiting
    assert case.message().waiting == before
    case.apply(signal="isyarat")
    assert case.waiting != before
    assert set(before).isdisjoint(case.waiting) is interrupting


def test_errors_are_nothing_that_an_event_can_wait_for_with_others() -> None:
    border = all_of(MESSAGE, ERROR, interrupting=True)
    assert refused(process(S, user("a"), border, E, flows="s>a a>e b>e"), "multiple-event")


# ------------------------------------------------------------ after the house was down


def test_a_cycle_that_was_not_watched_fires_once_and_says_how_often() -> None:
    cycle = "<timerEventDefinition><timeCycle>R5/PT1H</timeCycle></timerEventDefinition>"
    data = process(S, user("a"), boundary("b", "a", cycle, False), user("x"), E, flows="s>a a>e b>x x>e")
    case = Case(data)
    case.sleep("PT3H20M")
    assert case.waiting == ["a", "x"] and case.trace("fired") == ["fired b"]
    assert case.history("fired") == [{"count": 3}]
    assert [row["due"][11:16] for row in case.state["timers"]] == ["13:00"]
    case.advance("P1D")
    assert case.waiting == ["a", "x", "x", "x"] and case.state["timers"] == []
