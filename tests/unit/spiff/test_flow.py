"""Gateways, tasks in sequence, ends."""

import pytest

from engine.spiff import StepFailed
from tests.unit.spiff.play import chain, diagram, escape, flows, io, node, timer, user

START_END = node("startEvent", "s") + node("endEvent", "e")


def test_user_manual_and_plain_tasks_wait_for_a_person(play):
    body = (
        START_END + user("a") + node("manualTask", "b") + node("task", "c") + chain("s", "a", "b", "c", "e")
    )
    player = play(diagram(body))
    for name in "abc":
        assert player.waiting() == [name]
        assert player.wait(name).kind == "user"
        player.complete(name)
    assert player.run.done and player.run.ended_at == "e"
    assert player.trace("entered") == [f"entered {name}" for name in "sabce"]
    assert player.trace("completed") == [f"completed {name}" for name in "sabce"]


def test_elements_may_have_the_library_s_own_names(play):
    body = (
        node("startEvent", "Start") + user("End") + node("endEvent", "Root") + chain("Start", "End", "Root")
    )
    player = play(diagram(body))
    player.complete("End")
    assert player.run.done and player.run.ended_at == "Root"


CHOICE = (
    node("startEvent", "s")
    + user("a")
    + node("exclusiveGateway", "g", default="f_g_z")
    + "".join(node("endEvent", name) for name in "xyz")
    + flows("s a", "a g", "g z", "g y: n > 1", "g x: n > 2")
)


@pytest.mark.parametrize(("n", "end"), [(1, "z"), (2, "y"), (3, "y")])
def test_exclusive_gateway_takes_the_first_true_flow_of_the_document_else_the_default(play, n, end):
    player = play(diagram(CHOICE))
    player.complete("a", n=n)
    assert player.run.ended_at == end


def test_a_condition_that_is_neither_true_nor_false_stops_the_flow_there(play):
    player = play(diagram(CHOICE))
    with pytest.raises(StepFailed) as failure:
        player.complete("a")
    assert failure.value.element == "g"
    assert "n > 1" in str(failure.value)
    assert player.trace("completed")[-1] == "completed a"
    assert not player.run.done and player.waiting() == []


def test_no_true_condition_and_no_default_stops_the_flow(play):
    body = (
        START_END
        + node("exclusiveGateway", "g")
        + user("a")
        + flows("s g", "g a: false", "g e: 1 > 2", "a e")
    )
    player = play(diagram(body), step=False)
    with pytest.raises(StepFailed, match="no condition is true"):
        player.step()


def test_a_task_with_conditional_flows_leaves_by_every_true_one(play):
    body = (
        START_END + user("t", default="f_t_c") + user("a") + user("b") + user("c")
        + flows("s t", "t a: x > 0", "t b: x > 1", "t c", "a e", "b e", "c e")
    )  # fmt: skip
    for x, expected in ((0, ["c"]), (1, ["a"]), (2, ["a", "b"])):
        player = play(diagram(body))
        player.complete("t", x=x)
        assert player.waiting() == expected


FORK = (
    START_END + "".join(user(name) for name in "abcz")
    + node("parallelGateway", "fork") + node("parallelGateway", "join")
    + flows("s fork", "fork a", "fork b", "fork c", "a join", "b join", "c join", "join z", "z e")
)  # fmt: skip


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_parallel_join_waits_for_all(play, order):
    player = play(diagram(FORK))
    assert player.waiting() == ["a", "b", "c"]
    for name in order:
        assert player.waiting() != ["z"]
        player.complete(name, **{name: name})
    assert player.waiting() == ["z"]
    assert player.data == {"a": "a", "b": "b", "c": "c"}
    player.complete("z")
    assert player.run.done


def test_parallel_join_keeps_a_surplus_token_for_the_next_round(play):
    """Two tokens through ``a`` and one through ``b``: one joins, the other waits for a second ``b``."""
    body = (
        START_END
        + user("a")
        + user("b")
        + node("parallelGateway", "fork")
        + node("parallelGateway", "again")
        + node("parallelGateway", "join")
        + user("z")
        + flows(
            "s fork",
            "fork again",
            "fork a",
            "fork b",
            "again a",
            "again b",
            "a join",
            "b join",
            "join z",
            "z e",
        )
    )
    player = play(diagram(body))
    assert player.waiting() == ["a", "a", "b", "b"]
    player.complete("a")
    player.complete("a")
    assert player.waiting() == ["b", "b"]
    player.complete("b")
    assert player.waiting() == ["b", "z"]
    player.complete("b")
    assert player.waiting() == ["z", "z"]


