"""The SVG of a diagram, and its text twin."""

import re
from pathlib import Path

import pytest
from lxml import etree

import processes
from engine.bpmn.drawing import MARKS, element_list, svg
from engine.bpmn.layout import layout
from tests.unit.bpmn_layout.diagrams import flow, flows, lanes, node, pooled, process

_SVG = "{http://www.w3.org/2000/svg}"
_FILES = sorted(Path(processes.__file__).parent.rglob("*.bpmn"))


def _simple() -> bytes:
    steps = node("startEvent", "s", "Mulai") + node("userTask", "t", "Verifikasi laporan")
    steps += node("exclusiveGateway", "g", "Lengkap?", default="g_e") + node("endEvent", "e", "Selesai")
    return pooled(lanes(meja="s t g", luar="e") + steps + flows("s>t", "t>g", "g>t:belum", "g>e"))


def _groups(drawn: str) -> dict[str, etree._Element]:
    root = etree.fromstring(drawn)
    return {
        group.get("data-element-id") or "": group
        for group in root.iter(f"{_SVG}g")
        if group.get("data-element-id")
    }


def _said(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_every_step_of_a_sop_is_in_its_drawing_and_its_list(path: Path) -> None:
    xml = path.read_bytes()
    groups = _groups(svg(xml))
    steps = element_list(xml)
    assert len({step.id for step in steps}) == len(steps) > 5
    assert {step.id for step in steps} <= groups.keys()
    assert all(step.lane for step in steps)


def test_it_passes_a_strict_content_policy_and_can_stand_twice_on_a_page() -> None:
    drawn = svg(_simple(), marks={"t": "here"}, badges={"g": "2"}, title="Pengaduan")
    root = etree.fromstring(drawn)
    for element in root.iter():
        assert element.tag.removeprefix(_SVG) in {
            "svg",
            "g",
            "title",
            "rect",
            "circle",
            "path",
            "text",
            "tspan",
        }
        assert not {"id", "style", "href"} & set(element.attrib)
        assert not any(
            str(name).startswith("on") or "url(" in str(value) for name, value in element.attrib.items()
        )


def test_a_mark_is_a_class_and_a_word_and_a_badge_a_text() -> None:
    marks = {"s": "done", "t": "here", "g": "late", "e": "problem", "t_g": "done"}
    groups = _groups(svg(_simple(), marks=marks, badges={"t": "②"}))
    for element, mark in marks.items():
        assert f"is-{mark}" in (groups[element].get("class") or "").split()
        if element != "t_g":
            assert MARKS[mark] in _said(groups[element])
    assert "di sini" in _said(groups["t"])
    assert groups["t"][0].text == "Verifikasi laporan, di sini, ②"
    assert "②" in _said(groups["t"])


def test_marks_are_told_in_the_readers_language_and_unknown_ones_ignored() -> None:
    groups = _groups(svg(_simple(), marks={"t": "here", "e": "aneh"}, words={"here": "you are here"}))
    assert "you are here" in _said(groups["t"])
    assert groups["e"].get("class") == "bpmn-endEvent"


def test_names_are_escaped() -> None:
    name = '</title><script>alert("x")</script> & \'"'
    drawn = svg(process(node("userTask", "t", name)), title=name, marks={"t": "here"}, badges={"t": "<b>"})
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert _groups(drawn)["t"][0].text == f"{name}, di sini, <b>"


def test_the_drawing_in_the_file_is_used_as_it_is() -> None:
    drawn = layout(process(node("userTask", "t", "Jawab")))
    moved = re.sub(rb'x="\d+" y="\d+" width="100"', b'x="1234" y="567" width="100"', drawn)
    rect = _groups(svg(moved))["t"].find(f"{_SVG}rect")
    assert rect is not None
    assert (rect.get("x"), rect.get("y")) == ("1234", "567")


@pytest.mark.parametrize("value", [b"NaN", b"inf", b"1e99", b"", b"-"])
def test_senseless_coordinates_lose_their_shape_and_nothing_else(value: bytes) -> None:
    drawn = layout(process(node("startEvent", "s") + node("userTask", "t") + flow("s", "t")))
    broken = re.sub(rb'x="\d+"( y="\d+" width="100")', b'x="' + value + rb'"\1', drawn)
    assert broken != drawn
    groups = _groups(svg(broken))
    assert "s" in groups
    assert "t" not in groups


def test_a_collapsed_subprocess_shows_its_inside_on_request() -> None:
    inner = node("startEvent", "s2") + node("userTask", "t2") + flow("s2", "t2")
    drawn = layout(process(node("subProcess", "b", "Pemeriksaan", inner)))
    closed = layout(drawn.replace(b'isExpanded="true"', b'isExpanded="false"'))
    assert "t2" not in _groups(svg(closed))
    assert {"s2", "t2"} <= _groups(svg(closed, plane="b")).keys()
    assert "t2" in {step.id for step in element_list(closed)}


def test_words_do_not_leave_their_task() -> None:
    name = (
        "Tetapkan tindakan regulatori berupa peringatan publik, penarikan, pembekuan dan pencabutan izin edar"
    )
    group = _groups(svg(process(node("userTask", "t", name))))["t"]
    rect = group.find(f"{_SVG}rect")
    assert rect is not None
    top, height = float(rect.get("y") or 0), float(rect.get("height") or 0)
    lines = [float(span.get("y") or 0) for span in group.iter(f"{_SVG}tspan")]
    assert lines
    assert top + 12 < min(lines)
    assert max(lines) < top + height


@pytest.mark.parametrize(
    "definition",
    [
        "message",
        "timer",
        "signal",
        "error",
        "escalation",
        "conditional",
        "link",
        "compensate",
        "cancel",
        "terminate",
    ],
)
def test_every_kind_of_event_has_its_sign(definition: str) -> None:
    plain = _groups(svg(process(node("endEvent", "e"))))["e"]
    signed = _groups(svg(process(node("endEvent", "e", "", f"<{definition}EventDefinition/>"))))["e"]
    assert len(signed) > len(plain)


@pytest.mark.parametrize(
    "kind",
    ["userTask", "serviceTask", "businessRuleTask", "scriptTask", "manualTask", "sendTask", "receiveTask"],
)
def test_every_kind_of_task_has_its_icon(kind: str) -> None:
    plain = _groups(svg(process(node("task", "t"))))["t"]
    assert len(_groups(svg(process(node(kind, "t"))))["t"]) > len(plain)


def test_gateways_differ() -> None:
    kinds = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"]
    drawn = {etree.tostring(_groups(svg(process(node(kind, "g"))))["g"][-1]) for kind in kinds}
    assert len(drawn) == len(kinds)


def test_an_empty_process_is_an_empty_picture() -> None:
    assert etree.fromstring(svg(process(""))).tag == f"{_SVG}svg"


def test_the_list_follows_the_flow() -> None:
    inner = node("startEvent", "s2") + node("endEvent", "e2") + flow("s2", "e2")
    steps = node("endEvent", "e", "Selesai") + node("subProcess", "b", "Periksa", inner)
    steps += node("boundaryEvent", "w", "Lewat", attachedToRef="b") + node("userTask", "t", "Daftar")
    content = lanes(meja="s t", tim="b e") + steps + node("startEvent", "s") + flows("s>t", "t>b", "b>e")
    listed = element_list(pooled(content))
    assert [step.id for step in listed] == ["s", "t", "b", "s2", "e2", "w", "e"]
    assert [step.lane for step in listed[:3]] == ["Peran meja", "Peran meja", "Peran tim"]
    assert (listed[3].parent, listed[5].host, listed[5].kind) == ("b", "b", "boundaryEvent")
