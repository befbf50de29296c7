"""Compensation: what has completed is undone, the last first; and the transaction that is cancelled."""

import pytest
from zstandard import ZstdDecompressor

from engine.spiff import CompileError, StepFailed, compile
from tests.unit.spiff.play import (
    call,
    chain,
    code,
    diagram,
    event,
    flows,
    io,
    many,
    message,
    node,
    timer,
    topic,
    user,
)

START_END = node("startEvent", "s") + node("endEvent", "e")


def undoing(host: str, handler: str = "", name: str = "") -> str:
    """A compensation event on the host and its handler: a task ``u<host>``, or one given."""
    name = name or f"u{host}"
    return (
        node("boundaryEvent", f"b{host}", "<bpmn:compensateEventDefinition/>", attachedToRef=host)
        + (handler or user(name, isForCompensation="true"))
        + node("association", f"as{host}", sourceRef=f"b{host}", targetRef=name, associationDirection="One")
    )


def compensate(activity: str = "", wait: bool = True) -> str:
    aimed = f' activityRef="{activity}"' if activity else ""
    return f'<bpmn:compensateEventDefinition{aimed} waitForCompletion="{str(wait).lower()}"/>'


def throw(activity: str = "", wait: bool = True, name: str = "k") -> str:
    return node("intermediateThrowEvent", name, compensate(activity, wait))


def subprocess(name: str, *inside: str, ext: str = "", **attributes: str) -> str:
    return node("subProcess", name, "".join(inside), ext, **attributes)


def test_all_that_has_completed_is_undone_in_reverse_order(play):
    body = START_END + user("a") + undoing("a") + user("b") + undoing("b") + user("c") + undoing("c")
    fork = node("parallelGateway", "g")
    player = play(
        diagram(body + throw() + user("z") + fork + flows("s a", "a b", "b g", "g c", "g k", "k z", "z e"))
    )
    player.complete("a", n=1)
    player.complete("b")
    assert player.waiting() == ["c", "ub"]
    player.complete("ub", n=2)
    assert player.waiting() == ["c", "ua"]
    player.complete("ua")
    assert player.waiting() == ["c", "z"] and player.data == {"n": 2}
    assert player.trace("fired", "thrown") == ["thrown k", "fired bb", "fired ba"]
    assert player.trace()[-2:] == ["completed k", "entered z"]
    player.complete("c")
    player.complete("z")
    assert player.run.done


def test_only_the_activity_named_is_undone_and_only_once(play):
    again = throw("a", name="k2")
    body = START_END + user("a") + undoing("a") + user("b") + undoing("b") + throw("a") + again + user("z")
    player = play(diagram(body + chain("s", "a", "b", "k", "k2", "z", "e")))
    player.complete("a")
    player.complete("b")
    assert player.waiting() == ["ua"]
    player.complete("ua")
    assert player.waiting() == ["z"] and player.trace("fired") == ["fired ba"]


def test_nothing_that_has_not_completed_is_undone(play):
    stopped = node("boundaryEvent", "t", timer("P1D"), attachedToRef="a")
    body = START_END + user("a") + undoing("a") + stopped + throw() + user("z")
    player = play(diagram(body + flows("s a", "a z", "t k", "k z", "z e")))
    player.fire("t")
    assert player.waiting() == ["z"] and player.trace("fired") == ["fired t"]


def test_each_round_of_a_loop_is_undone(play):
    gate = node("exclusiveGateway", "g", default="f_g_k")
    body = START_END + user("a") + undoing("a") + gate + throw()
    player = play(diagram(body + flows("s a", "a g", "g a: lagi", "g k", "k e")))
    player.complete("a", lagi=True)
    player.complete("a", lagi=False)
    player.complete("ua")
    assert player.waiting() == ["ua"] and not player.run.done
    player.complete("ua")
    assert player.run.done


