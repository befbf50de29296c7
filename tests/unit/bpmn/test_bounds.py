"""Large and twisted diagrams are answered within two seconds."""

import time

from engine import bpmn
from tests.unit.bpmn.drawing_kit import diagram, document, flow


def answered(data: bytes) -> bpmn.Verdict:
    files = {"p.bpmn": data}
    started = time.process_time()
    verdict = bpmn.check(files)
    bpmn.executable(verdict.files)
    assert time.process_time() - started < 2
    return verdict


def test_a_long_chain() -> None:
    names = [f"t{number}" for number in range(2_000)]
    tasks = "".join(f'<userTask id="{name}"/>' for name in names)
    flows = "".join(flow(a, b) for a, b in zip(["s", *names], [*names, "e"], strict=True))
    verdict = answered(diagram(f'<startEvent id="s"/>|<endEvent id="e"/>|{tasks}{flows}'))
    assert verdict.verdict == "RUN"


def test_a_dense_ring_without_a_wait() -> None:
    count = 80
    gates = "".join(f'<exclusiveGateway id="g{number}"/>' for number in range(count))
    flows = "".join(flow(f"g{a}", f"g{b}", "= a") for a in range(count) for b in range(count) if a != b)
    body = f'<startEvent id="s"/>|<endEvent id="e"/>|s>g0|g1>e:= b|{gates}{flows}'
    verdict = answered(diagram(body))
    assert "busy-loop:g0" in {finding.id for finding in verdict.of(bpmn.Severity.ERROR)}


def test_deeply_nested_subprocesses() -> None:
    inner = '<userTask id="t"/>'
    for level in range(55):
        inner = f'<subProcess id="b{level}">{inner}</subProcess>'
    assert answered(diagram(inner)).verdict == "FIX"


def test_many_event_subprocesses() -> None:
    parts = []
    for number in range(150):
        parts.append(
            f'<subProcess id="es{number}" triggeredByEvent="true"><startEvent id="m{number}">'
            f'<messageEventDefinition messageRef="x"/></startEvent><endEvent id="n{number}"/>'
            f"{flow(f'm{number}', f'n{number}')}</subProcess>"
        )
    body = '<startEvent id="s"/>|<userTask id="t"/>|<endEvent id="e"/>|s>t|t>e|' + "".join(parts)
    assert answered(diagram(body, beside='<message id="x" name="pesan"/>')).verdict == "RUN"


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
    verdict = answered(document("".join(parts)))
    assert len([item for item in verdict.findings if item.rule == "recursive-call"]) == count
