"""Multi-instance: parallel and one after the other, over tasks, subprocesses and called processes."""

import pytest

from engine.spiff import StepFailed
from tests.unit.spiff.play import call, chain, diagram, escape, flows, io, many, node, timer, user

START_END = node("startEvent", "s") + node("endEvent", "e") + user("z")


def boundary(name: str, host: str, definition: str, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent", name, definition, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


def reviewed(**settings) -> str:
    loop = many("= saksi", "orang", "bap", "= hasil", **settings)
    return START_END + user("a", inner=loop) + chain("s", "a", "z", "e")


def test_parallel_children_have_items_and_results_of_their_own(play):
    player = play(diagram(reviewed()), saksi=["x", "y", "z"])
    waits = player.run.waits()
    assert [(one.element, one.item, one.index) for one in waits] == [
        ("a", "x", 1),
        ("a", "y", 2),
        ("a", "z", 3),
    ]
    assert waits[1].variables == {"orang": "y", "loopCounter": 2, "hasil": None}
    assert player.run.context(waits[1].id)["orang"] == "y"
    for wait, result in ((waits[2], "c"), (waits[0], "a"), (waits[1], "b")):
        assert "z" not in player.waiting()
        player.act(lambda wait=wait, result=result: player.run.complete(wait.id, {"hasil": result}))
        player.step()
    assert player.waiting() == ["z"]
    assert player.data == {"saksi": ["x", "y", "z"], "bap": ["a", "b", "c"]}
    told = [(one.kind, one.element, one.detail) for one in player.events if one.element == "a"]
    assert told[0] == ("entered", "a", {"multiple": True})
    assert told[1:4] == [("entered", "a", {"index": n}) for n in (1, 2, 3)]
    assert told[4:7] == [("completed", "a", {"index": n}) for n in (3, 1, 2)]
    assert told[7] == ("completed", "a", {"multiple": True})


def test_sequential_children_come_one_after_the_other(play):
    player = play(diagram(reviewed(sequential=True)), saksi=["x", "y"])
    assert [one.item for one in player.run.waits()] == ["x"]
    player.complete("a", hasil=1)
    assert [(one.item, one.index) for one in player.run.waits()] == [("y", 2)]
    player.complete("a", hasil=2)
    assert player.waiting() == ["z"] and player.data["bap"] == [1, 2]


@pytest.mark.parametrize("sequential", [True, False])
def test_empty_collection_completes_at_once(play, sequential):
    player = play(diagram(reviewed(sequential=sequential)), saksi=[])
    assert player.waiting() == ["z"] and player.data["bap"] == []


def test_a_collection_that_is_no_list_is_an_incident(play):
    player = play(diagram(reviewed()), step=False)
    with pytest.raises(StepFailed, match="saksi") as failure:
        player.step()
    assert failure.value.element == "a"
    player.run.set_variables({"saksi": ["x"]})
    player.retry()
    assert player.waiting() == ["a"]


@pytest.mark.parametrize("sequential", [True, False])
def test_completion_condition_ends_it_early(play, sequential):
    loop = reviewed(until='numberOfCompletedInstances >= 2 or hasil = "tolak"', sequential=sequential)
    player = play(diagram(loop), saksi=[1, 2, 3, 4])
    player.complete("a", hasil="setuju")
    assert "a" in player.waiting()
    player.complete("a", hasil="setuju")
    assert player.waiting() == ["z"] and player.data["bap"] == ["setuju", "setuju", None, None]
    assert len(player.trace("cancelled")) == (0 if sequential else 2)
    player = play(diagram(loop), saksi=[1, 2, 3])
    player.complete("a", hasil="tolak")
    assert player.waiting() == ["z"]


def test_interrupting_boundary_takes_all_children(play):
    loop = many("= saksi", "orang")
    body = (
        START_END
        + user("a", inner=loop)
        + boundary("t", "a", timer("P1D"))
        + flows("s a", "a e", "t z", "z e")
    )
    player = play(diagram(body), saksi=[1, 2, 3])
    assert player.waiting(boundary=True) == ["t"]
    player.complete("a")
    player.fire("t")
    assert player.waiting() == ["z"]
    assert player.trace("cancelled") == ["cancelled a"] * 3


def test_called_process_for_each_item(play):
    called = diagram(
        node("startEvent", "qs") + user("qa") + node("endEvent", "qe", ext=io(None, {"n": "= n + 1"}))
        + chain("qs", "qa", "qe"), process="q",
    )  # fmt: skip
    loop = many("= unit", "u", "hasil", "= jawab")
    closed = {"propagateAllChildVariables": "false", "propagateAllParentVariables": "false"}
    task = call("c", "q", io({"n": "= u * 10"}, {"jawab": "= n"}), loop, **closed)
    body = START_END + task + chain("s", "c", "z", "e")
    player = play(diagram(body), called, unit=[1, 2])
    assert [one.index for one in player.run.scopes()] == [1, 2]
    assert [player.run.context(one.id) for one in player.run.waits()] == [{"n": 10}, {"n": 20}]
    player.complete("qa", n=5)
    player.complete("qa")
    assert player.data == {"unit": [1, 2], "hasil": [6, 21]} and player.waiting() == ["z"]


@pytest.mark.parametrize("sequential", [True, False])
def test_subprocess_for_each_item_has_variables_of_its_own(play, sequential):
    loop = many("= unit", "u", "hasil", "= {u: u, nilai: nilai}", sequential=sequential)
    inside = (
        node("startEvent", "s1")
        + user("a")
        + user("b")
        + node("endEvent", "e1")
        + chain("s1", "a", "b", "e1")
    )
    body = (
        START_END + node("subProcess", "c", loop + inside, io({"nilai": "= 0"})) + chain("s", "c", "z", "e")
    )
    player = play(diagram(body), unit=["x", "y"])
    for n in range(1, 3):
        if sequential:
            player.complete("a", nilai=n)
            player.complete("b")
    if not sequential:
        waits = player.run.waits()
        for n, wait in enumerate(waits, 1):
            player.act(lambda n=n, wait=wait: player.run.complete(wait.id, {"nilai": n}))
        player.step()
        player.complete("b")
        player.complete("b")
    assert player.data == {"unit": ["x", "y"], "hasil": [{"u": "x", "nilai": 1}, {"u": "y", "nilai": 2}]}
    assert player.waiting() == ["z"]


def test_multi_instance_in_a_loop_starts_anew(play):
    loop = many("= saksi", "orang", "bap", "= hasil")
    body = (
        START_END + user("a", inner=loop) + node("exclusiveGateway", "g", default="f_g_e")
        + flows("s a", "a z", "z g", "g a: lagi", "g e")
    )  # fmt: skip
    player = play(diagram(body), saksi=[1, 2])
    for round_ in range(3):
        player.complete("a", hasil=round_)
        player.complete("a", hasil=round_)
        assert player.data["bap"] == [round_, round_]
        player.complete("z", lagi=round_ < 2)
    assert player.run.done


def test_without_output_collection_children_write_outward(play):
    loop = many("= saksi", "orang")
    player = play(
        diagram(START_END + user("a", inner=loop) + chain("s", "a", "z", "e")), saksi=[1, 2], catatan=""
    )
    player.complete("a", catatan="x", orang=9)
    assert player.data == {"saksi": [1, 2], "catatan": "x"}


def again(condition: str = "lagi", **attributes: str) -> str:
    inner = f"<bpmn:loopCondition>= {escape(condition)}</bpmn:loopCondition>" if condition else ""
    return node("standardLoopCharacteristics", "loop", inner, **attributes).replace(' id="loop"', "")


def looping(marker: str, *more: str) -> bytes:
    return diagram(START_END + user("a", inner=marker) + "".join(more) + chain("s", "a", "z", "e"))


def test_a_standard_loop_asks_after_each_round(play):
    player = play(looping(again()), lagi=False)
    assert player.wait("a").index == 1
    player.complete("a", lagi=True)
    assert player.wait("a").index == 2
    player.complete("a", lagi=False)
    assert player.waiting() == ["z"]


def test_a_standard_loop_may_ask_before_the_first_round(play):
    assert play(looping(again(testBefore="true")), lagi=False).waiting() == ["z"]
    player = play(looping(again(testBefore="true")), lagi=True)
    player.complete("a", lagi=False)
    assert player.waiting() == ["z"]


def test_a_standard_loop_has_a_maximum(play):
    for condition in ("lagi", ""):
        player = play(looping(again(condition, loopMaximum="2")), lagi=True)
        player.complete("a")
        player.complete("a")
        assert player.waiting() == ["z"]
    player = play(looping(again("loopCounter < 3")))
    for _ in range(3):
        player.complete("a")
    assert player.waiting() == ["z"]


def test_an_event_on_a_standard_loop_sees_all_rounds(play):
    late = boundary("t", "a", timer("P1D")) + user("x") + flows("t x", "x e")
    player = play(looping(again(), late), lagi=True)
    due = player.wait("t").due
    player.complete("a")
    assert player.wait("t").due == due
    player.fire("t")
    assert player.waiting() == ["x"]


def test_a_standard_loop_of_a_subprocess(play):
    inside = node("startEvent", "s1") + user("b") + node("endEvent", "e1") + chain("s1", "b", "e1")
    body = START_END + node("subProcess", "a", inside + again("n < 2"), io({"n": "= 0"}))
    player = play(diagram(body + chain("s", "a", "e")))
    player.complete("b", n=1)
    assert player.waiting() == ["b"] and len(player.run.scopes()) == 1
    player.complete("b", n=2)
    assert player.run.done and player.data == {}


def test_a_loop_condition_that_says_neither_stops_it_there(play):
    player = play(looping(again()), lagi=None)
    with pytest.raises(StepFailed) as failure:
        player.complete("a")
    assert failure.value.element == "a"
    player.run.set_variables({"lagi": False})
    player.retry()
    assert player.waiting() == ["z"]