def test_many_rounds_of_a_loop_take_no_more_room_than_few(play):
    gate = node("exclusiveGateway", "g", default="f_g_k")
    body = START_END + user("a") + undoing("a") + gate + throw()
    player = play(diagram(body + flows("s a", "a g", "g a: lagi", "g k", "k e")))
    for _ in range(60):
        player.complete("a", lagi=True)
    state = ZstdDecompressor().decompress(player.run.dump(), max_output_size=1_000_000)
    assert state.count(b'"handler"') == 1
    player.complete("a", lagi=False)
    for _ in range(61):
        assert player.waiting() == ["ua"]
        player.complete("ua")
    assert player.run.done


def test_an_end_event_undoes_before_it_ends(play):
    body = node("startEvent", "s") + user("a") + undoing("a") + node("endEvent", "e", compensate())
    player = play(diagram(body + chain("s", "a", "e")))
    player.complete("a")
    assert player.waiting() == ["ua"] and player.run.ended_at is None
    player.complete("ua")
    assert player.run.done and player.run.ended_at == "e"


def test_an_event_that_does_not_wait_goes_on_at_once(play):
    body = START_END + user("a") + undoing("a") + throw(wait=False) + user("z")
    player = play(diagram(body + chain("s", "a", "k", "z", "e")))
    player.complete("a")
    assert player.waiting() == ["ua", "z"]
    player.complete("z")
    assert not player.run.done
    player.complete("ua")
    assert player.run.done


INSIDE = (
    node("startEvent", "s1") + user("a") + undoing("a") + user("b") + undoing("b") + node("endEvent", "e1")
)


def test_a_completed_subprocess_is_undone_from_inside_with_its_variables(play):
    told = user("ua", io(None, {"batal": "= m"}), isForCompensation="true")
    inside = node("startEvent", "s1") + user("a") + undoing("a", told) + node("endEvent", "e1")
    sub = subprocess("b", inside, chain("s1", "a", "e1"), ext=io({"m": "= 7"}))
    player = play(diagram(START_END + sub + throw() + chain("s", "b", "k", "e")))
    player.complete("a")
    assert player.waiting() == ["ua"] and player.run.scopes() == []
    player.complete("ua")
    assert player.run.done and player.data == {"batal": 7}


@pytest.mark.parametrize("aim", ["", "sub"])
def test_activities_inside_are_undone_in_reverse_order_and_before_what_came_earlier(play, aim):
    sub = subprocess("sub", INSIDE, chain("s1", "a", "b", "e1"))
    body = START_END + user("y") + undoing("y") + sub + throw(aim) + chain("s", "y", "sub", "k", "e")
    player = play(diagram(body))
    for step in ("y", "a", "b", "ub", "ua"):
        assert player.waiting() == [step]
        player.complete(step)
    if not aim:
        player.complete("uy")
    assert player.run.done


def test_a_handler_of_the_subprocess_itself_stands_for_all_inside(play):
    sub = subprocess("sub", INSIDE, chain("s1", "a", "b", "e1")) + undoing("sub")
    player = play(diagram(START_END + sub + throw() + chain("s", "sub", "k", "e")))
    player.complete("a")
    player.complete("b")
    assert player.waiting() == ["usub"]
    player.complete("usub")
    assert player.run.done


def test_a_throw_in_a_subprocess_undoes_there_only(play):
    inside = (
        node("startEvent", "s1") + user("a") + undoing("a") + throw() + user("z") + node("endEvent", "e1")
    )
    sub = subprocess("sub", inside, chain("s1", "a", "k", "z", "e1"))
    player = play(diagram(START_END + user("y") + undoing("y") + sub + chain("s", "y", "sub", "e")))
    for step in ("y", "a", "ua"):
        player.complete(step)
    assert player.waiting() == ["z"]


def test_an_error_handler_undoes_what_its_scope_did(play):
    start = node("startEvent", "hs", event("error", "e_t"))
    handling = node("subProcess", "h", start + throw() + user("ha") + node("endEvent", "he")
                    + chain("hs", "k", "ha", "he"), triggeredByEvent="true")  # fmt: skip
    body = START_END + user("a") + undoing("a") + topic("w", "kerja") + handling + chain("s", "a", "w", "e")
    player = play(diagram(body, outside=code("error", "t")))
    player.complete("a")
    player.error("w", "t")
    assert player.waiting() == ["ua"]
    player.complete("ua")
    assert player.waiting() == ["ha"]
    player.complete("ha")
    assert player.run.done


