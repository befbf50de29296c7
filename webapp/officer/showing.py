"""A report as officers read it: clocks, letters, what happened, in words; openings of secret ones noted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request

from engine.cases import correspondence, receipts, views
from engine.cases.views import CaseView
from engine.errors import Message, msg
from engine.form import Field
from engine.states import CaseStatus, DeadlineState, InstanceState, WorkItemState
from webapp import deadlines, format, tokens
from webapp.citizen.letters import letter_text
from webapp.citizen.reporting import clock_name, readable, tells_nothing
from webapp.citizen.statuses import WORDS, Words
from webapp.house import house
from webapp.i18n import translate
from webapp.officer import telling
from webapp.officer.naming import letter_name, task_name
from webapp.visitor import person

OPENED, IDENTITY = "laporan", "identitas"
REVEALED = "tampil"
REVEAL_SECONDS = 300
DAY_LENGTH = len("2026-03-31")
CLASSES: dict[str, Message] = {
    "informasi": msg("Request for information"),
    "aspirasi": msg("Suggestion"),
    "tidak_berkadar": msg("Complaint"),
    "berkadar": msg("Complaint under supervision"),
    "darurat": msg("Urgent complaint"),
}
STATES: dict[str, Message] = {
    InstanceState.ACTIVE: msg("running"),
    InstanceState.INCIDENT: msg("stopped by a fault"),
    InstanceState.COMPLETED: msg("ended"),
    InstanceState.TERMINATED: msg("ended by an operator"),
}


@dataclass(frozen=True)
class Shown:
    """Everything of a report that pages draw, in the reader's language."""

    status: Any
    class_name: str
    clocks: list[dict[str, Any]]
    timers: list[dict[str, Any]]
    answers: list[tuple[str, str]]
    done: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    history: list[dict[str, Any]]
    identity: list[tuple[str, str]] | None
    state: str
    open_items: list[dict[str, Any]]
    awaited: list[str]


def note_opening(report: CaseView) -> None:
    """Every opening of a secret report is written down."""
    if report.case.secret:
        views.log_access(house(), person(), report.case.id, OPENED)


def report(view: CaseView) -> Shown:
    """The report in words."""
    elements = view.program.elements
    return Shown(
        status=status_words(view.case.status),
        class_name=class_name(view.case.class_),
        clocks=[_clock(each, view) for each in view.clocks],
        timers=timers(view),
        answers=[
            (field.label, in_words(field, value)) for field, value in view.answers if not tells_nothing(field)
        ],
        done=[done(each) for each in view.done],
        letters=[_letter(each, view) for each in reversed(view.letters)],
        history=[telling.tell(event, view) for event in view.history],
        identity=_identity(view),
        state=translate(STATES[view.instance.instance.state]),
        open_items=[_open_item(item, view) for item in view.instance.items],
        awaited=[
            elements[each.element].name or letter_name(each.name)
            for each in view.instance.subscriptions
            if each.kind == "message" and each.element in elements
        ],
    )


def done(each: Any) -> dict[str, Any]:
    """A finished task with its answers in words."""
    return {
        "id": each.item.id,
        "name": task_name(each.item),
        "by": each.by,
        "at": each.item.completed_at,
        "answers": [(field.label, in_words(field, value)) for field, value in each.answers],
    }


def status_words(status: str) -> Words:
    """A status as officers read it: where reporters read "your answer", officers wait for the reporter's."""
    if status == CaseStatus.AWAITING_REPORTER:
        return Words(msg("Waiting for the reporter"), WORDS[status].next, "wait")
    return WORDS[status]


def in_words(field: Field, value: Any) -> str:
    """An answer in words; a date as dates are written."""
    if field.type == "datetime" and isinstance(value, str) and len(value) == DAY_LENGTH:
        return format.iso_day(value)
    return readable(field, value)


def class_name(key: str | None) -> str:
    """A class of the SOP conventions in words; an SOP's own by its key."""
    if not key:
        return ""
    return translate(CLASSES[key]) if key in CLASSES else key.replace("_", " ").capitalize()


