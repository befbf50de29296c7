"""What the layout does with each kind of diagram."""

from itertools import pairwise

import pytest
from lxml import etree

from engine.bpmn.layout import layout, needs_layout
from tests.unit.bpmn_layout import measure
from tests.unit.bpmn_layout.diagrams import HEAD, flow, flows, lanes, node, pooled, process


def _sound(drawing: measure.Drawing) -> None:
    assert measure.overlaps(drawing) == []
    assert measure.strays(drawing) == []
    assert measure.slanted(drawing) == []
    assert measure.loose_ends(drawing) == []
    assert measure.passages(drawing) == []


def _middle(rect: measure.Rect) -> tuple[float, float]:
    return rect[0] + rect[2] / 2, rect[1] + rect[3] / 2


def test_a_plain_sequence_is_a_straight_line_of_standard_shapes() -> None:
    steps = node("startEvent", "s") + node("userTask", "t", "Verifikasi") + node("exclusiveGateway", "g")
    xml = process(steps + node("endEvent", "e", "Selesai") + flows("s>t", "t>g", "g>e"))
    drawing = measure.read(layout(xml))
    assert [drawing.shapes[n][2:] for n in "stge"] == [(36, 36), (100, 80), (50, 50), (36, 36)]
    assert len({_middle(drawing.shapes[n])[1] for n in "stge"}) == 1
    assert all(len(points) == 2 for points in drawing.edges.values())
    lefts = [drawing.shapes[n][0] for n in "stge"]
    assert lefts == sorted(lefts)
    _sound(drawing)


def test_lanes_stack_in_their_order_inside_the_pool() -> None:
    steps = node("startEvent", "s") + node("userTask", "a") + node("userTask", "b") + node("endEvent", "e")
    content = lanes(satu="s a", dua="b", tiga="", empat="e") + steps + flows("s>a", "a>b", "b>e")
    drawing = measure.read(layout(pooled(content)))
    stacked = [drawing.shapes[lane] for lane in ("satu", "dua", "tiga", "empat")]
    for above, below in pairwise(stacked):
        assert above[1] + above[3] == below[1]
        assert above[0] == below[0] == drawing.shapes["pool"][0] + 30
    assert stacked[0][1] == drawing.shapes["pool"][1]
    assert sum(lane[3] for lane in stacked) == drawing.shapes["pool"][3]
    _sound(drawing)


def test_nested_lanes_keep_their_headers_beside_one_another() -> None:
    inner = '<childLaneSet><lane id="atas" name="Atas"><flowNodeRef>s</flowNodeRef></lane>'
    inner += '<lane id="bawah" name="Bawah"><flowNodeRef>e</flowNodeRef></lane></childLaneSet>'
    content = f'<laneSet id="ls"><lane id="luar" name="Luar">{inner}</lane></laneSet>'
    content += node("startEvent", "s") + node("endEvent", "e") + flow("s", "e")
    drawing = measure.read(layout(pooled(content)))
    assert drawing.shapes["atas"][0] == drawing.shapes["luar"][0] + 30
    assert drawing.shapes["atas"][3] + drawing.shapes["bawah"][3] == drawing.shapes["luar"][3]
    assert drawing.shapes["s"][0] > drawing.shapes["atas"][0] + 30
    _sound(drawing)


def test_a_node_without_a_lane_joins_its_neighbour() -> None:
    content = (
        lanes(satu="s", dua="t") + node("startEvent", "s") + node("userTask", "t") + node("endEvent", "e")
    )
    drawing = measure.read(layout(pooled(content + flows("s>t", "t>e"))))
    assert measure.within(drawing.shapes["e"], drawing.shapes["dua"])


def test_a_rework_loop_goes_around_what_lies_between() -> None:
    steps = node("startEvent", "s") + "".join(node("userTask", n, f"Langkah {n}") for n in "abc")
    steps += node("exclusiveGateway", "g", "Lengkap?") + node("endEvent", "e")
    drawing = measure.read(layout(process(steps + flows("s>a", "a>b", "b>c", "c>g", "g>e:ya", "g>a:belum"))))
    back = drawing.edges["g_a"]
    assert back[0][0] > back[-1][0]
    assert drawing.shapes["a"][0] < drawing.shapes["b"][0] < drawing.shapes["c"][0]
    _sound(drawing)
    assert measure.crossings(drawing) == 0
    assert measure.covered_words(drawing) == []