def test_a_compensation_event_subprocess_undoes_its_subprocess_as_it_likes(play):
    start = node("startEvent", "hs", "<bpmn:compensateEventDefinition/>")
    own = node("subProcess", "h", start + user("ha") + throw("a", name="hk") + node("endEvent", "he")
               + chain("hs", "ha", "hk", "he"), triggeredByEvent="true")  # fmt: skip
    sub = subprocess("sub", INSIDE, own, chain("s1", "a", "b", "e1"))
    player = play(diagram(START_END + sub + throw() + user("z") + chain("s", "sub", "k", "z", "e")))
    player.complete("a")
    player.complete("b")
    assert player.waiting() == ["ha"] and "entered hs" in player.trace()
    player.complete("ha")
    assert player.waiting() == ["ua"]
    player.complete("ua")
    assert player.waiting() == ["z"] and player.run.ended_at is None
    player.complete("z")
    assert player.run.done and player.run.ended_at == "e"


@pytest.mark.parametrize("sequential", [True, False])
def test_each_round_of_a_repeated_subprocess_is_undone_with_its_item(play, sequential):
    told = user("ua", io(None, {"batal": "= append(batal, x)"}), isForCompensation="true")
    inside = node("startEvent", "s1") + user("a") + undoing("a", told) + node("endEvent", "e1")
    sub = subprocess("sub", inside, chain("s1", "a", "e1"), many("= [1, 2]", "x", sequential=sequential))
    player = play(diagram(START_END + sub + throw("sub") + chain("s", "sub", "k", "e")), batal=[])
    player.complete("a")
    player.complete("a")
    player.complete("ua")
    player.complete("ua")
    assert player.run.done and player.data["batal"] == [2, 1]


def test_a_repeated_activity_is_undone_once_as_a_whole(play):
    body = START_END + user("a", inner=many("= [1, 2]", "x")) + undoing("a") + throw()
    player = play(diagram(body + chain("s", "a", "k", "e")))
    player.complete("a")
    player.complete("a")
    player.complete("ua")
    assert player.run.done


def test_handlers_may_be_subprocesses_called_processes_and_repeated(play):
    parts = (
        node("startEvent", "us")
        + user("u1")
        + user("u2")
        + node("endEvent", "ue")
        + chain("us", "u1", "u2", "ue")
    )
    called = diagram(START_END + user("q") + chain("s", "q", "e"), process="q")
    each = user("uc", inner=many("= [1, 2]", "x"), isForCompensation="true")
    other = call("ub", "q").replace("<bpmn:callActivity", '<bpmn:callActivity isForCompensation="true"')
    body = (
        START_END + user("a") + undoing("a", subprocess("ua", parts, isForCompensation="true"))
        + user("b") + undoing("b", other) + user("c") + undoing("c", each) + throw()
    )  # fmt: skip
    player = play(diagram(body + chain("s", "a", "b", "c", "k", "e")), called)
    for step in ("a", "b", "c", "uc", "uc", "q", "u1", "u2"):
        assert not player.run.done
        player.complete(step)
    assert player.run.done


def test_a_handler_that_fails_stands_still_and_can_be_retried(play):
    work = topic("ua", "= jenis").replace("<bpmn:serviceTask", '<bpmn:serviceTask isForCompensation="true"')
    body = START_END + user("a") + undoing("a", work) + throw()
    player = play(diagram(body + chain("s", "a", "k", "e")))
    with pytest.raises(StepFailed) as failure:
        player.complete("a")
    assert failure.value.element == "ua"
    player.run.set_variables({"jenis": "batal"})
    player.retry()
    player.finish("ua")
    assert player.run.done


