"""When a drawn timer fires: which texts are good, and what is wrong with the others.

Literals are those of the conventions: ISO durations (exact time), ``P3WD``, ``PT4WH``, ``P14CD`` and their
written forms, ``R3/PT1H`` cycles, ISO instants with a zone. Everything else must be FEEL.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.bpmn.expressions import canonical_timer, feel_fault, is_feel
from engine.errors import AlurError, Message, msg
from engine.worktime import Kind, Limit

TEN_YEARS = {
    Kind.WORKING_DAYS: 2_600,
    Kind.WORKING_HOURS: 20_800,
    Kind.CALENDAR_DAYS: 3_653,
    Kind.ELAPSED: 3_653 * 86_400,
    Kind.MONTHS: 120,
}
_CYCLE = re.compile(r"^R(\d{0,6})/(?:([^/]+)/)?([^/]+)$")
_NEGATIVE = re.compile(r"^(-\s*P|P-|P?T?-)")
_CRON = re.compile(r"^[\d*/?,LW#-]+(\s+[\w*/?,#-]+){4,6}$")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a timer; ``hard`` faults no answer can keep as they are."""

    message: Message
    hard: bool = False


def fault(kind: str | None, text: str) -> Fault | None:
    """What is wrong with the text of a timer of this kind; None when it can be counted."""
    text = canonical_timer(text)
    if not text:
        return Fault(msg("The timer has no time."))
    if is_feel(text):
        reason = feel_fault(text)
        return Fault(reason) if reason else None
    if kind == "date":
        return _date(text)
    return _cycle(text) if kind == "cycle" else _duration(text)


def written(text: str) -> str:
    """The text of a timer without quotes and the like around it."""
    return canonical_timer(text)


def kind_of(text: str) -> str:
    """Whether an answer is a date, a cycle or a duration (FEEL counts as a duration)."""
    text = canonical_timer(text)
    if text.upper().startswith("R"):
        return "cycle"
    return "date" if re.match(r"^\d{4}-\d\d-\d\d", text) else "duration"


def _date(text: str) -> Fault | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Fault(msg("%(text)s is not an ISO instant.", text=text))
    if moment.tzinfo is None:
        return Fault(msg("The instant %(text)s does not say its zone.", text=text))
    return None


def _duration(text: str) -> Fault | None:
    if _NEGATIVE.match(text.upper()):
        return Fault(msg("The duration %(text)s runs backwards.", text=text), hard=True)
    years = re.match(r"^P(\d{1,9})Y", text.upper())
    if years and int(years.group(1)) > 10:
        return Fault(msg("The duration %(text)s is longer than ten years.", text=text), hard=True)
    try:
        limit = Limit.parse(text)
    except AlurError as error:
        return Fault(error.message)
    if limit.amount > TEN_YEARS[limit.kind]:
        return Fault(msg("The duration %(text)s is longer than ten years.", text=text), hard=True)
    return None


def _cycle(text: str) -> Fault | None:
    if _CRON.match(text):
        return Fault(msg("%(text)s is a cron expression, which is not understood.", text=text))
    found = _CYCLE.match(text)
    if found is None:
        return Fault(msg("%(text)s is not a cycle; write for example R3/PT1H.", text=text))
    _, start, interval = found.groups()
    wrong = (_date(start) if start else None) or _duration(interval)
    if wrong is not None:
        return wrong
    limit = Limit.parse(interval)
    if limit.kind == Kind.ELAPSED and limit.amount < Decimal(60):
        return Fault(msg("The cycle %(text)s repeats more often than once a minute.", text=text))
    return None
