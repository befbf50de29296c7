"""Topics, decisions, scripts, subprocesses, called processes."""

import pytest

from engine.errors import Conflict
from engine.spiff import StepFailed
from tests.unit.spiff.play import (
    House,
    call,
    chain,
    code,
    diagram,
    event,
    flows,
    io,
    node,
    timer,
    topic,
    user,
)

START_END = node("startEvent", "s") + node("endEvent", "e")


def rule(name: str, decision: str, variable: str, ext: str = "") -> str:
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{variable}"/>'
    return node("businessRuleTask", name, ext=called + ext)


def test_topic_waits_for_a_worker_whose_result_becomes_variables(play):
    body = START_END + topic("k", "alur.kirim", io({"isi": "= teks"}, {"nomor2": "= nomor + 1"}), retries="5")
    player = play(diagram(body + chain("s", "k", "e")), teks="halo")
    wait = player.wait("k")
    assert (wait.kind, wait.name, wait.retries, wait.variables) == ("topic", "alur.kirim", 5, {"isi": "halo"})
    player.finish("k", nomor=7)
    assert player.run.done and player.data == {"teks": "halo", "nomor": 7, "nomor2": 8}


def test_topic_and_retries_may_be_expressions(play):
    player = play(
        diagram(START_END + topic("k", '= "kirim." + ke', retries="= n") + chain("s", "k", "e")), ke="a", n=2
    )
    assert (player.wait("k").name, player.wait("k").retries) == ("kirim.a", 2)


def test_send_task_with_a_topic_and_without_a_message_name_is_work(play):
    task = node("sendTask", "k", ext='<zeebe:taskDefinition type="kirim"/>')
    assert play(diagram(START_END + task + chain("s", "k", "e"))).wait("k").kind == "topic"


def test_business_rule_task_asks_with_all_variables_and_maps_its_result(play):
    house = House(kelas=lambda context: {"kelas": "berkadar", "n": context["x"] + 1})
    body = (
        START_END + rule("r", "kelas", "hasil", io(None, {"kelas": "= hasil.kelas"})) + chain("s", "r", "e")
    )
    player = play(diagram(body), house=house, x=1)
    assert player.run.done
    assert player.data == {"x": 1, "kelas": "berkadar", "hasil": {"kelas": "berkadar", "n": 2}}


def test_decision_id_and_context_may_be_expressions(play):
    house = House(satu=lambda context: context)
    properties = (
        '<zeebe:properties><zeebe:property name="alur:decisionContext" value="= laporan"/></zeebe:properties>'
    )
    body = START_END + rule("r", "= pilihan", "hasil", properties) + chain("s", "r", "e")
    player = play(diagram(body), house=house, pilihan="satu", laporan={"judul": "x"})
    assert house.asked == [("satu", {"judul": "x"})]
    assert player.data["hasil"] == {"judul": "x"}


def test_a_failing_decision_is_an_incident_at_its_task_and_can_be_retried(play):
    house = House()
    player = play(
        diagram(START_END + rule("r", "d", "x") + user("a") + chain("s", "r", "a", "e")),
        house=house,
        step=False,
    )
    with pytest.raises(StepFailed) as failure:
        player.step()
    assert failure.value.element == "r"
    assert [one.element for one in player.run.failures()] == ["r"]
    player.step()  # told already
    house.decisions["d"] = lambda context: 1
    player.retry()
    assert player.waiting() == ["a"] and player.data == {"x": 1} and player.run.failures() == []
    assert player.trace("entered") == ["entered s", "entered r", "entered a"]


def test_script_task_is_one_feel_expression(play):
    script = node("scriptTask", "t", ext='<zeebe:script expression="= a + 1" resultVariable="b"/>')
    player = play(diagram(START_END + script + chain("s", "t", "e")), a=1)
    assert player.data == {"a": 1, "b": 2}


def inner(body: str, name: str = "b", ext: str = "", rest: str = "") -> str:
    return node("subProcess", name, node("startEvent", "s1") + node("endEvent", "e1") + body + rest, ext)