def test_an_inner_loop_does_not_turn_the_main_line_around() -> None:
    """The rework of a late step is the edge back, even when an outer loop spans everything."""
    steps = node("startEvent", "s") + "".join(node("userTask", n) for n in "abcd")
    steps += node("exclusiveGateway", "g") + node("exclusiveGateway", "h") + node("endEvent", "e")
    content = steps + flows("s>a", "a>b", "b>c", "c>g", "g>b", "g>d", "d>h", "h>a", "h>e")
    drawing = measure.read(layout(process(content)))
    order = [drawing.shapes[n][0] for n in ("s", "a", "b", "c", "g", "d", "h", "e")]
    assert order == sorted(order)


def test_boundary_events_are_spread_on_the_bottom_edge_of_their_host() -> None:
    content = node("startEvent", "s") + node("userTask", "t", "Jawab") + node("endEvent", "e")
    for name, words in (("w", "Lewat 3 hari kerja"), ("m", "Laporan dicabut"), ("k", "Gagal")):
        content += node("boundaryEvent", name, words, attachedToRef="t") + node("endEvent", f"e{name}")
        content += flow(name, f"e{name}")
    drawing = measure.read(layout(process(content + flows("s>t", "t>e"))))
    _sound(drawing)
    assert measure.covered_words(drawing) == []
    assert all(drawing.edges[f"{n}_e{n}"][0][1] == drawing.shapes[n][1] + 36 for n in "wmk")


def test_an_expanded_subprocess_holds_its_content_and_a_nested_one() -> None:
    deepest = node("startEvent", "s3") + node("endEvent", "e3") + flow("s3", "e3")
    inner = node("startEvent", "s2") + node("subProcess", "dalam", "Dalam", deepest) + node("endEvent", "e2")
    outer = node("startEvent", "s") + node(
        "subProcess", "luar", "Luar", inner + flows("s2>dalam", "dalam>e2")
    )
    late = node("boundaryEvent", "w", "Lewat", attachedToRef="luar") + node("endEvent", "e") + flow("w", "e")
    drawing = measure.read(layout(process(outer + late + flow("s", "luar"))))
    assert drawing.expanded["luar"] == drawing.expanded["dalam"] == "true"
    assert measure.within(drawing.shapes["s3"], drawing.shapes["dalam"])
    assert measure.within(drawing.shapes["dalam"], drawing.shapes["luar"])
    _sound(drawing)


def test_a_collapsed_subprocess_stays_collapsed_and_gets_a_page_of_its_own() -> None:
    inner = node("startEvent", "s2") + node("endEvent", "e2") + flow("s2", "e2")
    drawn = layout(process(node("startEvent", "s") + node("subProcess", "b", "", inner) + flow("s", "b")))
    closed = drawn.replace(b'bpmnElement="b" isExpanded="true"', b'bpmnElement="b" isExpanded="false"')
    assert closed != drawn
    again = layout(closed)
    main, page = measure.read(again), measure.read(again, "b")
    assert main.expanded["b"] == "false"
    assert main.shapes["b"][2:] == (100, 80)
    assert "s2" not in main.shapes
    assert {"s2", "e2"} <= page.shapes.keys()
    assert "s2_e2" in page.edges


def test_several_pools_are_stacked_and_joined_by_messages() -> None:
    pools = '<participant id="a" name="Instansi" processRef="p"/><participant id="z" name="Pelapor"/>'
    pools += '<participant id="b" name="Ombudsman" processRef="q"/>'
    messages = (
        '<messageFlow id="m1" sourceRef="t" targetRef="z"/><messageFlow id="m2" sourceRef="t" targetRef="u"/>'
    )
    one = node("startEvent", "s") + node("sendTask", "t") + flow("s", "t")
    two = node("startEvent", "r") + node("receiveTask", "u") + flow("r", "u")
    xml = f'{HEAD}<collaboration id="c">{pools}{messages}</collaboration><process id="p">{one}</process>'
    drawing = measure.read(layout(f'{xml}<process id="q">{two}</process></definitions>'.encode()))
    tops = [drawing.shapes[pool][1] for pool in "azb"]
    assert tops == sorted(tops)
    assert len({drawing.shapes[pool][2] for pool in "azb"}) == 1
    assert not any(measure.touch(drawing.shapes[x], drawing.shapes[y]) for x, y in ("az", "zb", "ab"))
    assert measure.within(drawing.shapes["u"], drawing.shapes["b"])
    assert {"m1", "m2"} <= drawing.edges.keys()
    _sound(drawing)