def test_two_tokens_into_a_task_make_two_work_items(play):
    body = START_END + node("parallelGateway", "f") + user("a") + user("b") + user("c")
    player = play(diagram(body + flows("s f", "f a", "f b", "a c", "b c", "c e")))
    player.complete("a")
    player.complete("b")
    assert player.waiting() == ["c", "c"]
    player.complete("c")
    assert not player.run.done
    player.complete("c")
    assert player.run.done


INCLUSIVE = (
    START_END
    + user("t")
    + user("a")
    + user("b")
    + user("c")
    + user("z")
    + node("inclusiveGateway", "fork", default="f_fork_c")
    + node("inclusiveGateway", "join")
    + flows(
        "s t", "t fork", "fork a: a", "fork b: b", "fork c", "a join", "b join", "c join", "join z", "z e"
    )
)


@pytest.mark.parametrize(
    ("a", "b", "expected"), [(True, True, ["a", "b"]), (True, False, ["a"]), (False, False, ["c"])]
)
def test_inclusive_gateway_waits_for_the_branches_that_were_taken(play, a, b, expected):
    player = play(diagram(INCLUSIVE))
    player.complete("t", a=a, b=b)
    assert player.waiting() == expected
    for name in reversed(expected):
        assert "z" not in player.waiting()
        player.complete(name)
    assert player.waiting() == ["z"]


def test_inclusive_join_does_not_wait_for_a_branch_that_has_gone_elsewhere(play):
    body = (
        START_END
        + user("a")
        + user("b")
        + user("z")
        + node("endEvent", "e2")
        + node("inclusiveGateway", "fork")
        + node("inclusiveGateway", "join")
        + node("exclusiveGateway", "g", default="f_g_e2")
        + flows(
            "s fork", "fork a: true", "fork b: true", "a join", "b g", "g join: stay", "g e2", "join z", "z e"
        )
    )
    player = play(diagram(body))
    player.complete("a")
    assert player.waiting() == ["b"]
    player.complete("b", stay=False)
    assert player.waiting() == ["z"]


def test_inclusive_join_in_a_rework_loop(play):
    body = (
        START_END
        + user("a")
        + user("b")
        + user("z")
        + node("exclusiveGateway", "m")
        + node("inclusiveGateway", "fork")
        + node("inclusiveGateway", "join")
        + node("exclusiveGateway", "g", default="f_g_e")
        + flows(
            "s m",
            "m fork",
            "fork a: true",
            "fork b: true",
            "a join",
            "b join",
            "join z",
            "z g",
            "g m: again",
            "g e",
        )
    )
    player = play(diagram(body))
    for round_ in range(3):
        for name in ("ab", "ba")[round_ % 2]:
            assert "z" not in player.waiting()
            player.complete(name)
        assert player.waiting() == ["z"]
        player.complete("z", again=round_ < 2)
    assert player.run.done


def test_inclusive_join_does_not_take_a_waiting_timer_for_a_token(play):
    """The task's token can come to both flows of the join, so it holds nothing up; its timer is no token."""
    body = (
        START_END + user("t") + user("z")
        + node("boundaryEvent", "late", timer("P1D"), attachedToRef="t")
        + node("exclusiveGateway", "m") + node("exclusiveGateway", "g", default="f_g_e")
        + node("parallelGateway", "fork") + node("inclusiveGateway", "join")
        + flows("s m", "m fork", "fork join", "fork t", "t g", "g m: again", "g e", "late join", "join z")
        + flows("z e")
    )  # fmt: skip
    player = play(diagram(body))
    assert player.waiting() == ["t", "z"]


def test_inclusive_join_does_not_take_an_event_behind_a_gateway_for_a_token(play):
    body = (
        START_END + user("z") + user("y")
        + node("eventBasedGateway", "w")
        + node("intermediateCatchEvent", "soon", timer("P1D"))
        + node("intermediateCatchEvent", "late", timer("P2D"))
        + node("exclusiveGateway", "m") + node("parallelGateway", "fork") + node("inclusiveGateway", "join")
        + flows("s m", "m fork", "fork join", "fork w", "w soon", "w late", "soon join", "late y", "y m")
        + flows("join z", "z e")
    )  # fmt: skip
    player = play(diagram(body))
    assert player.waiting() == ["late", "soon", "z"]