def test_subprocess_is_a_scope_with_events_of_its_own(play):
    body = START_END + inner(user("a") + chain("s1", "a", "e1")) + user("z") + chain("s", "b", "z", "e")
    player = play(diagram(body))
    assert [(one.element, one.called) for one in player.run.scopes()] == [("b", None)]
    assert player.wait("a").scope == player.run.scopes()[0].id
    player.complete("a", x=1)
    assert player.waiting() == ["z"] and player.run.scopes() == [] and player.data == {"x": 1}
    assert player.trace() == [
        "entered s", "completed s", "entered b", "entered s1", "completed s1", "entered a", "completed a",
        "entered e1", "completed e1", "completed b", "entered z",
    ]  # fmt: skip


def test_subprocess_with_two_tokens_ends_with_the_last(play):
    parts = node("parallelGateway", "f") + user("a") + user("c") + flows("s1 f", "f a", "f c", "a e1", "c e1")
    player = play(diagram(START_END + inner(parts) + user("z") + chain("s", "b", "z", "e")))
    player.complete("a")
    assert player.waiting() == ["c"]
    player.complete("c")
    assert player.waiting() == ["z"]


def test_subprocess_inputs_are_local_and_outputs_leave(play):
    sub = inner(user("a") + chain("s1", "a", "e1"), ext=io({"x": "= 5", "y": "= 1"}, {"hasil": "= x + 1"}))
    player = play(diagram(START_END + sub + user("z") + chain("s", "b", "z", "e")), x=1)
    assert player.run.context(player.wait("a").id) == {"x": 5, "y": 1}
    player.complete("a", x=7, baru=True)
    assert player.data == {"x": 1, "baru": True, "hasil": 8}


def test_subprocesses_nest(play):
    deep = node(
        "subProcess",
        "b2",
        node("startEvent", "s2") + user("a") + node("endEvent", "e2") + chain("s2", "a", "e2"),
        io({"z": "= y + 1"}),
    )
    player = play(
        diagram(
            START_END + inner(deep + chain("s1", "b2", "e1"), ext=io({"y": "= 2"})) + chain("s", "b", "e")
        )
    )
    assert player.run.context(player.wait("a").id) == {"y": 2, "z": 3}
    assert [one.element for one in player.run.scopes()] == ["b", "b2"]
    player.complete("a", y=9, z=9, w=9)
    assert player.run.done and player.data == {"w": 9}


CALLED = diagram(
    node("startEvent", "qs", ext=io(None, {"putaran": "= 0"}))
    + user("qa", io(None, {"putaran": "= putaran + 1"}))
    + node("endEvent", "qe", ext=io(None, {"hasil": '= "lengkap"'}))
    + chain("qs", "qa", "qe"),
    process="q",
)
CLOSED = {"propagateAllChildVariables": "false", "propagateAllParentVariables": "false"}


def test_called_process_sees_its_inputs_and_returns_its_outputs_only(play):
    mapping = io({"laporan": "= judul"}, {"hasil": "= hasil", "n": "= putaran"})
    body = START_END + call("c", "q", mapping, **CLOSED) + user("z") + chain("s", "c", "z", "e")
    player = play(diagram(body), CALLED, judul="x", hasil=None, rahasia=1)
    wait = player.wait("qa")
    assert wait.process == "q"
    assert player.run.context(wait.id) == {"laporan": "x", "putaran": 0}
    assert [(one.element, one.called, one.process) for one in player.run.scopes()] == [("c", "q", "p")]
    player.complete("qa", judul="lain", catatan="y")
    assert player.data == {"judul": "x", "hasil": "lengkap", "n": 1, "rahasia": 1}
    assert player.waiting() == ["z"]


def test_called_process_without_outputs_returns_nothing_when_told_so(play):
    body = START_END + call("c", "q", **CLOSED) + chain("s", "c", "e")
    player = play(diagram(body), CALLED)
    player.complete("qa", catatan="y")
    assert player.run.done and player.data == {}


def test_called_process_shares_all_by_default_as_in_camunda(play):
    player = play(diagram(START_END + call("c", "q") + chain("s", "c", "e")), CALLED, x=1)
    assert player.run.context(player.wait("qa").id) == {"x": 1, "putaran": 0}
    player.complete("qa", y=2)
    assert player.data == {"x": 1, "y": 2, "putaran": 1, "hasil": "lengkap"}


