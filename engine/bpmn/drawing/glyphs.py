"""Small signs: icons of tasks, contents of events, marks inside gateways, markers of loops."""

import math
from collections.abc import Callable

from lxml import etree

from engine.bpmn.drawing.pen import INK, circle, path, rect
from engine.bpmn.layout import source

Glyph = Callable[[float, float, bool], str]  # middle, and whether it throws (filled) or catches (outlined)


def _fill(filled: bool) -> str:
    return INK if filled else "none"


def envelope(x: float, y: float, filled: bool) -> str:
    """A letter; when filled, its flap is left light by an even-odd hole."""
    if filled:
        flap = f"M{x - 8:.1f} {y - 5:.1f}h16l-8 6.2z"
        body = f"M{x - 8:.1f} {y - 3.2:.1f}l8 6.2 8-6.2v8.6h-16z"
        return path(flap + body, fill=INK, stroke="none")
    return path(f"M{x - 8:.1f} {y - 5.5:.1f}h16v11h-16zl8 6.5 8-6.5", stroke_width=1.2)


def clock(x: float, y: float, _: bool) -> str:
    """A clock face at four."""
    hands = path(f"M{x:.1f} {y - 6:.1f}V{y:.1f}l4 3", stroke_width=1.2)
    return circle(x, y, 9.5, stroke_width=1.2) + _rays(x, y, 4, 7, 9, 1.2) + hands


def _rays(x: float, y: float, count: int, inner: float, outer: float, width: float) -> str:
    """Short strokes around a point."""
    d = ""
    for number in range(count):
        across, down = math.cos(2 * math.pi * number / count), math.sin(2 * math.pi * number / count)
        d += f"M{x + inner * across:.1f} {y + inner * down:.1f}"
        d += f"L{x + outer * across:.1f} {y + outer * down:.1f}"
    return path(d, stroke_width=width)


def _signal(x: float, y: float, filled: bool) -> str:
    return path(f"M{x - 8:.1f} {y + 5.5:.1f}l8-14 8 14z", fill=_fill(filled), stroke_width=1.2)


def _error(x: float, y: float, filled: bool) -> str:
    return path(
        f"M{x - 8:.1f} {y + 7:.1f}l5-13 5.5 7 5-8-4.5 14-5.5-8z", fill=_fill(filled), stroke_width=1.2
    )


def _escalation(x: float, y: float, filled: bool) -> str:
    return path(f"M{x:.1f} {y - 9:.1f}l7 16-7-6-7 6z", fill=_fill(filled), stroke_width=1.2)


def _page(x: float, y: float, _: bool) -> str:
    rows = "".join(f"M{x - 4:.1f} {y + dy:.1f}h8" for dy in (-4.5, -1.5, 1.5, 4.5))
    return rect(x - 6, y - 8, 12, 16, stroke_width=1.2) + path(rows, stroke_width=1)


def _link(x: float, y: float, filled: bool) -> str:
    return path(f"M{x - 8:.1f} {y - 3:.1f}h8v-4l8 7-8 7v-4h-8z", fill=_fill(filled), stroke_width=1.2)


def _compensation(x: float, y: float, filled: bool) -> str:
    d = f"M{x:.1f} {y - 6:.1f}v12l-8-6zM{x + 8:.1f} {y - 6:.1f}v12l-8-6z"
    return path(d, fill=_fill(filled), stroke_width=1.2)


def _cancel(x: float, y: float, filled: bool) -> str:
    return path(f"M{x - 6:.1f} {y - 6:.1f}l12 12m0-12l-12 12", stroke_width=3 if filled else 1.6)


def _terminate(x: float, y: float, _: bool) -> str:
    return circle(x, y, 10, fill=INK)


_EVENTS: dict[str, Glyph] = {
    "messageEventDefinition": envelope,
    "timerEventDefinition": clock,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _page,
    "linkEventDefinition": _link,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": _cancel,
    "terminateEventDefinition": _terminate,
}


def event(element: etree._Element, x: float, y: float, throws: bool) -> str:
    """What happens at an event; several definitions are a pentagon."""
    found = [_EVENTS[source.kind(child)] for child in element if source.kind(child) in _EVENTS]
    if len(found) > 1:
        return pentagon(x, y, 9, filled=throws)
    return found[0](x, y, throws) if found else ""


def pentagon(x: float, y: float, radius: float, *, filled: bool = False) -> str:
    """A regular pentagon, point up."""
    corners = ((n * 0.4 - 0.5) * math.pi for n in range(5))
    d = "L".join(f"{x + radius * math.cos(a):.1f} {y + radius * math.sin(a):.1f}" for a in corners)
    return path(f"M{d}z", fill=_fill(filled), stroke_width=1.2)