def test_a_join_that_stood_still_goes_on_when_its_branch_comes_after_all(play):
    """The inner join can never be filled, so the run stands; then the handler takes its place."""
    late = node("startEvent", "hs", timer("P1D")) + node("endEvent", "he") + chain("hs", "he")
    inside = (
        node("startEvent", "s1") + node("exclusiveGateway", "x", default="f_x_j")
        + node("parallelGateway", "j") + node("endEvent", "e1")
        + node("subProcess", "h", late, triggeredByEvent="true")
        + flows("s1 x", "x j", "x y: false", "y j", "j e1") + user("y")
    )  # fmt: skip
    body = (
        START_END + node("parallelGateway", "fork") + node("subProcess", "p", inside)
        + node("parallelGateway", "join") + user("z")
        + flows("s fork", "fork p", "fork join", "p join", "join z", "z e")
    )  # fmt: skip
    player = play(diagram(body), step=False)
    with pytest.raises(StepFailed):
        player.step()
    assert sorted(one.element for one in player.run.failures()) == ["j", "join"]
    player.fire("hs")
    assert player.waiting() == ["z"] and player.run.failures() == []


def test_parallel_review_in_a_rework_loop_waits_in_every_round(play):
    body = (
        START_END
        + user("p")
        + user("a")
        + user("b")
        + user("x")
        + node("exclusiveGateway", "g", default="f_g_e")
        + node("parallelGateway", "fork")
        + node("parallelGateway", "join")
        + flows("s p", "p fork", "fork a", "fork b", "a join", "b join", "join x", "x g", "g p: again", "g e")
    )
    player = play(diagram(body))
    for round_ in range(4):
        player.complete("p")
        player.complete("ab"[round_ % 2])
        assert "x" not in player.waiting()
        player.complete("ba"[round_ % 2])
        assert player.waiting() == ["x"]
        player.complete("x", again=round_ < 3)
    assert player.run.done


def test_a_join_that_can_never_be_filled_is_a_failure_and_no_silence(play):
    body = (
        START_END
        + user("a")
        + node("exclusiveGateway", "g", default="f_g_j")
        + user("b")
        + node("parallelGateway", "j")
    )
    player = play(diagram(body + flows("s a", "a g", "g b: x", "g j", "b j", "j e")))
    with pytest.raises(StepFailed) as failure:
        player.complete("a", x=False)
    assert failure.value.element == "j"


def test_terminate_ends_everything_else(play):
    body = (
        node("startEvent", "s") + node("parallelGateway", "f") + user("a") + user("b") + user("c")
        + node("endEvent", "stop", "<bpmn:terminateEventDefinition/>") + node("endEvent", "e")
        + flows("s f", "f a", "f b", "f c", "a stop", "b e", "c e")
    )  # fmt: skip
    player = play(diagram(body))
    player.complete("b")
    assert not player.run.done
    player.complete("a")
    assert player.run.done and player.run.ended_at == "stop"
    assert player.trace("cancelled") == ["cancelled c"]


def test_start_event_is_chosen_among_several(play):
    body = (
        node("startEvent", "m", '<bpmn:messageEventDefinition messageRef="m_x"/>') + node("startEvent", "s")
        + user("a") + user("b") + node("endEvent", "e") + flows("s a", "m b", "a e", "b e")
    )  # fmt: skip
    outside = '<bpmn:message id="m_x" name="x"/>'
    assert play(diagram(body, outside=outside)).waiting() == ["a"]
    assert play(diagram(body, outside=outside), start="m").waiting() == ["b"]


def test_start_and_end_mappings_set_variables(play):
    body = (
        node("startEvent", "s", ext=io(outputs={"kelas": "= null", "n": "= 1 + 1"}))
        + user("a")
        + node("endEvent", "e", ext=io(outputs={"status": '= "selesai"', "m": "= n * 2"}))
        + chain("s", "a", "e")
    )
    player = play(diagram(body))
    assert player.data == {"kelas": None, "n": 2}
    player.complete("a")
    assert player.data == {"kelas": None, "n": 2, "status": "selesai", "m": 4}


