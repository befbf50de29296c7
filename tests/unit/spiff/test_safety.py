"""Guards: what is over stays over, loops end, failures keep what was done."""

import pytest

from engine.errors import Conflict, NotFound
from engine.spiff import BudgetExceeded, CompileError, StepFailed, compile
from tests.unit.spiff.play import (
    House,
    Player,
    call,
    chain,
    code,
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


def test_each_answer_is_taken_once_and_only_of_its_kind(play):
    player = play(diagram(START_END + user("a") + user("b") + chain("s", "a", "b", "e")))
    wait = player.wait("a").id
    for wrong in (player.run.finish, player.run.deliver, player.run.fire):
        with pytest.raises(Conflict):
            wrong(wait)
    player.run.complete(wait)
    with pytest.raises(Conflict):
        player.run.complete(wait)
    player.step()
    for gone in (wait, "9999", ""):
        with pytest.raises(Conflict):
            player.run.complete(gone)
    assert player.waiting() == ["b"]


def test_a_boundary_event_that_struck_leaves_nothing_to_complete_even_before_the_step():
    boundary = node("boundaryEvent", "t", timer("P1D"), attachedToRef="a")
    player = Player(diagram(START_END + user("a") + boundary + flows("s a", "a e", "t e")))
    wait = player.wait("a").id
    player.run.fire(player.wait("t").id)
    with pytest.raises(Conflict):
        player.run.complete(wait)
    player.step()
    assert player.run.done


def test_nothing_can_be_done_in_a_run_that_is_over(play):
    player = play(diagram(START_END + user("a") + chain("s", "a", "e")))
    wait = player.wait("a").id
    player.act(player.run.cancel)
    assert player.run.done and player.run.terminated and player.run.ended_at is None
    assert player.trace("cancelled") == ["cancelled a"] and player.run.waits() == []
    with pytest.raises(Conflict):
        player.run.complete(wait)
    with pytest.raises(Conflict):
        player.run.cancel()


def test_cancel_takes_everything_down_to_called_processes(play):
    called = diagram(
        node("startEvent", "qs") + user("qa") + node("endEvent", "qe") + chain("qs", "qa", "qe"), process="q"
    )
    body = (
        START_END
        + node("parallelGateway", "f")
        + user("a")
        + call("c", "q")
        + flows("s f", "f a", "f c", "a e", "c e")
    )
    player = play(diagram(body), called)
    player.act(player.run.cancel)
    assert player.trace("cancelled") == ["cancelled a", "cancelled qa", "cancelled c"]
    assert player.run.scopes() == [] and player.run.done


LOOP = (
    START_END
    + user("a")
    + node("intermediateThrowEvent", "x")
    + node("exclusiveGateway", "g", default="f_g_x")
    + flows("s a", "a x", "x g", "g e: stop", "g x")
)


def test_a_loop_without_a_wait_ends_with_the_budget(play):
    player = play(diagram(LOOP), stop=False)
    with pytest.raises(BudgetExceeded) as failure:
        player.complete("a")
    assert failure.value.element in ("x", "g")
    assert [one.element for one in player.run.failures()] == [failure.value.element]
    player.step()
    assert not player.run.done
    player.run.set_variables({"stop": True})
    player.retry()
    assert player.run.done


def test_budget_is_counted_in_automatic_steps(play):
    player = play(diagram(LOOP), stop=True, step=False)
    player.step(3)
    player.act(lambda: player.run.complete(player.wait("a").id))
    with pytest.raises(BudgetExceeded):
        player.step(3)
    player.retry(4)
    assert player.run.done


def test_a_process_that_calls_itself_for_ever_is_stopped():
    player = Player(diagram(START_END + call("c", "p") + chain("s", "c", "e")), step=False)
    with pytest.raises(StepFailed, match="50 levels"):
        player.run.step()
    assert [one.element for one in player.run.failures()] == ["c"]
    player.run.cancel()
    assert player.run.done and player.run.scopes() == []


def test_more_than_a_thousand_rounds_of_work():
    body = (
        START_END
        + user("a")
        + node("exclusiveGateway", "g", default="f_g_e")
        + flows("s a", "a g", "g a: n < 1100", "g e")
    )
    player = Player(diagram(body), n=0)
    for n in range(1, 1101):
        player.complete("a", n=n)
    assert player.run.done
    assert len(player.run._instance.tasks) == 1


def failing_output() -> Player:
    house = House()
    body = START_END + node("parallelGateway", "f") + user("a", io(None, {"n": "= n + 1"})) + user("b")
    rule = node("businessRuleTask", "r", ext='<zeebe:calledDecision decisionId="d" resultVariable="x"/>')
    return Player(
        diagram(body + rule + user("z") + flows("s f", "f a", "f b", "a r", "r z", "z e", "b e")),
        house=house,
        reload=True,
        n=1,
    )


def test_a_failure_keeps_the_completed_task_and_other_branches_go_on():
    player = failing_output()
    with pytest.raises(StepFailed) as failure:
        player.complete("a")
    assert failure.value.element == "r"
    assert player.trace("completed")[-1] == "completed a"
    assert player.data["n"] == 2
    player.complete("b")
    assert player.waiting() == [] and not player.run.done
    with pytest.raises(StepFailed):
        player.retry()
    player.house.decisions["d"] = lambda context: context["n"]
    player.retry()
    assert player.waiting() == ["z"] and player.data == {"n": 2, "x": 2}


def test_retry_does_not_do_again_what_was_done(play):
    """The output mapping counts once, though the flow behind it fails twice."""
    task = user("a", io(None, {"n": "= n + 1"}), default="f_a_e")
    body = START_END + task + user("z") + flows("s a", "a z: besar > 1", "a e")
    player = play(diagram(body), n=0)
    with pytest.raises(StepFailed):
        player.complete("a")
    with pytest.raises(StepFailed):
        player.retry()
    player.run.set_variables({"besar": 2})
    player.retry()
    assert player.waiting() == ["z"] and player.data == {"n": 1, "besar": 2}


def test_answers_can_be_corrected_where_they_failed(play):
    """A person's answer that breaks an output mapping is kept, corrected, and taken."""
    house = House()
    sub = node(
        "subProcess",
        "b",
        node("startEvent", "s1")
        + user("a")
        + node("endEvent", "e1")
        + node("exclusiveGateway", "g")
        + user("k")
        + flows("s1 a", "a g", "g e1: pilih", "g k: not(pilih)", "k e1"),
    )
    player = play(diagram(START_END + sub + chain("s", "b", "e")), house=house)
    with pytest.raises(StepFailed) as failure:
        player.complete("a", pilih="ya")
    at = player.run.failures()[0]
    assert (at.id, at.element) == (failure.value.token, "g")
    assert "pilih" in at.message
    assert player.run.context(at.id) == {"pilih": "ya"}
    player.run.set_variables({"pilih": True}, at=at.id)
    player.retry()
    assert player.run.done


def test_each_failure_is_raised_once_and_can_be_retried_alone(play):
    body = START_END + node("parallelGateway", "f") + user("a") + user("b")
    for name in "xy":
        body += node("exclusiveGateway", name) + flows(f"{name} {name}1: {name} > 0") + user(f"{name}1")
    player = play(diagram(body + flows("s f", "f x", "f y", "f a", "x1 e", "y1 e", "a e")), step=False)
    raised = []
    for _ in range(2):
        with pytest.raises(StepFailed) as failure:
            player.step()
        raised.append(failure.value.element)
    player.step()
    assert raised == ["x", "y"] == [one.element for one in player.run.failures()]
    player.run.set_variables({"x": 1, "y": 1})
    player.act(lambda: player.run.retry(player.run.failures()[1].id))
    player.step()
    assert player.waiting() == ["a", "y1"]
    player.retry()
    assert player.waiting() == ["a", "x1", "y1"]


def test_an_interrupting_event_takes_a_failed_element_away(play):
    sub = node("subProcess", "b", node("startEvent", "s1") + user("a") + node("endEvent", "e1")
               + node("exclusiveGateway", "g") + flows("s1 a", "a g", "g e1: pilih"))  # fmt: skip
    boundary = node("boundaryEvent", "t", timer("P1D"), attachedToRef="b")
    player = play(diagram(START_END + sub + boundary + flows("s b", "b e", "t e")))
    with pytest.raises(StepFailed):
        player.complete("a")
    player.fire("t")
    assert player.run.done and player.run.failures() == []


@pytest.mark.parametrize(
    ("body", "element"),
    [
        (START_END + node("adHocSubProcess", "x") + chain("s", "x", "e"), "x"),
        (START_END + node("serviceTask", "x") + chain("s", "x", "e"), "x"),
        (
            START_END
            + node("scriptTask", "x", "<bpmn:script>import os</bpmn:script>")
            + chain("s", "x", "e"),
            "x",
        ),
        (START_END + node("callActivity", "x") + chain("s", "x", "e"), "x"),
        (START_END + user("x", io({"a": "= 1 +"})) + chain("s", "x", "e"), "x"),
        (START_END + user("x") + flows("s x", "x e: a ="), "f_x_e"),
        (START_END + node("exclusiveGateway", "x") + user("y") + flows("s x", "x e", "x y", "y e"), "f_x_e"),
        (START_END + user("x") + flows("s x", "x nowhere"), "f_x_nowhere"),
        (START_END + user("x", inner="<bpmn:multiInstanceLoopCharacteristics/>") + chain("s", "x", "e"), "x"),
        (START_END + user("x", inner="<bpmn:standardLoopCharacteristics/>") + chain("s", "x", "e"), "x"),
        (
            START_END
            + node("intermediateCatchEvent", "x", "<bpmn:linkEventDefinition/>")
            + chain("s", "x", "e"),
            "x",
        ),
        (
            START_END
            + node("intermediateCatchEvent", "x", "<bpmn:timerEventDefinition/>")
            + chain("s", "x", "e"),
            "x",
        ),
        (START_END + node("intermediateCatchEvent", "x", event("error", "e_y")) + chain("s", "x", "e"), "x"),
        (START_END + node("endEvent", "x", event("message", "m_none")) + chain("s", "x"), "x"),
        (START_END + node("boundaryEvent", "x", timer("P1D"), attachedToRef="none") + chain("s", "e"), "x"),
        (START_END + node("eventBasedGateway", "g") + user("x") + chain("s", "g", "x", "e"), "x"),
        (node("endEvent", "e"), "p"),
    ],
)
def test_what_cannot_run_is_refused_by_name(body, element):
    with pytest.raises(CompileError) as refused:
        compile({"p": diagram(body, outside=code("error", "y"))})
    assert refused.value.element == element


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<x/>",
        diagram(START_END + chain("s", "e"), process="other"),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + diagram(START_END + chain("s", "e")),
        diagram(START_END + user("s") + chain("s", "e")),
    ],
)
def test_what_is_no_such_diagram_is_refused(raw):
    with pytest.raises(CompileError):
        compile({"p": raw})