def test_the_same_process_called_twice_at_once_keeps_its_runs_apart(play):
    body = (
        START_END
        + node("parallelGateway", "f")
        + call("c1", "q", io(None, {"n1": "= putaran"}), **CLOSED)
        + call("c2", "q", io(None, {"n2": "= putaran"}), **CLOSED)
        + flows("s f", "f c1", "f c2", "c1 e", "c2 e")
    )
    player = play(diagram(body), CALLED)
    assert player.waiting() == ["qa", "qa"]
    assert len({one.scope for one in player.run.waits()}) == 2
    player.complete("qa")
    player.complete("qa")
    assert player.run.done and player.data == {"n1": 1, "n2": 1}


def test_called_process_may_be_chosen_by_expression_and_may_be_missing(play):
    body = START_END + call("c", "= proses", **CLOSED) + chain("s", "c", "e")
    assert play(diagram(body), CALLED, proses="q").waiting() == ["qa"]
    player = play(diagram(body), CALLED, proses="tidak_ada", step=False)
    with pytest.raises(StepFailed, match="tidak_ada"):
        player.step()
    assert player.compiled.missing == frozenset()
    assert play(diagram(START_END + call("c", "x") + chain("s", "c", "e")), step=False).compiled.missing == {
        "x"
    }


def boundary(name: str, host: str, definition: str, interrupting: bool = True, ext: str = "") -> str:
    return node(
        "boundaryEvent", name, definition, ext, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )  # fmt: skip


def test_error_end_is_caught_outside_by_code_before_catch_all(play):
    throw = node("endEvent", "x", event("error", "e_tolak"), io({"alasan": '= "a"'}))
    sub = node(
        "subProcess",
        "b",
        node("startEvent", "s1")
        + user("a")
        + user("a2")
        + node("parallelGateway", "f")
        + throw
        + node("endEvent", "e1")
        + flows("s1 f", "f a", "f a2", "a x", "a2 e1"),
    )
    body = (
        START_END + sub + boundary("all", "b", "<bpmn:errorEventDefinition/>")
        + boundary("own", "b", event("error", "e_tolak")) + user("z") + user("w")
        + flows("s b", "b e", "all w", "own z", "z e", "w e")
    )  # fmt: skip
    player = play(diagram(body, outside=code("error", "tolak")))
    player.complete("a")
    assert player.waiting() == ["z"]
    assert player.data == {"alasan": "a"}
    assert player.trace()[-9:] == [
        "completed a", "entered x", "thrown x", "completed x", "fired own", "cancelled a2", "cancelled b",
        "completed own", "entered z",
    ]  # fmt: skip


def test_error_crosses_a_call_activity(play):
    called = diagram(
        node("startEvent", "qs")
        + node("endEvent", "qx", event("error", "e_tolak"))
        + user("qa")
        + chain("qs", "qa", "qx"),
        process="q",
        outside=code("error", "tolak"),
    )
    body = START_END + call("c", "q", **CLOSED) + boundary("k", "c", event("error", "e_tolak")) + user("z")
    player = play(diagram(body + flows("s c", "c e", "k z", "z e"), outside=code("error", "tolak")), called)
    player.complete("qa")
    assert player.waiting() == ["z"] and player.run.scopes() == []


def test_uncaught_error_is_an_incident(play):
    body = START_END + user("a") + node("endEvent", "x", event("error", "e_tolak")) + chain("s", "a", "x")
    player = play(diagram(body, outside=code("error", "tolak")))
    with pytest.raises(StepFailed, match="tolak") as failure:
        player.complete("a")
    assert failure.value.element == "x" and not player.run.done


