"""Diagrams that are good XML and wrong BPMN."""

from tests.faults.uploads.whole import BPMN


def models() -> dict[str, bytes]:
    """All of them by name."""

    def changed(old: str, new: str) -> bytes:
        assert old.encode() in BPMN
        return BPMN.replace(old.encode(), new.encode())

    def step(xml: str) -> bytes:
        return changed('<bpmn:userTask id="t" name="Periksa"/>', xml)

    def timer(tag: str, text: str) -> bytes:
        return step(
            f'<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}>'
            "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
        )

    texts = {
        "timeDuration": (
            "",
            "-PT5S",
            "P99999999Y",
            "PT",
            "3 hari saja",
            "P1W2D",
            "P-1D",
            "PT99999999999999H",
            "= 1 +",
        ),
        "timeDate": ("", "besok", "2026-02-30T00:00:00Z", "2026-01-01T09:00:00", "99999-01-01T00:00:00Z"),
        "timeCycle": ("", "R/PT1S", "R3/-PT1H", "0 0 9 * * MON", "R3/PT1H/PT1H", "R99999999999/PT1M", "R3/"),
    }
    timers = {f"{tag} {text!r}": timer(tag, text) for tag, listed in texts.items() for text in listed}
    return timers | {
        "id twice": changed('id="e"', 'id="t"'),
        "flow to nowhere": changed('targetRef="e"', 'targetRef="tidak_ada"'),
        "flow from nowhere": changed('sourceRef="s"', 'sourceRef="tidak_ada"'),
        "flow without ends": changed(' sourceRef="t" targetRef="e"', ""),
        "flow to itself": changed('sourceRef="t" targetRef="e"', 'sourceRef="t" targetRef="t"'),
        "step alone": changed("<bpmn:endEvent", '<bpmn:task id="alone"/><bpmn:endEvent'),
        "loop without a wait": step(
            '<bpmn:exclusiveGateway id="t" default="f2"/>'
            '<bpmn:sequenceFlow id="f3" sourceRef="t" targetRef="g"/>'
            '<bpmn:exclusiveGateway id="g"/><bpmn:sequenceFlow id="f4" sourceRef="g" targetRef="t"/>'
        ),
        "no way out": changed('targetRef="e"', 'targetRef="u"').replace(
            b"<bpmn:endEvent",
            b'<bpmn:userTask id="u"/><bpmn:sequenceFlow id="f3" sourceRef="u" targetRef="t"/><bpmn:endEvent',
        ),
        "calls itself": step('<bpmn:callActivity id="t" calledElement="p"/>'),
        "calls nothing": step('<bpmn:callActivity id="t"/>'),
        "calls what is not there": step('<bpmn:callActivity id="t" calledElement="tidak_ada"/>'),
        "script": step(
            '<bpmn:scriptTask id="t" scriptFormat="javascript"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
        ),
        "border of nothing": step(
            '<bpmn:task id="t"/><bpmn:boundaryEvent id="b" attachedToRef="tidak_ada"/>'
        ),
        "border of itself": step('<bpmn:task id="t"/><bpmn:boundaryEvent id="b" attachedToRef="b"/>'),
        "event without a message": step(
            '<bpmn:intermediateCatchEvent id="t"><bpmn:messageEventDefinition messageRef="x"/>'
            "</bpmn:intermediateCatchEvent>"
        ),
        "link to nowhere": step(
            '<bpmn:intermediateThrowEvent id="t"><bpmn:linkEventDefinition name="x"/>'
            "</bpmn:intermediateThrowEvent>"
        ),
        "repeated over nothing": step(
            '<bpmn:task id="t"><bpmn:multiInstanceLoopCharacteristics/></bpmn:task>'
        ),
        "default that leads elsewhere": step('<bpmn:exclusiveGateway id="t" default="f1"/>').replace(
            b"<bpmn:endEvent",
            b'<bpmn:endEvent id="e2"/><bpmn:sequenceFlow id="f3" sourceRef="t" targetRef="e2"/>'
            b"<bpmn:endEvent",
        ),
        "long id": changed('id="t"', f'id="{"x" * 5_000}"').replace(b'"t"', f'"{"x" * 5_000}"'.encode()),
        "gateway of events that leads to a task": step('<bpmn:eventBasedGateway id="t"/>').replace(
            b'<bpmn:endEvent id="e"/>', b'<bpmn:task id="e"/>'
        ),
    }
