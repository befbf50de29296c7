"""What the engine is given: canonical, explicit, one start, ids kept."""

from lxml import etree

from engine import bpmn
from engine.bpmn.build import read
from engine.bpmn.model import Node
from tests.unit.bpmn.drawing_kit import diagram, document, flow

SIMPLE = '<startEvent id="s"/>|<userTask id="t"/>|<endEvent id="e"/>|s>t|t>e'


def rewritten(data: bytes, process: str = "p") -> dict[str, Node]:
    tree = bpmn.executable({"p.bpmn": data})[process]
    return {node.id: node for node in read(tree).nodes()}


def path(nodes: dict[str, Node], start: str) -> list[str]:
    """The ids along the only way from ``start``."""
    found = [start]
    while len(nodes[found[-1]].outgoing) == 1:
        found.append(nodes[found[-1]].outgoing[0].target)
    return found


def test_a_plain_diagram_keeps_its_ids_and_order() -> None:
    nodes = rewritten(diagram(SIMPLE))
    assert path(nodes, "s") == ["s", "t", "e"]


def test_several_exits_of_a_task_become_a_parallel_gateway() -> None:
    nodes = rewritten(diagram(SIMPLE + '|<endEvent id="e2"/>|t>e2'))
    split = nodes["alur_gen_split_t"]
    assert split.kind == "parallelGateway"
    assert [flow.target for flow in split.outgoing] == ["e", "e2"]
    assert [flow.target for flow in nodes["t"].outgoing] == [split.id]


def test_conditional_exits_become_an_inclusive_gateway_with_the_default() -> None:
    body = (
        '<startEvent id="s"/>|<userTask id="t" default="t_c"/>|<endEvent id="a"/>|<endEvent id="b"/>'
        '|<endEvent id="c"/>|s>t|t>a:= x = 1|t>b|t>c'
    )
    split = rewritten(diagram(body))["alur_gen_split_t"]
    assert split.kind == "inclusiveGateway"
    assert split.default == "t_c"
    assert [flow.condition for flow in split.outgoing] == ["= x = 1", "= true", None]


def test_missing_starts_and_ends_are_drawn() -> None:
    nodes = rewritten(diagram('<userTask id="a"/>|<userTask id="b"/>|<userTask id="c"/>|a>c'))
    start = nodes["alur_gen_start_p"]
    assert [flow.target for flow in start.outgoing] == ["alur_gen_split_alur_gen_start_p"]
    assert [flow.target for flow in nodes["alur_gen_split_alur_gen_start_p"].outgoing] == ["a", "b"]
    assert nodes["alur_gen_end_c"].kind == "endEvent"
    assert nodes["alur_gen_end_b"].kind == "endEvent"


def test_links_become_flows() -> None:
    body = (
        '<startEvent id="s"/>|<intermediateThrowEvent id="a" name="L"><linkEventDefinition/>'
        '</intermediateThrowEvent>|<intermediateCatchEvent id="b" name="L"><linkEventDefinition/>'
        '</intermediateCatchEvent>|<endEvent id="e"/>|s>a|b>e'
    )
    nodes = rewritten(diagram(body))
    assert path(nodes, "s") == ["s", "a", "b", "e"]
    assert not nodes["b"].events


def test_one_variant_per_start_event() -> None:
    body = (
        '<startEvent id="s"/>|<startEvent id="m"><messageEventDefinition messageRef="x"/></startEvent>'
        '|<userTask id="only_m"/>|<parallelGateway id="g"/>|<endEvent id="e"/>|s>g|m>only_m|only_m>g|g>e'
    )
    made = bpmn.executable({"p.bpmn": diagram(body, beside='<message id="x" name="pesan"/>')})
    assert set(made) == {"p", "p#s", "p#m"}
    plain, message = read(made["p"]), read(made["p#m"])
    assert {node.id for node in plain.nodes()} == {"s", "g", "e"}
    assert {node.id for node in message.nodes()} == {"m", "only_m", "g", "e"}
    assert message.processes[0].id == "p#m"
    start = next(node for node in message.nodes() if node.id == "m")
    assert not start.events


def test_what_a_marked_process_calls_in_its_file_is_run_too() -> None:
    def process(name: str, mark: str, called: str) -> str:
        return (
            f'<process id="{name}" isExecutable="{mark}"><startEvent id="s{name}"/>'
            f'<callActivity id="c{name}" calledElement="{called}"/><endEvent id="e{name}"/>'
            f"{flow(f's{name}', f'c{name}')}{flow(f'c{name}', f'e{name}')}</process>"
        )

    inside = process("a", "true", "b") + process("b", "false", "x") + process("z", "false", "x")
    assert set(bpmn.executable({"p.bpmn": document(inside)})) == {"a", "b"}