def test_worker_error_is_caught_at_its_own_task_or_further_out(play):
    outside = code("error", "gagal") + code("error", "lain")
    body = (
        START_END
        + node(
            "subProcess",
            "b",
            node("startEvent", "s1")
            + topic("k", "kirim")
            + user("u")
            + boundary("k1", "k", event("error", "e_gagal"))
            + node("endEvent", "e1")
            + flows("s1 k", "k e1", "k1 u", "u e1"),
        )
        + boundary("k2", "b", event("error", "e_lain"))
        + user("z")
        + flows("s b", "b e", "k2 z", "z e")
    )
    player = play(diagram(body, outside=outside))
    player.error("k", "gagal", sebab="x")
    assert player.waiting() == ["u"] and player.data == {"sebab": "x"}
    player = play(diagram(body, outside=outside))
    player.error("k", "lain")
    assert player.waiting() == ["z"]
    player = play(diagram(body, outside=outside))
    with pytest.raises(StepFailed, match="asing") as failure:
        player.error("k", "asing")
    assert failure.value.element == "k" and player.waiting() == []
    with pytest.raises(Conflict):
        player.run.finish(failure.value.token)
    player.retry()
    assert player.waiting() == ["k"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_escalation_on_a_subprocess(play, interrupting):
    throw = node("intermediateThrowEvent", "k", event("escalation", "e_naik"), io({"tingkat": "= 2"}))
    sub = inner(throw + user("a") + chain("s1", "k", "a", "e1"))
    body = START_END + sub + boundary("h", "b", event("escalation", "e_naik"), interrupting) + user("z")
    player = play(diagram(body + flows("s b", "b e", "h z", "z e"), outside=code("escalation", "naik")))
    assert player.waiting() == (["z"] if interrupting else ["a", "z"])
    assert player.data == {"tingkat": 2}
    thrown = next(one for one in player.events if one.kind == "thrown")
    assert (thrown.name, thrown.payload, thrown.detail["caught"]) == ("naik", {"tingkat": 2}, True)
    if not interrupting:
        player.complete("a")
        assert player.waiting() == ["z"]
    player.complete("z")
    assert player.run.done


def test_uncaught_escalation_goes_on_and_says_so(play):
    end = node("endEvent", "x", event("escalation", "e_naik"))
    player = play(
        diagram(node("startEvent", "s") + end + chain("s", "x"), outside=code("escalation", "naik"))
    )
    assert player.run.done
    thrown = next(one for one in player.events if one.kind == "thrown")
    assert thrown.detail == {"kind": "escalation", "code": "naik", "caught": False}


def test_interrupting_a_subprocess_cancels_everything_in_it(play):
    """Nested work items, timers and called processes go; what was begun outside stays."""
    inside = (
        node("parallelGateway", "f")
        + user("a")
        + call("c", "q", **CLOSED)
        + boundary("t", "a", timer("PT5H"), False)
        + user("k")
        + flows("s1 f", "f a", "f c", "a e1", "c e1", "t k", "k e1")
    )
    body = (
        START_END
        + inner(inside)
        + boundary("out", "b", timer("P1D"), False)
        + boundary("stop", "b", timer("P2D"))
        + user("w")
        + user("z")
        + flows("s b", "b e", "out w", "stop z", "w e", "z e")
    )
    player = play(diagram(body), CALLED)
    player.fire("t")
    player.fire("out")
    assert player.waiting() == ["a", "k", "qa", "w"]
    player.events.clear()
    player.fire("stop")
    assert player.waiting() == ["w", "z"] and player.run.scopes() == []
    assert [one.element for one in player.run.waits() if one.boundary] == []
    assert sorted(player.trace("cancelled")) == [f"cancelled {name}" for name in ("a", "b", "c", "k", "qa")]
    player.complete("w")
    player.complete("z")
    assert player.run.done


def test_error_end_inside_a_multi_level_subprocess_kills_the_middle(play):
    deep = node(
        "subProcess",
        "b2",
        node("startEvent", "s2")
        + user("a")
        + node("endEvent", "x", event("error", "e_t"))
        + chain("s2", "a", "x"),
    )
    body = (
        START_END
        + inner(
            deep + user("c") + node("parallelGateway", "f") + flows("s1 f", "f b2", "f c", "b2 e1", "c e1")
        )
        + boundary("h", "b", event("error", "e_t"))
        + user("z")
        + flows("s b", "b e", "h z", "z e")
    )
    player = play(diagram(body, outside=code("error", "t")))
    player.complete("a")
    assert player.waiting() == ["z"]
    assert player.trace("cancelled") == ["cancelled b2", "cancelled c", "cancelled b"]