def test_data_and_notes_stand_near_what_they_explain() -> None:
    data = '<dataObject id="o"/><dataObjectReference id="berkas" name="Berkas" dataObjectRef="o"/>'
    data += (
        '<textAnnotation id="n1"><text>Paling lambat tiga hari kerja sejak diterima</text></textAnnotation>'
    )
    data += '<textAnnotation id="n2"><text>Jalur cepat</text></textAnnotation>'
    data += '<association id="x1" sourceRef="t" targetRef="n1"/>'
    data += '<association id="x2" sourceRef="t_e" targetRef="n2"/>'
    link = '<dataOutputAssociation id="x3"><targetRef>berkas</targetRef></dataOutputAssociation>'
    content = node("startEvent", "s") + node("userTask", "t", "Registrasi", link) + node("endEvent", "e")
    drawing = measure.read(layout(process(content + flows("s>t", "t>e") + data)))
    assert {"x1", "x2", "x3"} <= drawing.edges.keys()
    assert measure.overlaps(drawing) == []
    for name in ("n1", "berkas"):
        x, y = _middle(drawing.shapes[name])
        task = _middle(drawing.shapes["t"])
        assert abs(x - task[0]) + abs(y - task[1]) < 350


@pytest.mark.parametrize("content", ["", '<laneSet id="ls"><lane id="l" name="Kosong"/></laneSet>'])
def test_an_empty_process_is_a_drawing_too(content: str) -> None:
    drawn = layout(pooled(content))
    assert measure.read(drawn).shapes["pool"][3] > 40
    assert not needs_layout(drawn)


def test_unconnected_steps_do_not_pile_up() -> None:
    drawing = measure.read(layout(process("".join(node("userTask", f"t{n}") for n in range(12)))))
    assert measure.overlaps(drawing) == []
    assert len({rect[0] for rect in drawing.shapes.values()}) > 2


def test_a_flow_from_a_step_to_itself_is_drawn_outside_it() -> None:
    drawing = measure.read(layout(process(node("userTask", "t") + flow("t", "t"))))
    assert len(drawing.edges["t_t"]) == 5
    assert measure.slanted(drawing) == []


def test_flows_that_lead_nowhere_are_left_out() -> None:
    drawing = measure.read(layout(process(node("userTask", "t") + flow("t", "tiada"))))
    assert drawing.edges == {}


def test_several_processes_without_pools_get_a_diagram_each() -> None:
    xml = f'{HEAD}<process id="p">{node("task", "a")}</process><process id="q">{node("task", "b")}</process>'
    drawn = layout(f"{xml}</definitions>".encode())
    assert "a" in measure.read(drawn, "p").shapes
    assert "b" in measure.read(drawn, "q").shapes


def test_what_is_not_drawing_is_kept() -> None:
    xml = process(node("userTask", "t", "Ya & tidak < semua") + "<!-- catatan -->")
    root = etree.fromstring(layout(xml))
    namespace = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    assert root[0][0].get("name") == "Ya & tidak < semua"
    assert [child.tag for child in root[0] if isinstance(child.tag, str)] == [f"{namespace}userTask"]
    assert b"<!-- catatan -->" in layout(xml)


def test_new_ids_do_not_collide_with_the_designers() -> None:
    drawn = layout(process(node("userTask", "t") + node("userTask", "t_di") + node("task", "BPMNPlane_p")))
    ids = [element.get("id") for element in etree.fromstring(drawn).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_a_drawing_is_needed_until_every_shape_and_flow_is_there() -> None:
    xml = process(node("startEvent", "s") + node("endEvent", "e") + flow("s", "e"))
    assert needs_layout(xml)
    drawn = layout(xml)
    assert not needs_layout(drawn)
    assert needs_layout(drawn.replace(b'bpmnElement="e"', b'bpmnElement="x"'))
    assert needs_layout(drawn.replace(b'bpmnElement="s_e"', b'bpmnElement="x"'))


def test_broken_xml_and_entities() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        layout(b"<definitions")
    bomb = b'<!DOCTYPE d [<!ENTITY x "panjang">]>' + process(node("task", "t")).replace(
        b'name=""', b'name="&x;"'
    )
    assert b"panjang</" not in layout(bomb.replace(b'name="&x;"', b'name="a"'))
