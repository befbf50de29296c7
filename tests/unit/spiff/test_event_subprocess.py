"""Event subprocesses: beside their scope, or in its place."""

import pytest

from engine.errors import Conflict
from engine.spiff import CompileError, StepFailed, compile
from tests.unit.spiff.play import (
    START,
    call,
    chain,
    code,
    condition,
    diagram,
    event,
    flows,
    io,
    message,
    node,
    timer,
    topic,
    user,
)

START_END = node("startEvent", "s") + node("endEvent", "e")


def handler(definition: str, interrupting: bool = True, name: str = "h", ext: str = "") -> str:
    """An event subprocess with one task."""
    start = node("startEvent", f"{name}s", definition, ext, isInterrupting=str(interrupting).lower())
    inside = (
        start + user(f"{name}a") + node("endEvent", f"{name}e") + chain(f"{name}s", f"{name}a", f"{name}e")
    )
    return node("subProcess", name, inside, triggeredByEvent="true")


def main(*more: str) -> str:
    return START_END + user("a") + user("b") + chain("s", "a", "b", "e") + "".join(more)


def test_interrupting_message_takes_the_place_of_the_process(play):
    body = main(handler(event("message", "m_cabut"), ext=io(None, {"status": '= "dicabut: " + alasan'})))
    player = play(diagram(body, outside=message("cabut", "= nomor")), nomor=7)
    assert player.waiting() == ["a"] and player.waiting(boundary=True) == ["hs"]
    wait = player.wait("hs")
    assert (wait.kind, wait.name, wait.key, wait.interrupting, wait.host) == (
        "message",
        "cabut",
        7,
        True,
        None,
    )
    player.complete("a")
    player.deliver("hs", alasan="salah kirim")
    assert player.waiting() == ["ha"] and player.waiting(boundary=True) == []
    assert player.data["status"] == "dicabut: salah kirim"
    assert player.trace()[-6:] == [
        "fired hs", "cancelled b", "entered h", "entered hs", "completed hs", "entered ha",
    ]  # fmt: skip
    assert [one.element for one in player.run.scopes()] == ["h"]
    player.complete("ha")
    assert player.run.done and player.run.ended_at == "he"


def test_non_interrupting_message_runs_beside_it_as_often_as_it_comes(play):
    player = play(diagram(main(handler(event("message", "m_x"), False)), outside=message("x")))
    player.deliver("hs", n=1)
    player.deliver("hs", n=2)
    assert player.waiting() == ["a", "ha", "ha"] and player.data == {"n": 2}
    player.complete("a")
    player.complete("b")
    assert not player.run.done
    player.complete("ha")
    player.complete("ha")
    assert player.run.done and player.trace("cancelled") == []


def test_it_does_not_keep_its_scope_alive(play):
    player = play(diagram(main(handler(timer("P30D")))))
    wait = player.wait("hs")
    assert (wait.due - START).days == 30
    player.complete("a")
    player.complete("b")
    assert player.run.done and player.run.waits() == [] and player.run.ended_at == "e"
    with pytest.raises(Conflict):
        player.run.fire(wait.id)


def test_it_does_not_hide_a_join_that_can_never_be_filled(play):
    join = node("exclusiveGateway", "g", default="f_g_j") + node("parallelGateway", "j")
    body = START_END + user("a") + user("b") + join + handler(event("message", "m_x"))
    body += flows("s a", "a g", "g b: x", "g j", "b j", "j e")
    player = play(diagram(body, outside=message("x")))
    with pytest.raises(StepFailed) as failure:
        player.complete("a", x=False)
    assert failure.value.element == "j"
    player.deliver("hs")
    assert player.waiting() == ["ha"] and player.run.failures() == []


def test_it_sees_and_sets_the_variables_of_its_scope(play):
    tell = handler(event("message", "m_x"), False, ext=io(None, {"terlihat": "= n + m", "m": "= m + 1"}))
    inner = node("startEvent", "s1") + user("a") + node("endEvent", "e1") + tell + chain("s1", "a", "e1")
    body = START_END + node("subProcess", "b", inner, io({"m": "= 2"}, {"akhir": "= m"}))
    player = play(diagram(body + chain("s", "b", "e"), outside=message("x")), n=1)
    player.deliver("hs")
    assert player.data == {"n": 1, "terlihat": 3}
    player.complete("ha")
    player.complete("a")
    assert player.run.done and player.data == {"n": 1, "terlihat": 3, "akhir": 3}


def test_timer_cycle_beside_the_process(play):
    cycle = "<bpmn:timerEventDefinition><bpmn:timeCycle>R2/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>"
    player = play(diagram(main(handler(cycle, False))))
    player.fire("hs")
    player.fire("hs")
    assert player.waiting() == ["a", "ha", "ha"] and player.waiting(boundary=True) == []


def inside(*more: str, flow: str = "") -> str:
    start = node("startEvent", "s1") + user("a") + node("endEvent", "e1")
    return (
        START_END
        + node("subProcess", "b", start + "".join(more) + (flow or chain("s1", "a", "e1")))
        + user("z")
    )


def test_in_a_subprocess_it_ends_that_one_only(play):
    body = inside(handler(event("message", "m_x"))) + user("w") + node("parallelGateway", "f")
    player = play(diagram(body + flows("s f", "f b", "f w", "b z", "z e", "w e"), outside=message("x")))
    wait = player.wait("hs")
    assert wait.host == "b" and wait.scope == wait.host_id
    player.deliver("hs")
    assert player.waiting() == ["ha", "w"]
    player.complete("ha")
    assert player.waiting() == ["w", "z"] and player.run.scopes() == []