def test_unknown_process_or_start_is_not_found():
    with pytest.raises(NotFound):
        Player(diagram(START_END + chain("s", "e")), process="q")
    with pytest.raises(NotFound):
        Player(diagram(START_END + chain("s", "e")), start="x")
    sub = node("subProcess", "b", node("startEvent", "s1") + node("endEvent", "e1") + chain("s1", "e1"))
    with pytest.raises(NotFound):
        Player(diagram(START_END + sub + chain("s", "b", "e")), process="p/b")


def test_a_state_of_another_definition_is_a_conflict():
    from engine.spiff import Run

    body = START_END + user("a") + chain("s", "a", "e")
    player = Player(diagram(body))
    blob = player.run.dump()
    smaller = compile({"p": diagram(START_END + user("b") + chain("s", "b", "e"))})
    with pytest.raises(Conflict) as refused:
        Run.load(smaller, blob, player.house)
    assert refused.value.details["element"] == "a"
    with pytest.raises(Conflict):
        Run.load(compile({"q": diagram(body, process="q")}), blob, player.house)


def test_a_state_moves_to_a_definition_that_has_its_elements():
    from engine.spiff import Run

    player = Player(diagram(START_END + user("a") + chain("s", "a", "e")))
    larger = compile({"p": diagram(START_END + user("a") + user("b") + chain("s", "a", "b", "e"))})
    player.run = Run.load(larger, player.run.dump(), player.house)
    player.complete("a")
    assert player.waiting() == ["b"]