def _user(x: float, y: float) -> str:
    return circle(x + 8, y + 5, 3.6, stroke_width=1.2) + path(
        f"M{x + 1:.1f} {y + 16:.1f}c0-9 14-9 14 0z", stroke_width=1.2
    )


def _service(x: float, y: float) -> str:
    wheel = circle(x + 8, y + 8, 4.6, stroke_width=1.2) + circle(x + 8, y + 8, 1.6, stroke_width=1.2)
    return wheel + _rays(x + 8, y + 8, 8, 4.6, 7.4, 2.4)


def _rules(x: float, y: float) -> str:
    head = rect(x, y + 2, 17, 4, fill=INK, stroke_width=1)
    return head + path(f"M{x:.1f} {y + 6:.1f}h17v9h-17zm0 4.5h17m-11.500-4.500v9", stroke_width=1.2)


def _script(x: float, y: float) -> str:
    return _page(x + 8, y + 8, False)


def _manual(x: float, y: float) -> str:
    fingers = "a1.500 1.500 0 0 1 0 3a1.500 1.500 0 0 1-1 3a1.500 1.500 0 0 1-1 3"
    d = f"M{x:.1f} {y + 7:.1f}l6-4h3l-2 3h8{fingers}h-10l-3-2z"
    return path(d, stroke_width=1.2)


def _send(x: float, y: float) -> str:
    return envelope(x + 8, y + 8, True)


def _receive(x: float, y: float) -> str:
    return envelope(x + 8, y + 8, False)


_TASKS: dict[str, Callable[[float, float], str]] = {
    "userTask": _user,
    "serviceTask": _service,
    "businessRuleTask": _rules,
    "scriptTask": _script,
    "manualTask": _manual,
    "sendTask": _send,
    "receiveTask": _receive,
}


def task(kind: str, x: float, y: float) -> str:
    """The icon of a task, from its top left corner; about 16 pixels each way."""
    return _TASKS[kind](x, y) if kind in _TASKS else ""


def gateway(kind: str, x: float, y: float) -> str:
    """The mark inside a diamond."""
    if kind == "parallelGateway":
        return path(f"M{x - 10:.1f} {y:.1f}h20m-10-10v20", stroke_width=3.5)
    if kind == "inclusiveGateway":
        return circle(x, y, 10, stroke_width=2.5)
    if kind == "complexGateway":
        return path(f"M{x - 10:.1f} {y:.1f}h20m-10-10v20m-7-17l14 14m0-14l-14 14", stroke_width=2.5)
    if kind == "eventBasedGateway":
        return circle(x, y, 13, stroke_width=1) + circle(x, y, 10.5, stroke_width=1) + pentagon(x, y, 7)
    return path(f"M{x - 7:.1f} {y - 8:.1f}l14 16m0-16l-14 16", stroke_width=3)


def markers(element: etree._Element, collapsed: bool, x: float, y: float) -> str:
    """What stands at the bottom of an activity: more inside, many, in turn, again, freely, undo."""
    signs: list[Callable[[float], str]] = []
    for child in element:
        if source.kind(child) == "multiInstanceLoopCharacteristics":
            upright = child.get("isSequential") not in ("true", "1")
            signs.append(lambda at, upright=upright: _lines(at, y, upright))  # type: ignore[misc]
        elif source.kind(child) == "standardLoopCharacteristics":
            signs.append(
                lambda at: path(f"M{at - 3:.1f} {y + 5:.1f}a6 6 0 1 1 5 .5m-5-.5v-4m0 4h-4", stroke_width=1.3)
            )
    if source.kind(element) == "adHocSubProcess":
        signs.append(lambda at: path(f"M{at - 6:.1f} {y + 2:.1f}c3-7 6 3 12-3", stroke_width=2))
    if element.get("isForCompensation") in ("true", "1"):
        signs.append(lambda at: _compensation(at, y, False))
    if collapsed:
        signs.append(
            lambda at: (
                rect(at - 7, y - 7, 14, 14, stroke_width=1.2)
                + path(f"M{at - 4:.1f} {y:.1f}h8m-4-4v8", stroke_width=1.2)
            )
        )
    start = x - (len(signs) - 1) * 10
    return "".join(sign(start + 20 * number) for number, sign in enumerate(signs))


def _lines(x: float, y: float, upright: bool) -> str:
    if upright:
        return path("".join(f"M{x + dx:.1f} {y - 6:.1f}v12" for dx in (-4, 0, 4)), stroke_width=2)
    return path("".join(f"M{x - 6:.1f} {y + dy:.1f}h12" for dy in (-4, 0, 4)), stroke_width=2)
