"""What an event's XML says it waits for or throws."""

from typing import Any

from engine.errors import msg
from engine.spiff import xml
from engine.spiff.errors import CompileError
from engine.spiff.settings import NONE, Trigger

TIMERS = ("timeDuration", "timeDate", "timeCycle")


def trigger_of(node: Any, parser: Any) -> Trigger:
    """The trigger of an event, a send or a receive task; raises CompileError when it is not understood."""
    first, *others = triggers_of(node, parser)
    if others:
        raise CompileError(
            msg("An event with several triggers must be drawn as several events."), node.get("id")
        )
    return first


def triggers_of(node: Any, parser: Any) -> list[Trigger]:
    """The triggers of an event, any of which will do; raises CompileError when one is not understood."""
    if node.get("messageRef") and node.tag.endswith("Task"):
        return [_message(node, node, parser)]
    found = [one for one in node if isinstance(one.tag, str) and one.tag.endswith("EventDefinition")]
    return [_read(node, definition, parser) for definition in found] or [NONE]


def _read(node: Any, definition: Any, parser: Any) -> Trigger:
    kind = definition.tag.rpartition("}")[2].removesuffix("EventDefinition")
    read = _READERS.get(kind)
    if read is None:
        raise CompileError(msg("The engine cannot run a %(kind)s.", kind=f"{kind} event"), node.get("id"))
    trigger: Trigger = read(node, definition, parser)
    return trigger


def _named(node: Any, definition: Any, attribute: str, known: dict[str, Any]) -> Any:
    reference = definition.get(attribute)
    if reference and reference not in known:
        raise CompileError(msg("%(reference)s is not defined.", reference=reference), node.get("id"))
    return known.get(reference)


def _message(node: Any, definition: Any, parser: Any) -> Trigger:
    name = _named(node, definition, "messageRef", parser.messages)
    key = parser.subscriptions.get(definition.get("messageRef"))
    return Trigger(
        "message",
        name=xml.value_of(name, node.get("id")) if name else None,
        key=xml.feel_of(key, node.get("id")) if key else None,
    )


def _signal(node: Any, definition: Any, parser: Any) -> Trigger:
    name = _named(node, definition, "signalRef", parser.signals)
    return Trigger("signal", name=xml.value_of(name, node.get("id")) if name else None)


def _error(node: Any, definition: Any, parser: Any) -> Trigger:
    error = _named(node, definition, "errorRef", parser.errors)
    return Trigger("error", code=error and (error["error_code"] or error["name"]))


def _escalation(node: Any, definition: Any, parser: Any) -> Trigger:
    escalation = _named(node, definition, "escalationRef", parser.escalations)
    return Trigger("escalation", code=escalation and (escalation["escalation_code"] or escalation["name"]))


def _timer(node: Any, definition: Any, parser: Any) -> Trigger:
    for tag in TIMERS:
        found = xml.found(definition, f"./bpmn:{tag}")
        if found is not None and (found.text or "").strip():
            return Trigger("timer", timer=xml.value_of(found.text, node.get("id")))
    raise CompileError(msg("The timer says no time."), node.get("id"))


def _condition(node: Any, definition: Any, parser: Any) -> Trigger:
    found = xml.found(definition, "./bpmn:condition")
    if found is None or not (found.text or "").strip():
        raise CompileError(msg("The conditional event has no condition."), node.get("id"))
    return Trigger("condition", condition=xml.feel_of(found.text, node.get("id")))


def _terminate(node: Any, definition: Any, parser: Any) -> Trigger:
    return Trigger("terminate")


def _compensation(node: Any, definition: Any, parser: Any) -> Trigger:
    wait = definition.get("waitForCompletion", "true") not in ("false", "0")
    return Trigger("compensation", activity=definition.get("activityRef") or None, wait=wait)


def _cancel(node: Any, definition: Any, parser: Any) -> Trigger:
    return Trigger("cancel")


_READERS = {
    "message": _message,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "timer": _timer,
    "conditional": _condition,
    "terminate": _terminate,
    "compensate": _compensation,
    "cancel": _cancel,
}