def test_elements_that_a_rewriter_added_happen_silently():
    body = (
        node("startEvent", "alur_id_Start")
        + user("a")
        + node("exclusiveGateway", "alur_gen_split_a")
        + node("endEvent", "e")
        + chain("alur_id_Start", "a", "alur_gen_split_a", "e")
    )
    player = Player(diagram(body))
    player.complete("a")
    assert player.trace("entered") == ["entered Start", "entered a", "entered e"]
    assert Player(diagram(body), start="Start").waiting() == ["a"]


def test_a_variant_for_a_start_is_preferred():
    plain = diagram(START_END + user("a") + chain("s", "a", "e"))
    variant = diagram(
        node("startEvent", "m") + user("b") + node("endEvent", "e") + chain("m", "b", "e"), process="p#m"
    )
    from engine.spiff import Run

    compiled = compile({"p": plain, "p#m": variant})
    run = Run.start(compiled, "p", "m", {}, House())
    run.step()
    assert [(one.element, one.process) for one in run.waits()] == [("b", "p")]
    assert sorted(compiled.processes) == ["p", "p#m"]
    again = Run.load(compiled, run.dump(), House())
    assert [one.element for one in again.waits()] == ["b"]


def test_unused_definitions_do_no_harm(play):
    outside = message("x") + '<bpmn:dataStore id="ds" name="d"/>'
    body = (
        START_END
        + '<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dr" dataObjectRef="do"/>'
        + topic("k", "t")
    )
    player = play(diagram(body + chain("s", "k", "e"), outside=outside))
    assert player.data == {}