def reveal_token(view: CaseView) -> str:
    """Lets this person see the identity for five minutes."""
    return tokens.sign(REVEALED, [person().id, view.case.id])


def _identity(view: CaseView) -> list[tuple[str, str]] | None:
    """The reporter's identity in words, only after it was asked for with a reason, and not for long."""
    if view.identity is None:
        return None
    try:
        asked = tokens.read(REVEALED, request.args.get(REVEALED, ""), seconds=REVEAL_SECONDS)
    except (tokens.Expired, tokens.Forged):
        return None
    if asked != [person().id, view.case.id]:
        return None
    form = view.program.start_form(view.case.process_key)
    fields = {each.key: each for each in form.inputs} if form else {}
    return [
        (fields[key].label, in_words(fields[key], value)) if key in fields else (key, str(value))
        for key, value in view.identity.items()
    ]


def timers(view: CaseView, host: str | None = None) -> list[dict[str, Any]]:
    """The timers that the diagram draws and that run now, each with how it was counted; those of one task."""
    return [
        {
            "name": each.name,
            "chip": deadlines.chip(each.due, view.calendar),
            "due": each.due,
            "words": deadlines.explain(each.receipt) if each.receipt else None,
        }
        for each in receipts.timers(view)
        if host is None or each.host == host
    ]


def _clock(each: Any, view: CaseView) -> dict[str, Any]:
    return {
        "name": clock_name(each.key),
        "chip": deadlines.of_deadline(each, view.calendar_of(each)),
        "due": each.due_at,
        "words": deadlines.explain(each.receipt) if each.receipt else None,
        "standing": deadlines.standing(each, view.calendar_of(each)),
        "if_answered": _if_answered(view.if_answered.get(each.id)),
        "pause_words": _pause_words(each),
        "owed": _owed(view) if each.state == DeadlineState.PAUSED else None,
    }


def resumed_by(view: CaseView, message: str) -> list[dict[str, Any]]:
    """The clocks that stand and that this message lets go on, each with what it then comes to."""
    rules = view.program.sop.clocks if view.program.sop else {}
    return [
        _clock(each, view)
        for each in view.clocks
        if each.id in view.if_answered and each.key in rules and message in rules[each.key].resume
    ]


def _if_answered(receipt: dict[str, Any] | None) -> dict[str, Any] | None:
    """Of a clock that stands: when it would be due if the answer came now, and how that is counted."""
    if receipt is None:
        return None
    return {"due": datetime.fromisoformat(receipt["due"]), "words": deadlines.explain(receipt)}


def _pause_words(clock: Any) -> dict[str, Any] | None:
    """How the end of an open pause was counted; earlier releases kept none of it."""
    receipt = (clock.receipt or {}).get("paused", {}).get("receipt")
    return deadlines.explain(receipt) if receipt else None


def _owed(view: CaseView) -> Any:
    """Until when the reporter may answer what was asked last; None where the SOP sets no limit."""
    asked = [letter for letter in view.letters if letter.kind == correspondence.QUESTION]
    return asked[-1].due_at if asked else None


def _letter(letter: Any, view: CaseView) -> dict[str, Any]:
    files = {file.id: file for file in view.files}
    return {
        "title": letter_name(letter.kind),
        "ours": letter.direction != "in",
        "to_agency": letter.direction == "agency",
        "at": letter.at,
        "due": letter.due_at,
        "body": letter_text(letter),
        "files": [files[each] for each in letter.files if each in files],
    }


def _open_item(item: Any, view: CaseView) -> dict[str, Any]:
    who = person()
    may_open = item.assignee_id == who.id or who.has(*item.roles)
    return {
        "id": item.id if may_open and item.state == WorkItemState.OPEN else None,
        "name": task_name(item),
        "roles": telling.role_names(item.roles, view),
        "assignee": view.people.get(item.assignee_id or ""),
        "escalation": item.kind == "escalation",
        "chip": None
        if item.kind == "escalation"
        else deadlines.chip(item.due_at, view.calendar_of(view.limit_of(item)), soon_from=item.reminder_at),
    }
