"""Timers, messages, signals, conditions; boundary events and event-based gateways."""

from datetime import timedelta

import pytest

from engine.errors import Conflict
from engine.spiff import StepFailed
from tests.unit.spiff.play import (
    START,
    chain,
    condition,
    diagram,
    event,
    flows,
    io,
    message,
    node,
    timer,
    user,
)

START_END = node("startEvent", "s") + node("endEvent", "e")


def catch(name: str, definition: str, ext: str = "") -> str:
    return node("intermediateCatchEvent", name, definition, ext)


def boundary(name: str, host: str, definition: str, interrupting: bool = True, ext: str = "") -> str:
    return node(
        "boundaryEvent", name, definition, ext, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


def test_timer_waits_with_its_due_instant_and_never_fires_by_itself(play):
    player = play(diagram(START_END + catch("w", timer("P1D")) + chain("s", "w", "e")))
    assert player.wait("w").kind == "timer"
    assert player.wait("w").due == START + timedelta(days=1)
    player.house.now += timedelta(days=5)
    player.step()
    assert player.waiting() == ["w"] and player.wait("w").due == START + timedelta(days=1)
    player.fire("w")
    assert player.run.done
    assert player.trace()[2:5] == ["entered w", "fired w", "completed w"]


def test_timer_may_be_a_feel_expression(play):
    body = START_END + catch("w", timer("= now() + duration(lama)")) + chain("s", "w", "e")
    assert play(diagram(body), lama="PT3H").wait("w").due == START + timedelta(hours=3)


def test_a_timer_without_a_time_is_an_incident(play):
    player = play(diagram(START_END + catch("w", timer("= lama")) + chain("s", "w", "e")), step=False)
    with pytest.raises(StepFailed) as failure:
        player.step()
    assert failure.value.element == "w"
    player.run.set_variables({"lama": "PT2H"})
    player.retry()
    assert player.wait("w").due == START + timedelta(hours=2)


def test_interrupting_boundary_timer_cancels_its_host(play):
    body = (
        START_END
        + user("a")
        + boundary("t", "a", timer("PT2H"))
        + user("z")
        + flows("s a", "a e", "t z", "z e")
    )
    player = play(diagram(body))
    wait = player.wait("t")
    assert (wait.boundary, wait.interrupting, wait.host) == (True, True, "a")
    assert wait.host_id == player.wait("a").id
    player.fire("t")
    assert player.waiting() == ["z"] and player.waiting(boundary=True) == []
    assert player.trace()[3:] == ["fired t", "cancelled a", "completed t", "entered z"]


def test_non_interrupting_boundary_timer_leaves_its_host_and_outlives_it(play):
    body = (
        START_END + user("a") + boundary("t", "a", timer("PT2H"), False) + user("k")
        + flows("s a", "a e", "t k", "k e")
    )  # fmt: skip
    player = play(diagram(body))
    player.fire("t")
    assert player.waiting() == ["a", "k"] and player.waiting(boundary=True) == []
    player.complete("a")
    assert player.waiting() == ["k"] and not player.run.done
    player.complete("k")
    assert player.run.done and player.trace("cancelled") == []


def test_boundary_timer_goes_with_its_host_and_is_armed_anew_in_the_next_round(play):
    body = (
        START_END
        + user("a")
        + boundary("t", "a", timer("PT2H"), False)
        + user("k")
        + node("exclusiveGateway", "g", default="f_g_e")
        + flows("s a", "a g", "g a: lagi", "g e", "t k", "k e")
    )
    player = play(diagram(body))
    first = player.wait("t")
    player.house.now += timedelta(hours=1)
    player.complete("a", lagi=True)
    second = player.wait("t")
    assert second.id != first.id and second.due == START + timedelta(hours=3)
    with pytest.raises(Conflict):
        player.run.fire(first.id)
    player.complete("a", lagi=False)
    assert player.run.done and player.trace("cancelled") == []


def test_what_a_boundary_branch_sets_is_seen_by_the_main_branch(play):
    body = (
        START_END + user("a") + boundary("t", "a", timer("PT2H"), False, io(None, {"lewat": "= true"}))
        + node("endEvent", "e2") + node("exclusiveGateway", "g", default="f_g_e") + user("z")
        + flows("s a", "a g", "g z: lewat", "g e", "t e2", "z e")
    )  # fmt: skip
    player = play(diagram(body), lewat=False)
    player.fire("t")
    player.complete("a")
    assert player.waiting() == ["z"]


def test_boundary_cycle_fires_as_often_as_it_says(play):
    cycle = "<bpmn:timerEventDefinition><bpmn:timeCycle>R2/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"
    body = (
        START_END
        + user("a")
        + boundary("t", "a", cycle, False)
        + user("k")
        + flows("s a", "a e", "t k", "k e")
    )
    player = play(diagram(body))
    player.house.now += timedelta(hours=1)
    player.fire("t")
    assert player.wait("t").due == START + timedelta(hours=2)
    player.house.now += timedelta(hours=1)
    player.fire("t")
    assert player.waiting() == ["a", "k", "k"] and player.waiting(boundary=True) == []
    player.complete("a")
    assert player.waiting() == ["k", "k"]


def cycle(text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeCycle>{text}</bpmn:timeCycle></bpmn:timerEventDefinition>"


def reminded(text: str, interrupting: bool = False) -> bytes:
    body = START_END + user("a") + boundary("t", "a", cycle(text), interrupting) + user("k")
    return diagram(body + flows("s a", "a e", "t k", "k e"))


def test_missed_times_of_a_cycle_are_one_firing_with_a_count(play):
    player = play(reminded("R5/PT1H"))
    player.house.now += timedelta(hours=3, minutes=20)
    player.fire("t")
    assert player.waiting() == ["a", "k"]
    assert [one.detail.get("count") for one in player.events if one.kind == "fired"] == [3]
    assert player.wait("t").due == START + timedelta(hours=4)
    player.house.now += timedelta(days=9)
    player.fire("t")
    assert [one.detail.get("count") for one in player.events if one.kind == "fired"] == [3, 2]
    assert player.waiting() == ["a", "k", "k"] and player.waiting(boundary=True) == []


def test_a_cycle_without_a_number_goes_on_in_its_own_rhythm(play):
    player = play(reminded("R/PT1H"))
    player.house.now += timedelta(hours=10, minutes=59)
    player.fire("t")
    assert [one.detail.get("count") for one in player.events if one.kind == "fired"] == [10]
    assert player.wait("t").due == START + timedelta(hours=11)


def test_an_interrupting_cycle_interrupts(play):
    player = play(reminded("R5/PT1H", interrupting=True))
    player.fire("t")
    assert player.waiting() == ["k"] and player.waiting(boundary=True) == []
    player.complete("k")
    assert player.run.done


def test_a_cycle_may_say_when_it_begins(play):
    player = play(reminded("R2/2026-03-05T02:00:00+00:00/P1D"))
    assert player.wait("t").due == START + timedelta(days=3)
    player.house.now += timedelta(days=3)
    player.fire("t")
    assert player.wait("t").due == START + timedelta(days=4)
    player.fire("t")
    assert player.waiting(boundary=True) == []


def test_a_catching_cycle_is_its_first_time(play):
    player = play(
        diagram(START_END + node("intermediateCatchEvent", "t", cycle("R3/PT1H")) + chain("s", "t", "e"))
    )
    assert player.wait("t").due == START + timedelta(hours=1)
    player.fire("t")
    assert player.run.done


def test_message_carries_its_correlation_key_and_its_payload_becomes_variables(play):
    definition = event("message", "m_balasan")
    body = (
        START_END
        + catch("c", definition, io(None, {"panjang": "= string length(teks)"}))
        + chain("s", "c", "e")
    )
    player = play(diagram(body, outside=message("balasan", "= nomor")), nomor="MA-1")
    wait = player.wait("c")
    assert (wait.kind, wait.name, wait.key) == ("message", "balasan", "MA-1")
    player.deliver("c", teks="halo")
    assert player.run.done and player.data == {"nomor": "MA-1", "teks": "halo", "panjang": 4}
    fired = next(one for one in player.events if one.kind == "fired")
    assert (fired.element, fired.payload) == ("c", {"teks": "halo"})


def test_receive_task_waits_for_its_message_and_may_have_boundary_events(play):
    body = (
        START_END + node("receiveTask", "c", messageRef="m_x") + boundary("t", "c", timer("P1D")) + user("z")
        + flows("s c", "c e", "t z", "z e")
    )  # fmt: skip
    player = play(diagram(body, outside=message("x")))
    assert player.wait("c").kind == "message"
    player.fire("t")
    assert player.waiting() == ["z"]


def test_non_interrupting_message_can_come_again_and_again(play):
    body = (
        START_END + user("a") + boundary("m", "a", event("message", "m_x"), False) + user("k")
        + flows("s a", "a e", "m k", "k e")
    )  # fmt: skip
    player = play(diagram(body, outside=message("x", "= kunci")), kunci=5)
    for n in range(3):
        assert player.wait("m").key == 5
        player.deliver("m", n=n)
    assert player.waiting() == ["a", "k", "k", "k"] and player.data["n"] == 2
    player.complete("a")
    assert player.waiting(boundary=True) == [] and player.waiting() == ["k"] * 3


def test_interrupting_message_on_a_user_task(play):
    body = START_END + user("a") + boundary("m", "a", event("message", "m_x")) + flows("s a", "a e", "m e")
    player = play(diagram(body, outside=message("x")))
    player.deliver("m")
    assert player.run.done and player.trace("cancelled") == ["cancelled a"]


def test_throws_report_name_and_payload(play):
    outside = message("tanya", "= nomor") + '<bpmn:signal id="g_1" name="libur"/>'
    body = (
        node("startEvent", "s")
        + node("intermediateThrowEvent", "t1", event("message", "m_tanya"), io({"isi": "= soal"}))
        + node("sendTask", "t2", messageRef="m_tanya")
        + node("intermediateThrowEvent", "t3", event("signal", "g_1"), io({"hari": "= 2"}))
        + node("intermediateThrowEvent", "t4")
        + node("endEvent", "e", event("signal", "g_1"))
        + chain("s", "t1", "t2", "t3", "t4", "e")
    )
    player = play(diagram(body, outside=outside), soal="apa", nomor="N1")
    thrown = [
        (one.element, one.name, one.payload, one.detail) for one in player.events if one.kind == "thrown"
    ]
    assert thrown == [
        ("t1", "tanya", {"isi": "apa"}, {"kind": "message", "key": "N1"}),
        ("t2", "tanya", {}, {"kind": "message", "key": "N1"}),
        ("t3", "libur", {"hari": 2}, {"kind": "signal"}),
        ("e", "libur", {}, {"kind": "signal"}),
    ]
    assert player.run.done and player.data == {"soal": "apa", "nomor": "N1"}


def test_signal_catch_and_boundary(play):
    signal = event("signal", "g_1")
    body = START_END + catch("c", signal) + user("a") + boundary("b", "a", signal, False) + user("k")
    player = play(
        diagram(body + flows("s c", "c a", "a e", "b k", "k e"), outside='<bpmn:signal id="g_1" name="x"/>')
    )
    assert (player.wait("c").kind, player.wait("c").name) == ("signal", "x")
    player.deliver("c", y=1)
    player.deliver("b")
    player.deliver("b")
    assert player.waiting() == ["a", "k", "k"] and player.data == {"y": 1}


SIGNAL = '<bpmn:signal id="g_1" name="x"/>'


def test_a_thrown_signal_reaches_everything_that_waits_for_it_in_that_moment(play):
    signal = event("signal", "g_1")
    inside = node("startEvent", "s1") + catch("c", signal) + node("endEvent", "e1") + chain("s1", "c", "e1")
    throw = node("intermediateThrowEvent", "t", signal, io({"n": "= 1"}))
    body = (
        START_END + node("parallelGateway", "f") + node("subProcess", "p", inside)
        + user("a") + user("y") + user("z") + user("k") + throw + boundary("b", "a", signal, False)
        + flows("s f", "f p", "f a", "f y", "y t", "t z", "p e", "a e", "b k", "k e", "z e")
    )  # fmt: skip
    player = play(diagram(body, outside=SIGNAL))
    player.complete("y")
    assert player.waiting() == ["a", "k", "z"] and player.data == {"n": 1}
    assert [one.split()[1] for one in player.trace("fired")] == ["b", "c"]


def test_a_thrown_signal_is_gone_for_what_begins_to_wait_later(play):
    signal = event("signal", "g_1")
    body = START_END + node("intermediateThrowEvent", "t", signal) + catch("c", signal)
    player = play(diagram(body + chain("s", "t", "c", "e"), outside=SIGNAL))
    assert player.waiting() == ["c"]


def test_a_thrown_signal_may_take_away_what_it_would_also_have_reached(play):
    signal = event("signal", "g_1")
    body = (
        START_END + user("a") + user("y") + user("k") + user("l") + node("parallelGateway", "f")
        + boundary("b1", "a", signal) + boundary("b2", "a", signal) + node("endEvent", "t", signal)
        + flows("s f", "f a", "f y", "y t", "a e", "b1 k", "b2 l", "k e", "l e")
    )  # fmt: skip
    player = play(diagram(body, outside=SIGNAL))
    player.complete("y")
    assert player.waiting() == ["k"]


def test_a_signal_may_interrupt_who_throws_it(play):
    signal = event("signal", "g_1")
    throw = node("intermediateThrowEvent", "t", signal)
    inside = node("startEvent", "s1") + user("a") + throw + user("b") + node("endEvent", "e1")
    body = (
        START_END
        + node("subProcess", "p", inside + chain("s1", "a", "t", "b", "e1"))
        + boundary("k", "p", signal)
    )
    player = play(diagram(body + user("z") + flows("s p", "p e", "k z", "z e"), outside=SIGNAL))
    player.complete("a")
    assert player.waiting() == ["z"] and player.run.scopes() == []


GATEWAY = (
    START_END
    + node("eventBasedGateway", "g")
    + catch("c", event("message", "m_x"))
    + catch("t1", timer("PT5H"))
    + catch("t2", timer("PT1H"))
    + node("receiveTask", "r", messageRef="m_y")
    + user("a")
    + user("b")
    + flows("s g", "g c", "g t1", "g t2", "g r", "c a", "t1 b", "t2 b", "r b", "a e", "b e")
)


@pytest.mark.parametrize("chosen", ["c", "t1", "t2", "r"])
def test_event_gateway_gives_each_branch_a_wait_of_its_own(play, chosen):
    player = play(diagram(GATEWAY, outside=message("x") + message("y")))
    assert player.waiting() == ["c", "r", "t1", "t2"]
    assert player.wait("t1").due == START + timedelta(hours=5)
    assert player.wait("t2").due == START + timedelta(hours=1)
    assert {one.gateway for one in player.run.waits()} == {"g"}
    others = [one.id for one in player.run.waits() if one.element != chosen]
    if chosen in ("c", "r"):
        player.deliver(chosen)
    else:
        player.fire(chosen)
    assert player.waiting() == (["a"] if chosen == "c" else ["b"])
    for other in others:
        with pytest.raises(Conflict):
            player.run.deliver(other)
    losers = sorted({"c", "r", "t1", "t2"} - {chosen})
    assert sorted(player.trace("cancelled")) == [f"cancelled {name}" for name in losers]
    assert player.trace().index("entered g") < player.trace().index(f"fired {chosen}")
    assert "completed g" in player.trace() and f"completed {chosen}" in player.trace()


def test_event_gateway_in_a_loop(play):
    body = (
        START_END
        + node("eventBasedGateway", "g")
        + catch("c", event("message", "m_x"))
        + catch("t", timer("PT5H"))
        + user("a")
        + flows("s g", "g c", "g t", "c a", "a g", "t e")
    )
    player = play(diagram(body, outside=message("x")))
    for round_ in range(3):
        assert player.wait("t").due == START + timedelta(hours=5 + round_)
        player.deliver("c")
        player.house.now += timedelta(hours=1)
        player.complete("a")
    player.fire("t")
    assert player.run.done


def test_a_boundary_event_cancels_a_waiting_event_gateway(play):
    sub = node(
        "subProcess",
        "b",
        node("startEvent", "s1")
        + node("eventBasedGateway", "g")
        + catch("t1", timer("PT5H"))
        + catch("c", event("message", "m_x"))
        + node("endEvent", "e1")
        + flows("s1 g", "g t1", "g c", "t1 e1", "c e1"),
    )
    body = START_END + sub + boundary("x", "b", timer("P1D")) + flows("s b", "b e", "x e")
    player = play(diagram(body, outside=message("x")))
    player.fire("x")
    assert player.run.done
    assert player.trace("cancelled") == ["cancelled t1", "cancelled c", "cancelled g", "cancelled b"]


def test_condition_fires_when_a_variable_makes_it_true(play):
    body = (
        START_END
        + node("parallelGateway", "f")
        + catch("c", condition("n > 2"))
        + user("a")
        + user("b")
        + user("z")
        + flows("s f", "f c", "f a", "c z", "a b", "b e", "z e")
    )
    player = play(diagram(body))
    assert player.wait("c").kind == "condition"
    player.complete("a", n=2)
    assert player.waiting() == ["b", "c"]
    player.complete("b", n=3)
    assert player.waiting() == ["z"]


def test_a_condition_that_holds_already_does_not_wait(play):
    player = play(diagram(START_END + catch("c", condition("n > 2")) + chain("s", "c", "e")), n=3)
    assert player.run.done


def test_conditional_boundary_fires_each_time_it_becomes_true(play):
    body = (
        START_END
        + node("parallelGateway", "f")
        + user("a")
        + user("w")
        + boundary("c", "a", condition("n > 2"), False)
        + user("k")
        + node("exclusiveGateway", "g", default="f_g_e")
        + flows("s f", "f a", "f w", "w g", "g w: n < 9", "g e", "a e", "c k", "k e")
    )
    player = play(diagram(body), n=0)
    for n, tasks in ((3, 1), (4, 1), (1, 1), (5, 2)):
        player.complete("w", n=n)
        assert player.waiting().count("k") == tasks
    assert player.run.context(player.wait("c").id)["n"] == 5


def test_start_with_a_boundary_event_on_the_first_task_keeps_the_order_of_events(play):
    body = START_END + user("a") + boundary("t", "a", timer("PT2H")) + flows("s a", "a e", "t e")
    player = play(diagram(body))
    assert player.trace() == ["entered s", "completed s", "entered a"]