def test_boundary_event_takes_subprocess_and_handler(play):
    boundary = node("boundaryEvent", "t", timer("P1D"), attachedToRef="b")
    body = inside(handler(event("message", "m_x"), False)) + boundary + flows("s b", "b z", "t z", "z e")
    player = play(diagram(body, outside=message("x")))
    player.deliver("hs")
    player.fire("t")
    assert player.waiting() == ["z"] and player.run.scopes() == []
    assert player.trace("cancelled") == ["cancelled a", "cancelled ha", "cancelled h", "cancelled b"]


def test_error_handler_comes_before_the_boundary_event(play):
    throw = node("endEvent", "x", event("error", "e_t"), io({"sebab": '= "s"'}))
    boundary = node("boundaryEvent", "k", event("error", "e_t"), attachedToRef="b")
    body = inside(throw, handler(event("error", "e_t")), flow=chain("s1", "a", "x")) + boundary
    player = play(diagram(body + flows("s b", "b z", "k e", "z e"), outside=code("error", "t")))
    player.complete("a")
    assert player.waiting() == ["ha"] and player.data == {"sebab": "s"}
    player.complete("ha")
    assert player.waiting() == ["z"]


def test_error_in_a_handler_goes_out_of_the_scope(play):
    start = node("startEvent", "hs", event("error", "e_t"))
    end = node("endEvent", "hx", event("error", "e_t"))
    again = node("subProcess", "h", start + end + chain("hs", "hx"), triggeredByEvent="true")
    throw = node("endEvent", "x", event("error", "e_t"))
    boundary = node("boundaryEvent", "k", event("error", "e_t"), attachedToRef="b")
    body = inside(throw, again, flow=chain("s1", "a", "x")) + boundary + flows("s b", "b e", "k z", "z e")
    player = play(diagram(body, outside=code("error", "t")))
    player.complete("a")
    assert player.waiting() == ["z"]


def test_worker_error_reaches_the_handler_of_the_process(play):
    body = START_END + topic("k", "kirim") + handler(event("error", "e_t")) + chain("s", "k", "e")
    player = play(diagram(body, outside=code("error", "t")))
    assert player.run.waits()[0].element == "k" and len(player.run.waits()) == 1
    player.error("k", "t", n=1)
    assert player.waiting() == ["ha"] and player.data == {"n": 1}
    assert "cancelled k" in player.trace()
    with pytest.raises(StepFailed, match="lain"):
        play(diagram(body, outside=code("error", "t"))).error("k", "lain")


@pytest.mark.parametrize("interrupting", [True, False])
def test_escalation_in_a_called_process_reaches_the_handler_of_the_caller(play, interrupting):
    called = diagram(
        node("startEvent", "qs") + node("intermediateThrowEvent", "qk", event("escalation", "e_n"))
        + user("qa") + node("endEvent", "qe") + chain("qs", "qk", "qa", "qe"),
        process="q", outside=code("escalation", "n"),
    )  # fmt: skip
    body = (
        START_END + call("c", "q") + handler(event("escalation", "e_n"), interrupting) + chain("s", "c", "e")
    )
    player = play(diagram(body, outside=code("escalation", "n")), called)
    assert player.waiting() == (["ha"] if interrupting else ["ha", "qa"])


def test_escalation_thrown_in_the_scope_itself_does_not_go_on_when_interrupted(play):
    throw = node("intermediateThrowEvent", "k", event("escalation", "e_n"))
    body = START_END + throw + user("a") + handler(event("escalation", "e_n")) + chain("s", "k", "a", "e")
    player = play(diagram(body, outside=code("escalation", "n")))
    assert player.waiting() == ["ha"]


def test_condition_starts_it(play):
    player = play(diagram(main(handler(condition("n > 1")))), n=0)
    player.complete("a", n=2)
    assert player.waiting() == ["ha"]


def test_a_handler_may_hold_a_handler(play):
    deep = handler(event("message", "m_y"), name="g")
    start = node("startEvent", "hs", event("message", "m_x")) + user("ha") + node("endEvent", "he")
    outer = node("subProcess", "h", start + deep + chain("hs", "ha", "he"), triggeredByEvent="true")
    player = play(diagram(main(outer), outside=message("x") + message("y")))
    player.deliver("hs")
    player.deliver("gs")
    assert player.waiting() == ["ga"]
    player.complete("ga")
    assert player.run.done and player.run.ended_at == "ge"


def test_a_key_that_cannot_be_computed_stops_the_scope_at_its_beginning(play):
    player = play(diagram(main(handler(timer("= kapan")))), step=False)
    with pytest.raises(StepFailed) as failure:
        player.step()
    assert failure.value.element == "p"
    player.run.set_variables({"kapan": "P1D"})
    player.retry()
    assert player.waiting() == ["a"]


def test_a_handler_needs_one_start_with_a_trigger():
    for definitions in ([""], [event("message", "m_x"), timer("P1D")]):
        starts = "".join(node("startEvent", f"h{at}", one) for at, one in enumerate(definitions))
        body = main(node("subProcess", "h", starts + user("ha") + flows("h0 ha"), triggeredByEvent="true"))
        with pytest.raises(CompileError) as refused:
            compile({"p": diagram(body, outside=message("x"))})
        assert refused.value.element == "h"
    with pytest.raises(CompileError):
        compile({"p": diagram(node("startEvent", "s", event("error", "e_t")), outside=code("error", "t"))})