def test_an_event_takes_a_running_compensation_away(play):
    inside = node("startEvent", "s1") + user("a") + undoing("a") + throw() + node("endEvent", "e1")
    sub = subprocess("sub", inside, chain("s1", "a", "k", "e1"))
    stop = node("boundaryEvent", "t", timer("P1D"), attachedToRef="sub")
    player = play(diagram(START_END + sub + stop + user("z") + flows("s sub", "sub e", "t z", "z e")))
    player.complete("a")
    player.fire("t")
    assert player.waiting() == ["z"]
    assert player.trace("cancelled") == ["cancelled k", "cancelled ua", "cancelled sub"]


def test_an_event_on_a_handler_takes_its_place(play):
    limit = node("boundaryEvent", "t", timer("P1D"), attachedToRef="ua") + user("z")
    body = START_END + user("a") + undoing("a") + limit + throw()
    player = play(diagram(body + flows("s a", "a k", "k e", "t z", "z e")))
    player.complete("a")
    player.fire("t")
    assert player.waiting() == ["z"] and "completed k" in player.trace()
    player.complete("z")
    assert player.run.done


CANCEL = node("endEvent", "x", "<bpmn:cancelEventDefinition/>")


def transaction(inside: str) -> str:
    border = node("boundaryEvent", "c", "<bpmn:cancelEventDefinition/>", attachedToRef="tx")
    return (
        START_END
        + node("transaction", "tx", inside)
        + border
        + user("z")
        + flows("s tx", "tx e", "c z", "z e")
    )


def test_a_cancelled_transaction_is_undone_before_its_border_goes_on(play):
    fork = node("parallelGateway", "g")
    inside = INSIDE + fork + user("y") + user("q") + CANCEL + node("endEvent", "e2")
    body = transaction(inside + flows("s1 a", "a b", "b g", "g y", "g q", "y x", "q e2"))
    player = play(diagram(body))
    player.complete("a")
    player.complete("b")
    player.complete("y")
    assert player.waiting() == ["ub"] and "cancelled q" in player.trace()
    player.complete("ub")
    assert player.waiting() == ["ua"]
    player.complete("ua")
    assert player.waiting() == ["z"] and player.run.scopes() == []
    assert player.trace()[-4:] == ["fired c", "cancelled tx", "completed c", "entered z"]
    player.complete("z")
    assert player.run.done and player.run.ended_at == "e"


def test_a_transaction_that_succeeds_can_be_undone_later(play):
    body = (
        transaction(INSIDE + chain("s1", "a", "b", "e1")).replace(flows("tx e"), flows("tx k", "k e"))
        + throw()
    )
    player = play(diagram(body))
    for step in ("a", "b", "ub", "ua"):
        player.complete(step)
    assert player.run.done


def test_an_error_leaves_a_transaction_without_undoing(play):
    fail = node("endEvent", "x", event("error", "e_t"))
    catch = node("boundaryEvent", "k", event("error", "e_t"), attachedToRef="tx")
    body = transaction(INSIDE + fail + chain("s1", "a", "x")) + catch + flows("k z")
    player = play(diagram(body, outside=code("error", "t")))
    player.complete("a")
    assert player.waiting() == ["z"]


def test_a_cancellation_that_nothing_catches_is_an_incident(play):
    inside = INSIDE + CANCEL + chain("s1", "a", "x")
    with pytest.raises(StepFailed) as failure:
        play(diagram(START_END + node("transaction", "tx", inside) + chain("s", "tx", "e"))).complete("a")
    assert failure.value.element == "x"


def test_a_compensation_event_without_a_handler_is_refused():
    border = node("boundaryEvent", "b", "<bpmn:compensateEventDefinition/>", attachedToRef="a")
    with pytest.raises(CompileError) as refused:
        compile({"p": diagram(START_END + user("a") + border + chain("s", "a", "e"), outside=message("x"))})
    assert refused.value.element == "b"


def test_cancelling_one_round_of_a_repeated_transaction_ends_them_all(play):
    player = play(diagram(transaction(INSIDE + CANCEL + chain("s1", "a", "x") + many("= [1, 2]"))))
    player.complete("a")
    player.complete("ua")
    assert player.waiting() == ["z"] and player.run.scopes() == []
