"""Drawn timers that count working time: the receipt of their due time, kept with the job."""

from typing import Any

from engine import feel, worktime
from engine.bpmn import Element
from engine.errors import AlurError
from engine.runtime.step import Step, ends_of
from engine.spiff import Wait

RECEIPT = "receipt"


def receipt_of(step: Step, element: Element, wait: Wait) -> dict[str, Any] | None:
    """How the due time of a timer that has just begun was counted; None when it counts no limit.

    The limit is the timer's own text, or what its expression counted to reach this instant.
    """
    text = (element.timer or "").strip()
    if wait.due is None or not text:
        return None
    try:
        if text.startswith("="):
            return _of_expression(step, element, wait, text)
        found = worktime.due(worktime.Limit.parse(text), step.now, step.calendar, ends=ends_of(element))
    except AlurError:
        return None  # an instant, or a cycle: nothing was counted
    return found.receipt if found.at == wait.due else None


def _of_expression(step: Step, element: Element, wait: Wait, text: str) -> dict[str, Any] | None:
    counts: list[worktime.Due] = []
    functions = worktime.functions(
        step.calendar, step.now, ends=ends_of(element) or "office", note=counts.append
    )
    env = feel.Environment(now=step.now, zone=step.calendar.zone, functions=functions)
    feel.parse(text).evaluate(feel.from_json(step.run.context(wait.id)), env)
    return next((found.receipt for found in counts if found.at == wait.due), None)