def test_a_lone_message_start_is_plain() -> None:
    body = '<startEvent id="m"><messageEventDefinition messageRef="x"/></startEvent>|<endEvent id="e"/>|m>e'
    nodes = rewritten(diagram(body, beside='<message id="x" name="pesan"/>'))
    assert not nodes["m"].events


def test_ids_that_the_engine_keeps_are_renamed_and_given_back() -> None:
    body = (
        '<startEvent id="Start"/>|<userTask id="End"/>|<endEvent id="alur_gen_x"/>|Start>End|End>alur_gen_x'
    )
    nodes = rewritten(diagram(body))
    assert path(nodes, "alur_id_Start") == ["alur_id_Start", "alur_id_End", "alur_id_alur_gen_x"]
    assert [bpmn.drawn_id(node) for node in nodes] == ["Start", "End", "alur_gen_x"]


def test_added_nodes_are_told_apart_from_drawn_ones() -> None:
    assert bpmn.is_added("alur_gen_split_my_task")
    assert bpmn.drawn_id("alur_gen_split_my_task") == "my_task"
    assert bpmn.drawn_id("alur_gen_split_alur_id_End") == "End"
    assert not bpmn.is_added("my_task")
    assert bpmn.drawn_id("my_task") == "my_task"


def test_standard_loops_stay_with_their_conditions_as_feel() -> None:
    condition = "<loopCondition>${lagi}</loopCondition>"
    marker = f"<standardLoopCharacteristics>{condition}</standardLoopCharacteristics>"
    body = f'<startEvent id="s"/>|<userTask id="t">{marker}</userTask>|<endEvent id="e"/>|s>t|t>e'
    after = rewritten(diagram(body))
    assert path(after, "s") == ["s", "t", "e"]
    assert after["t"].loop is not None and "".join(after["t"].loop.itertext()) == "= lagi"


def test_camunda_7_is_written_as_camunda_8() -> None:
    body = (
        '<startEvent id="s"/>|<serviceTask id="a" camunda:topic="surat"><extensionElements>'
        '<camunda:inputOutput><camunda:inputParameter name="x">${laporan.judul}</camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements></serviceTask>"
        '|<businessRuleTask id="b" camunda:decisionRef="nilai" camunda:resultVariable="r"/>'
        '|<callActivity id="c" calledElement="lain"><extensionElements><camunda:in source="x" target="y"/>'
        '<camunda:out variables="all"/></extensionElements></callActivity>'
        '|<userTask id="d"><multiInstanceLoopCharacteristics camunda:collection="saksi" '
        'camunda:elementVariable="orang"/></userTask>|<endEvent id="e"/>|s>a|a>b|b>c|c>d|d>e'
    )
    tree = etree.fromstring(bpmn.executable({"p.bpmn": diagram(body)})["p"])
    text = etree.tostring(tree).decode()
    assert "camunda:" not in text
    for wanted in (
        '<zeebe:taskDefinition type="surat"/>',
        '<zeebe:input source="= laporan.judul" target="x"/>',
        '<zeebe:calledDecision decisionId="nilai" resultVariable="r"/>',
        'processId="lain" propagateAllParentVariables="false" propagateAllChildVariables="true"',
        '<zeebe:input source="= x" target="y"/>',
        '<zeebe:loopCharacteristics inputCollection="= saksi" inputElement="orang"/>',
    ):
        assert wanted in text, wanted


def test_drawing_lanes_and_data_are_left_out() -> None:
    body = (
        '<laneSet id="l"><lane id="la"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
        '<dataObject id="o"/><documentation>apa</documentation>' + SIMPLE
    )
    text = bpmn.executable({"p.bpmn": diagram(body)})["p"].decode()
    for gone in ("lane", "dataObject", "documentation"):
        assert gone not in text


def test_topics_of_message_events_become_work() -> None:
    body = (
        '<startEvent id="s"/>|<sendTask id="a"><extensionElements><zeebe:taskDefinition type="x"/>'
        '</extensionElements></sendTask>|<endEvent id="e"><extensionElements>'
        '<zeebe:taskDefinition type="y"/></extensionElements><messageEventDefinition/></endEvent>|s>a|a>e'
    )
    nodes = rewritten(diagram(body))
    assert nodes["a"].kind == nodes["e"].kind == "serviceTask"
    assert path(nodes, "s") == ["s", "a", "e", "alur_gen_end_e"]


def test_timer_texts_are_literals_or_feel() -> None:
    def timer(text: str) -> str:
        body = (
            '<startEvent id="s"/>|<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>'
            f"{text}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
            '|<endEvent id="e"/>|s>w|w>e'
        )
        event = rewritten(diagram(body))["w"].event
        assert event is not None
        return event.text

    assert timer("P3WD") == "P3WD"
    assert timer("'PT1H'") == "PT1H"
    assert timer("= working days(3)") == "= working days(3)"
    assert timer("working days(3)") == "= working days(3)"
    assert timer("${batas}") == "= batas"
