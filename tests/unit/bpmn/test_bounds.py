"""Large and twisted diagrams are answered with little work: a second has some four million calls."""

import pytest

from engine import bpmn
from tests.support.effort import at_most
from tests.unit.bpmn.drawing_kit import diagram, document, flow


def answered(data: bytes, calls: int) -> bpmn.Verdict:
    with at_most(calls):
        verdict = bpmn.check({"p.bpmn": data})
        bpmn.executable(verdict.files)
    return verdict


def test_a_long_chain() -> None:
    names = [f"t{number}" for number in range(2_000)]
    tasks = "".join(f'<userTask id="{name}"/>' for name in names)
    flows = "".join(flow(a, b) for a, b in zip(["s", *names], [*names, "e"], strict=True))
    verdict = answered(diagram(f'<startEvent id="s"/>|<endEvent id="e"/>|{tasks}{flows}'), 4_000_000)
    assert verdict.verdict == "RUN"


def test_a_dense_ring_without_a_wait() -> None:
    count = 80
    gates = "".join(f'<exclusiveGateway id="g{number}"/>' for number in range(count))
    flows = "".join(flow(f"g{a}", f"g{b}", "= a") for a in range(count) for b in range(count) if a != b)
    body = f'<startEvent id="s"/>|<endEvent id="e"/>|s>g0|g1>e:= b|{gates}{flows}'
    verdict = answered(diagram(body), 8_000_000)
    assert "busy-loop:g0" in {finding.id for finding in verdict.of(bpmn.Severity.ERROR)}


def test_deeply_nested_subprocesses() -> None:
    inner = '<userTask id="t"/>'
    for level in range(55):
        inner = f'<subProcess id="b{level}">{inner}</subProcess>'
    assert answered(diagram(inner), 300_000).verdict == "FIX"


def test_many_event_subprocesses() -> None:
    parts = []
    for number in range(150):
        parts.append(
            f'<subProcess id="es{number}" triggeredByEvent="true"><startEvent id="m{number}">'
            f'<messageEventDefinition messageRef="x"/></startEvent><endEvent id="n{number}"/>'
            f"{flow(f'm{number}', f'n{number}')}</subProcess>"
        )
    body = '<startEvent id="s"/>|<userTask id="t"/>|<endEvent id="e"/>|s>t|t>e|' + "".join(parts)
    verdict = answered(diagram(body, beside='<message id="x" name="pesan"/>'), 800_000)
    assert verdict.verdict == "RUN"


def test_many_processes_that_call_each_other() -> None:
    count = 200
    parts = []
    for number in range(count):
        called = (number + 1) % count
        parts.append(
            f'<process id="p{number}" isExecutable="true"><startEvent id="s{number}"/>'
            f'<callActivity id="c{number}" calledElement="p{called}"/><endEvent id="e{number}"/>'
            f"{flow(f's{number}', f'c{number}')}{flow(f'c{number}', f'e{number}')}</process>"
        )
    verdict = answered(document("".join(parts)), 2_000_000)
    assert len([item for item in verdict.findings if item.rule == "recursive-call"]) == count


def _drawn(inside: str) -> bytes:
    room = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    return f'<definitions xmlns="{room}" id="d">{inside}</definitions>'.encode()


def _process(name: str, inside: str) -> str:
    return f'<process id="{name}" isExecutable="true"><startEvent id="s_{name}"/>{inside}</process>'


def _nested(depth: int) -> str:
    inside = ""
    for at in range(depth):
        inside = f'<subProcess id="q{at}"><startEvent id="s{at}"/>{inside}<endEvent id="e{at}"/></subProcess>'
    return _process("p", inside)


def _links(count: int) -> str:
    event = "<linkEventDefinition name='{0}'/>"
    return _process(
        "p",
        "".join(
            f'<intermediateThrowEvent id="t{at}">{event.format(at)}</intermediateThrowEvent>'
            f'<sequenceFlow id="f{at}" sourceRef="s_p" targetRef="t{at}"/>'
            f'<intermediateCatchEvent id="c{at}">{event.format(at)}</intermediateCatchEvent>'
            for at in range(count)
        ),
    )


def _doubled_calls(count: int) -> str:
    """Each process calls the next one twice: two to the power of their number of ways."""
    return "".join(
        _process(
            f"p{at}",
            "".join(
                f'<callActivity id="c{at}{side}" calledElement="p{at + 1}"/>'
                f'<sequenceFlow id="f{at}{side}" sourceRef="s_p{at}" targetRef="c{at}{side}"/>'
                for side in "ab"
            ),
        )
        for at in range(count)
    ) + _process(
        f"p{count}",
        '<endEvent id="x"><errorEventDefinition errorRef="g"/></endEvent>'
        f'<sequenceFlow id="fx" sourceRef="s_p{count}" targetRef="x"/>',
    )


@pytest.mark.parametrize(
    ("inside", "calls"),
    [(_nested(29), 200_000), (_links(1_400), 3_000_000), (_doubled_calls(600), 4_500_000)],
    ids=["nested", "links", "doubled calls"],
)
def test_no_drawing_makes_the_rules_slow(inside: str, calls: int) -> None:
    sop = b'process_id = "p0"\nstandar_layanan = "5 HK"\n'
    with at_most(calls):
        bpmn.check({"p.bpmn": _drawn(inside), "sop.toml": sop}, sop=True)


def test_more_steps_than_any_procedure_has_are_refused() -> None:
    tasks = "".join(f'<task id="t{at}"/>' for at in range(3_000))
    (finding,) = bpmn.check({"p.bpmn": _drawn(_process("p", tasks))}).findings
    assert finding.rule == "unreadable"
