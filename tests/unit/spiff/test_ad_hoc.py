"""Ad-hoc subprocesses after rewriting: everything is offered, and a condition says when it is enough."""

import pytest

from engine.spiff import StepFailed
from tests.unit.spiff.play import chain, diagram, event, flows, message, node, topic, user

START_END = node("startEvent", "s") + node("endEvent", "e")
ENDS = node("endEvent", "ea") + node("endEvent", "eb") + node("endEvent", "ec")


def ad_hoc(inside: str, until: str = "", **attributes: str) -> bytes:
    """An ad-hoc subprocess in its executable form, with a start that leads to all that is offered."""
    condition = f"<bpmn:completionCondition>= {until}</bpmn:completionCondition>" if until else ""
    begin = node("startEvent", "alur_gen_start_b") + node("parallelGateway", "alur_gen_split_b")
    begin += flows("alur_gen_start_b alur_gen_split_b", "alur_gen_split_b a", "alur_gen_split_b b")
    body = node("adHocSubProcess", "x", begin + inside + condition, **attributes)
    return diagram(START_END + body + user("z") + chain("s", "x", "z", "e"), outside=message("m"))


TASKS = user("a") + user("b") + user("c") + ENDS + flows("a c", "b eb", "c ec")


def test_without_a_condition_all_is_done(play):
    player = play(ad_hoc(TASKS))
    assert player.waiting() == ["a", "b"]
    player.complete("b")
    player.complete("a")
    assert player.waiting() == ["c"]
    player.complete("c")
    assert player.waiting() == ["z"] and player.trace("cancelled") == []


def test_the_condition_is_asked_after_each_and_takes_the_rest_away(play):
    player = play(ad_hoc(TASKS, "n > 1"), n=0)
    player.complete("a", n=1)
    assert player.waiting() == ["b", "c"]
    player.complete("b", n=2)
    assert player.waiting() == ["z"] and player.trace("cancelled") == ["cancelled c"]
    assert player.trace("completed")[-2:] == ["completed b", "completed x"]


def test_the_rest_may_be_the_last(play):
    player = play(ad_hoc(TASKS, "n > 1", cancelRemainingInstances="false"), n=0)
    player.complete("b", n=2)
    assert player.waiting() == ["a"]
    player.complete("a", n=0)
    assert player.waiting() == ["z"]


def test_a_condition_that_says_neither_stops_it_there(play):
    player = play(ad_hoc(TASKS, "n"), n=0)
    with pytest.raises(StepFailed) as failure:
        player.complete("b")
    assert failure.value.element == "b"
    player.run.set_variables({"n": True})
    player.retry()
    assert player.waiting() == ["z"]


def test_what_is_not_enough_when_all_is_done_is_offered_again(play):
    player = play(ad_hoc(user("a") + user("b") + ENDS + flows("a ea", "b eb"), "n > 1"), n=0)
    player.complete("a")
    player.complete("b")
    assert player.waiting() == ["a", "b"]
    player.complete("a", n=2)
    assert player.waiting() == ["z"]


def test_work_and_events_in_it(play):
    catch = node("intermediateCatchEvent", "b", event("message", "m_m"))
    player = play(ad_hoc(topic("a", "kerja") + catch + ENDS + flows("a ea", "b eb")))
    player.deliver("b")
    player.finish("a")
    assert player.waiting() == ["z"]
