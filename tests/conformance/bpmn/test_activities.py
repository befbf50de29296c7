"""Tasks, subprocesses, called processes, repetition and compensation."""

import pytest

from tests.conformance.bpmn.kit import (
    CANCEL,
    COMPENSATE,
    ERROR,
    MESSAGE,
    OUTSIDE,
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
from tests.unit.bpmn.drawing_kit import document

# ------------------------------------------------------------ tasks


@pytest.mark.parametrize("kind", ["task", "userTask", "manualTask"])
def test_a_task_waits_for_a_person(kind: str) -> None:
    case = Case(process(S, node(kind, "a"), E, flows="s>a a>e"))
    assert case.kinds == {"a": "user"}
    assert case.complete("a", n=1).done and case.data == {"n": 1}


@pytest.mark.parametrize("kind", ["serviceTask", "sendTask", "businessRuleTask", "scriptTask"])
def test_a_task_with_a_topic_waits_for_a_worker(kind: str) -> None:
    case = Case(process(S, work("a", kind=kind), E, flows="s>a a>e"))
    assert case.kinds == {"a": "topic"}
    assert case.apply(topic="kerja", with_={"n": 1}).done and case.data == {"n": 1}


def test_a_service_task_that_says_nothing_is_asked_about() -> None:
    data = process(S, node("serviceTask", "a"), E, flows="s>a a>e")
    case = Case(data, verdict="ASK", answers={"service-topic:a": "person"})
    assert case.kinds == {"a": "user"}


def test_a_send_task_sends_its_message() -> None:
    case = Case(process(S, node("sendTask", "a", messageRef="mx"), E, flows="s>a a>e"))
    assert case.done and case.trace("thrown") == ["thrown a"]


def test_a_receive_task_waits_for_its_message() -> None:
    case = Case(process(S, node("receiveTask", "a", messageRef="mx"), E, flows="s>a a>e"))
    assert case.kinds == {"a": "message"}
    assert case.message(n=1).done and case.data == {"n": 1}


def test_a_receive_task_at_the_beginning_waits_for_its_message() -> None:
    receive = node("receiveTask", "a", messageRef="mx", instantiate="true")
    case = Case(process(receive, E, flows="a>e"), verdict="FIX", first={"message": "pesan"})
    assert case.done


def test_a_script_task_evaluates_feel() -> None:
    script = '<extensionElements><zeebe:script expression="= 2 * n" resultVariable="m"/></extensionElements>'
    case = Case(process(S, node("scriptTask", "a", script), E, flows="s>a a>e"), n=4)
    assert case.done and case.data["m"] == 8


def test_a_script_in_another_language_is_refused_by_name() -> None:
    script = node("scriptTask", "a", "<script>import os</script>", scriptFormat="python")
    assert refused(process(S, script, E, flows="s>a a>e"), "script")


DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">
<decision id="kelas" name="kelas"><literalExpression><text>if n &gt; 1 then "berat" else "ringan"</text>
</literalExpression></decision></definitions>"""


def test_a_business_rule_task_asks_its_decision() -> None:
    called = '<zeebe:calledDecision decisionId="kelas" resultVariable="k"/>'
    task = node("businessRuleTask", "a", f"<extensionElements>{called}</extensionElements>")
    case = Case(process(S, task, E, flows="s>a a>e"), beside={"d.dmn": DMN}, n=2)
    assert case.done and case.data["k"] == "berat"


# ------------------------------------------------------------ subprocesses and calls


def sub(*inside: str, kind: str = "subProcess", name: str = "x", **attributes: str) -> str:
    return node(kind, name, "".join(inside), **attributes)


INSIDE = '<startEvent id="s1"/>' + user("a") + '<endEvent id="e1"/>' + chain("s1", "a", "e1")


@pytest.mark.parametrize("kind", ["subProcess", "transaction"])
def test_a_subprocess_ends_with_the_last_of_its_tokens(kind: str) -> None:
    fork = (
        '<startEvent id="s1"/>' + node("parallelGateway", "g") + user("a") + user("b") + '<endEvent id="e1"/>'
    )
    fork += chain("s1", "g", "a", "e1") + chain("g", "b", "e1")
    data = process(S, sub(fork, kind=kind), user("z"), E, flows="s>x x>z z>e")  # fmt: skip
    case = Case(data).complete("a")
    assert case.waiting == ["b"]
    assert case.complete("b").waiting == ["z"]


def test_an_empty_subprocess_is_asked_about() -> None:
    data = process(S, sub(name="x"), E, flows="s>x x>e")
    assert Case(data, verdict="ASK", answers={"empty-subprocess:x": "person"}).kinds == {"x": "user"}


def test_a_called_process_sees_its_inputs_and_gives_its_outputs() -> None:
    callee = process(S, user("t"), E, flows="s>t t>e", name="q")
    mapping = (
        '<extensionElements><zeebe:calledElement processId="q" propagateAllParentVariables="false" '
        'propagateAllChildVariables="false"/><zeebe:ioMapping><zeebe:input source="= n + 1" target="m"/>'
        '<zeebe:output source="= m * 10" target="hasil"/></zeebe:ioMapping></extensionElements>'
    )
    data = process(S, node("callActivity", "c", mapping), E, flows="s>c c>e")
    case = Case(data, beside={"q.bpmn": callee}, n=1)
    assert case.waiting == ["t"]
    assert case.complete("t", m=5).done and case.data == {"n": 1, "hasil": 50}


def test_an_error_leaves_a_called_process_for_the_border_of_the_call() -> None:
    callee = process(S, user("t"), node("endEvent", "e", ERROR), flows="s>t t>e", name="q")
    data = process(S, node("callActivity", "c", calledElement="q"), boundary("b", "c", ERROR), user("x"), E,
                   flows="s>c c>e b>x x>e")  # fmt: skip
    assert Case(data, beside={"q.bpmn": callee}).complete("t").waiting == ["x"]


def test_a_call_of_a_process_that_is_not_there_is_asked_about() -> None:
    data = process(S, node("callActivity", "c"), E, flows="s>c c>e")
    assert Case(data, verdict="ASK", answers={"call:c": "person"}).kinds == {"c": "user"}


# ------------------------------------------------------------ ad-hoc subprocesses


def test_an_ad_hoc_subprocess_offers_all_and_ends_by_its_condition() -> None:
    until = "<completionCondition>= n > 1</completionCondition>"
    inside = user("a") + user("b") + user("c") + chain("a", "c") + until
    case = Case(process(S, sub(inside, kind="adHocSubProcess"), user("z"), E, flows="s>x x>z z>e"), n=0)
    assert case.waiting == ["a", "b"]
    case.complete("a", n=1)
    assert case.waiting == ["b", "c"]
    assert case.complete("c", n=2).waiting == ["z"]


def test_an_ad_hoc_subprocess_without_a_condition_ends_when_all_is_done() -> None:
    data = process(S, sub(user("a") + user("b"), kind="adHocSubProcess"), user("z"), E, flows="s>x x>z z>e")
    case = Case(data).complete("b")
    assert case.waiting == ["a"]
    assert case.complete("a").waiting == ["z"]


def test_a_sequential_ad_hoc_subprocess_lets_people_choose_the_order() -> None:
    inside = user("a") + user("b")
    data = process(S, sub(inside, kind="adHocSubProcess", ordering="Sequential"), E, flows="s>x x>e")
    assert Case(data).complete("b").complete("a").done
    work_inside = process(S, sub(user("a") + work("b"), kind="adHocSubProcess", ordering="Sequential"), E,
                          flows="s>x x>e")  # fmt: skip
    assert refused(work_inside, "ad-hoc")


@pytest.mark.parametrize(("chosen", "waiting"), [(["a"], ["a"]), (["a", "b"], ["a", "b"]), ([], ["z"])])
def test_an_ad_hoc_subprocess_offers_what_was_chosen(chosen: list[str], waiting: list[str]) -> None:
    choice = '<extensionElements><zeebe:adHoc activeElementsCollection="= pilihan"/></extensionElements>'
    data = process(S, sub(choice + user("a") + user("b"), kind="adHocSubProcess"), user("z"), E,
                   flows="s>x x>z z>e")  # fmt: skip
    assert Case(data, pilihan=chosen).waiting == waiting


# ------------------------------------------------------------ repetition


def each(collection: str, sequential: bool = False, until: str = "", output: str = "") -> str:
    gathered = f' outputCollection="semua" outputElement="{output}"' if output else ""
    stop = f"<completionCondition>{until}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><extensionElements>'
        f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="saksi"{gathered}/>'
        f"</extensionElements>{stop}</multiInstanceLoopCharacteristics>"
    )


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_multi_instance_is_done_for_each_item(sequential: bool) -> None:
    inside = each("= daftar", sequential, output="= bap")
    case = Case(process(S, user("a", inside), user("z"), E, flows="s>a a>z z>e"), daftar=["x", "y", "w"])
    assert case.waiting == (["a"] if sequential else ["a"] * 3)
    for bap in (1, 2, 3):
        case.complete("a", bap=bap)
    assert case.waiting == ["z"] and case.data["semua"] == [1, 2, 3]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_multi_instance_over_nothing_is_done_at_once(sequential: bool) -> None:
    data = process(S, user("a", each("= []", sequential, output="= bap")), user("z"), E, flows="s>a a>z z>e")
    case = Case(data)
    assert case.waiting == ["z"] and case.data == {"semua": []}


@pytest.mark.parametrize(("count", "open_tasks"), [(0, []), (1, ["a"]), (3, ["a"] * 3)])
def test_multi_instance_by_number(count: int, open_tasks: list[str]) -> None:
    number = "<loopCardinality>= n</loopCardinality>"
    loop = node("multiInstanceLoopCharacteristics", "mi", number)
    case = Case(process(S, user("a", loop), E, flows="s>a a>e"), n=count)
    assert case.waiting == open_tasks and case.done == (count == 0)


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
@pytest.mark.parametrize(
    "until",
    ["= nrOfCompletedInstances / nrOfInstances >= 0.5", "= numberOfCompletedInstances = 2", "= cukup"],
)
def test_a_completion_condition_ends_multi_instance_early(sequential: bool, until: str) -> None:
    data = process(S, user("a", each("= [1, 2, 3, 4]", sequential, until.replace(">", "&gt;"))), user("z"), E,
                   flows="s>a a>z z>e")  # fmt: skip
    case = Case(data, cukup=False).complete("a", cukup=False)
    assert "z" not in case.waiting
    assert case.complete("a", cukup=True).waiting == ["z"]


def test_an_event_on_multi_instance_takes_all_rounds_away() -> None:
    data = process(S, user("a", each("= [1, 2]")), boundary("b", "a", MESSAGE), user("x"), E,
                   flows="s>a a>e b>x x>e")  # fmt: skip
    assert Case(data).complete("a").message().waiting == ["x"]


@pytest.mark.parametrize("kind", ["subProcess", "callActivity"])
def test_multi_instance_of_subprocesses_and_calls(kind: str) -> None:
    callee = process('<startEvent id="s1"/>', user("a"), '<endEvent id="e1"/>', flows="s1>a a>e1", name="q")
    inner = each("= [1, 2]") if kind == "callActivity" else INSIDE + each("= [1, 2]")
    attributes = {"calledElement": "q"} if kind == "callActivity" else {}
    case = Case(process(S, sub(inner, kind=kind, **attributes), E, flows="s>x x>e"), beside={"q.bpmn": callee}
                if kind == "callActivity" else None)  # fmt: skip
    assert case.waiting == ["a", "a"]
    assert case.complete("a").complete("a").done


def test_multi_instance_that_throws_events_is_refused_by_name() -> None:
    loop = each("= [1]").replace("<multi", "<multi").replace("isSequential", 'behavior="None" isSequential')
    assert refused(process(S, user("a", loop), E, flows="s>a a>e"), "unsupported")


@pytest.mark.parametrize("before", [False, True])
def test_a_standard_loop_goes_on_while_its_condition_holds(before: bool) -> None:
    loop = (
        f'<standardLoopCharacteristics testBefore="{str(before).lower()}">'
        "<loopCondition>= lagi</loopCondition></standardLoopCharacteristics>"
    )
    case = Case(process(S, user("a", loop), E, flows="s>a a>e"), lagi=False)
    if not before:
        assert case.complete("a", lagi=True).waiting == ["a"]
        case.complete("a", lagi=False)
    assert case.done


def test_a_standard_loop_ends_at_its_maximum() -> None:
    loop = '<standardLoopCharacteristics loopMaximum="2"/>'
    case = Case(process(S, user("a", loop), E, flows="s>a a>e"))
    assert case.complete("a").waiting == ["a"]
    assert case.complete("a").done


def test_a_step_that_needs_several_tokens_waits_for_them_wherever_they_come_from() -> None:
    data = process(S, node("parallelGateway", "g"), user("x"), user("y"), user("z"),
                   user("a", startQuantity="2"), E, flows="s>g g>x g>y g>z x>a y>a z>a a>e")  # fmt: skip
    case = Case(data).complete("x")
    assert case.waiting == ["y", "z"]
    assert case.complete("z").waiting == ["a", "y"]
    case.complete("y").complete("a")
    assert case.incident == "a"  # the third token is one too few


def test_a_step_that_makes_several_tokens_gives_each_its_way() -> None:
    data = process(S, user("a", completionQuantity="3"), user("b"), E, flows="s>a a>b b>e")
    case = Case(data).complete("a")
    assert case.waiting == ["b", "b", "b"]
    case.complete("b").complete("b")
    assert not case.done
    assert case.complete("b").done


def test_what_one_step_makes_another_may_need() -> None:
    twice = user("a", completionQuantity="2", default="a_d")
    data = process(S, twice, user("b", startQuantity="2"), user("d"), E,
                   flow("a", "b", "= n = 1"), flow("a", "d"), flows="s>a b>e d>e")  # fmt: skip
    assert Case(data, verdict="FIX").complete("a", n=1).waiting == ["b"]
    assert Case(data, verdict="FIX").complete("a", n=2).waiting == ["d", "d"]


@pytest.mark.parametrize("wrong", ["0", "-1", "101", "1000000000", "dua", ""])
def test_quantities_that_no_step_can_have_are_refused(wrong: str) -> None:
    for attribute in ("startQuantity", "completionQuantity"):
        assert refused(process(S, user("a", **{attribute: wrong}), E, flows="s>a a>e"), "unsupported")


# ------------------------------------------------------------ compensation and transactions


def undone(host: str, handler: str = "") -> str:
    return (
        node("boundaryEvent", f"b{host}", COMPENSATE, attachedToRef=host)
        + (handler or user(f"u{host}", isForCompensation="true"))
        + f'<association id="as{host}" sourceRef="b{host}" targetRef="u{host}" associationDirection="One"/>'
    )


def throw(activity: str = "") -> str:
    aim = f' activityRef="{activity}"' if activity else ""
    return node("intermediateThrowEvent", "k", f"<compensateEventDefinition{aim}/>")


def test_compensation_undoes_what_has_completed_the_last_first() -> None:
    data = process(S, user("a") + undone("a"), user("b") + undone("b"), throw(), user("z"), E,
                   flows="s>a a>b b>k k>z z>e")  # fmt: skip
    case = Case(data).complete("a").complete("b")
    assert case.waiting == ["ub"]
    assert case.complete("ub").waiting == ["ua"]
    assert case.complete("ua").waiting == ["z"]
    assert case.trace("fired") == ["fired bb", "fired ba"]


def test_compensation_undoes_the_activity_that_is_named() -> None:
    data = process(S, user("a") + undone("a"), user("b") + undone("b"), throw("a"), user("z"), E,
                   flows="s>a a>b b>k k>z z>e")  # fmt: skip
    case = Case(data).complete("a").complete("b")
    assert case.waiting == ["ua"]
    assert case.complete("ua").waiting == ["z"]


def test_a_handler_is_there_whichever_way_the_case_began() -> None:
    data = process(S, node("startEvent", "m", MESSAGE), user("a") + undone("a"), throw(), E,
                   flows="s>a m>a a>k k>e")  # fmt: skip
    for first in ({"start": "s"}, {"message": "pesan"}):
        case = Case(data, first=first).complete("a")
        assert case.waiting == ["ua"]
        assert case.complete("ua").done


def test_the_association_of_a_handler_may_stand_in_the_collaboration() -> None:
    parts = S + user("a") + undone("a") + throw() + E + chain("s", "a", "k", "e")
    association = parts[parts.index("<association") :].partition("/>")[0] + "/>"
    drawn = node("process", "p", parts.replace(association, ""), isExecutable="true")
    beside = node("collaboration", "c", '<participant id="p1" processRef="p"/>' + association)
    case = Case(document(beside + drawn)).complete("a")
    assert case.waiting == ["ua"]


def test_a_compensation_end_event_undoes_before_it_ends() -> None:
    data = process(S, user("a") + undone("a"), node("endEvent", "e", COMPENSATE), flows="s>a a>e")
    case = Case(data).complete("a")
    assert case.waiting == ["ua"] and not case.done
    assert case.complete("ua").done


def test_a_subprocess_is_undone_from_inside() -> None:
    inside = (
        '<startEvent id="s1"/>' + user("a") + undone("a") + user("c") + undone("c") + '<endEvent id="e1"/>'
    )
    data = process(S, sub(inside + chain("s1", "a", "c", "e1")), throw("x"), E, flows="s>x x>k k>e")
    case = Case(data).complete("a").complete("c")
    assert case.waiting == ["uc"]
    assert case.complete("uc").waiting == ["ua"]
    assert case.complete("ua").done


def test_a_compensation_event_subprocess_undoes_its_subprocess() -> None:
    own = '<startEvent id="hs">' + COMPENSATE + "</startEvent>" + user("ha") + '<endEvent id="he"/>'
    handling = node("subProcess", "h", own + chain("hs", "ha", "he"), triggeredByEvent="true")
    data = process(S, sub(INSIDE + handling), throw("x"), user("z"), E, flows="s>x x>k k>z z>e")
    case = Case(data).complete("a")
    assert case.waiting == ["ha"]
    assert case.complete("ha").waiting == ["z"]


def test_compensation_without_a_handler_or_anything_to_undo_is_refused() -> None:
    untied = node("boundaryEvent", "b", COMPENSATE, attachedToRef="a")
    assert refused(process(S, user("a"), untied, E, flows="s>a a>e"), "compensation")
    assert refused(process(S, user("a"), throw(), E, flows="s>a a>k k>e"), "compensation")


def test_a_cancelled_transaction_is_undone_and_leaves_by_its_border() -> None:
    inside = '<startEvent id="s1"/>' + user("a") + undone("a") + user("c") + node("endEvent", "x1", CANCEL)
    inside += chain("s1", "a", "c", "x1")
    data = process(S, sub(inside, kind="transaction"), boundary("b", "x", CANCEL), user("z"), E,
                   flows="s>x x>e b>z z>e")  # fmt: skip
    case = Case(data).complete("a").complete("c")
    assert case.waiting == ["ua"]
    assert case.complete("ua").waiting == ["z"]
    assert case.trace("fired") == ["fired ba", "fired b"]


def test_cancelling_what_is_no_transaction_is_refused() -> None:
    data = process(S, user("a"), node("endEvent", "e", CANCEL), flows="s>a a>e")
    assert refused(data, "cancel-event")


# ------------------------------------------------------------ pools, lanes, data and the rest of a drawing


def test_of_several_pools_the_one_chosen_runs() -> None:
    def pool(name: str) -> str:
        inside = node("startEvent", f"s{name}") + user(f"a{name}") + node("endEvent", f"e{name}")
        inside += chain(f"s{name}", f"a{name}", f"e{name}")
        return node("process", name, inside, isExecutable="false")

    parts = '<participant id="p1" processRef="p"/><participant id="p2" processRef="o"/>'
    flow = '<messageFlow id="mf" sourceRef="ao" targetRef="ap"/>'
    data = document(f'{OUTSIDE}<collaboration id="c">{parts}{flow}</collaboration>{pool("p")}{pool("o")}')
    case = Case(data, verdict="ASK", answers={"pool-choice:c": "p"})
    assert case.waiting == ["ap"]


def test_a_lane_gives_its_tasks_a_role() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Verifikator"><flowNodeRef>s</flowNodeRef>'
        "<flowNodeRef>a</flowNodeRef></lane></laneSet>"
    )
    case = Case(process(lanes, S, user("a"), E, flows="s>a a>e"))
    assert [row["role"] for row in case.state["waiting"]] == ["verifikator"]


def test_data_and_artifacts_are_documentation() -> None:
    drawn = (
        '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/><dataStoreReference id="ds"/>'
        '<textAnnotation id="ta"><text>catatan</text></textAnnotation><association id="as" sourceRef="ta" '
        'targetRef="a"/><group id="gr"/><ioSpecification id="io"><inputSet id="is"/><outputSet id="os"/>'
        '</ioSpecification><property id="pr" name="n"/>'
    )
    into = '<dataInputAssociation id="di"><sourceRef>dr</sourceRef></dataInputAssociation>'
    case = Case(process(drawn, S, user("a", into), E, flows="s>a a>e"), verdict="FIX")
    assert case.complete("a").done


def test_what_means_nothing_for_the_run_is_left_alone() -> None:
    beside = (
        '<category id="ca"><categoryValue id="cv" value="x"/></category><itemDefinition id="it"/>'
        '<dataStore id="st"/><resource id="re" name="x"/><partnerEntity id="pe"/><partnerRole id="pr"/>'
        '<endPoint id="ep"/><interface id="if" name="i"><operation id="op" name="o">'
        "<inMessageRef>mx</inMessageRef></operation></interface>"
        '<correlationProperty id="cp"/><message id="mx" name="pesan"/>'
    )
    inside = (
        '<documentation>catatan</documentation><auditing id="au"/><monitoring id="mo"/>'
        '<correlationSubscription id="cs" correlationKeyRef="ck"/>'
    )
    task = (
        '<ioSpecification id="io"><dataInput id="i1"/><dataOutput id="o1"/><inputSet id="is"/>'
        '<outputSet id="os"/></ioSpecification>'
        '<potentialOwner id="po"><resourceRef>re</resourceRef></potentialOwner>'
        '<humanPerformer id="hp"/><performer id="pf"/>'
    )
    data = process(inside, S, user("a", task), E, flows="s>a a>e", outside=beside)
    assert Case(data).complete("a").done


@pytest.mark.parametrize(
    "inside",
    [
        '<choreography id="c"><choreographyTask id="t"/></choreography>',
        '<globalConversation id="g"/>',
        '<collaboration id="c"><conversation id="k"/></collaboration>',
        '<globalUserTask id="g"/>',
    ],
    ids=["choreography", "conversation", "collaboration", "global"],
)
def test_what_holds_no_process_is_refused_and_says_so(inside: str) -> None:
    assert refused(document(inside), "unreadable")