def complex_join(until: str, *flows_: str) -> bytes:
    """Three tasks into a complex gateway that leads to z and y."""
    condition = f"<bpmn:activationCondition>= {escape(until)}</bpmn:activationCondition>" if until else ""
    body = node("startEvent", "s") + node("endEvent", "e") + node("parallelGateway", "f")
    body += "".join(user(name) for name in "abczy") + node("complexGateway", "j", condition)
    return diagram(body + flows("s f", "f a", "f b", "f c", "a j", "b j", "c j", "z e", "y e", *flows_))


def test_a_complex_gateway_opens_once_when_enough_have_come(play):
    player = play(complex_join("activationCount >= 2", "j z: waitingForStart"))
    player.complete("c")
    assert player.waiting() == ["a", "b"]
    player.complete("a")
    assert player.waiting() == ["b", "z"]
    player.complete("z")
    assert not player.run.done
    player.complete("b")
    assert player.run.done and player.trace("entered").count("entered z") == 1


def test_it_may_tell_when_the_rest_has_come(play):
    player = play(complex_join("activationCount >= 1", "j z: waitingForStart", "j y: not(waitingForStart)"))
    player.complete("b")
    assert player.waiting() == ["a", "c", "z"]
    player.complete("a")
    player.complete("c")
    assert player.waiting() == ["y", "z"]


def test_it_may_ask_for_flows_by_name_and_waits_for_all_without_a_condition(play):
    player = play(complex_join("f_a_j + f_b_j >= 2", "j z: waitingForStart"))
    player.complete("a")
    player.complete("c")
    assert player.waiting() == ["b"]
    player.complete("b")
    assert player.waiting() == ["z"]
    player = play(complex_join("", "j z: waitingForStart"))
    for name in "abc":
        assert "z" not in player.waiting()
        player.complete(name)
    assert player.waiting() == ["z"]


def test_a_complex_gateway_in_a_loop_takes_late_tokens_for_the_round_they_belong_to(play):
    body = node("startEvent", "s") + node("endEvent", "e") + node("parallelGateway", "f")
    body += "".join(user(name) for name in "abz") + node("exclusiveGateway", "m")
    body += node("exclusiveGateway", "q", default="f_q_e")
    condition = "<bpmn:activationCondition>= activationCount &gt;= 1</bpmn:activationCondition>"
    body += node("complexGateway", "j", condition)
    body += flows("s m", "m f", "f a", "f b", "a j", "b j", "j z: waitingForStart", "z q", "q m: lagi", "q e")
    player = play(diagram(body))
    player.complete("a")
    assert player.waiting() == ["b", "z"]
    player.complete("b")
    assert player.waiting() == ["z"]
    player.complete("z", lagi=True)
    assert player.waiting() == ["a", "b"]
    player.complete("b")
    assert player.waiting() == ["a", "z"]
    player.complete("a")
    player.complete("z", lagi=False)
    assert player.run.done


def test_a_complex_gateway_is_not_reset_before_its_own_token_has_come_round(play):
    body = node("startEvent", "s") + node("endEvent", "e") + node("parallelGateway", "f") + user("z")
    body += "".join(user(name) for name in "ab") + node("parallelGateway", "twice")
    body += "".join(node("exclusiveGateway", name) for name in ("one", "two"))
    condition = "<bpmn:activationCondition>= activationCount &gt;= 2</bpmn:activationCondition>"
    body += node("complexGateway", "j", condition) + node("exclusiveGateway", "q", default="f_q_e")
    body += flows("s f", "f a", "f b", "b j", "a twice", "twice one", "twice two", "two one", "one j")
    body += flows("j q: waitingForStart", "q z: lagi", "q e", "z j")
    player = play(diagram(body), lagi=True)
    player.complete("b")
    player.complete("a")
    assert player.waiting() == ["z"]
    with pytest.raises(StepFailed):  # z ends the round, and the second token of a is left over
        player.complete("z")
    assert player.trace("entered").count("entered z") == 1


def test_a_complex_gateway_whose_condition_says_neither_or_never_holds_is_a_failure(play):
    with pytest.raises(StepFailed) as failure:
        play(complex_join("n", "j z: waitingForStart"), n=1).complete("a")
    assert failure.value.element == "j"
    player = play(complex_join("activationCount >= 4", "j z: waitingForStart"))
    player.complete("a")
    player.complete("b")
    with pytest.raises(StepFailed):
        player.complete("c")
