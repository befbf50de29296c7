"""The history of a report in sentences."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine.cases.views import CaseView
from engine.errors import Message, msg
from engine.runtime import pausing, recount
from engine.runtime.second_look import ACCUSED, AWAY, LEFT
from webapp import deadlines, format
from webapp.citizen.reporting import clock_name
from webapp.i18n import translate
from webapp.officer.naming import ESCALATION, escalated, escalation_name, letter_name

NOT_PEOPLE: dict[str, Message] = {
    "pelapor": msg("reporter"),
    "penjadwal": msg("scheduler"),
    "sistem": msg("system"),
}
ACTIONS: dict[str, Message] = {
    "ambil_alih": msg("taken over"),
    "tugaskan_ulang": msg("given to somebody else"),
    "beri_waktu": msg("more time given"),
}
Teller = Callable[[Any, CaseView], Message]


def tell(event: Any, view: CaseView) -> dict[str, Any]:
    """One event: ``{"id", "at", "who", "text", "note", "tone"}``."""
    teller = TELLERS.get(event.kind)
    return {
        "id": event.id,
        "at": event.at,
        "who": translate(NOT_PEOPLE[event.actor]) if event.actor in NOT_PEOPLE else event.actor,
        "text": translate(teller(event, view)) if teller else event.kind,
        "note": _note(event),
        "tone": TONES.get(event.kind, ""),
    }


def _note(event: Any) -> str:
    """What somebody wrote with it, or that it was erased."""
    if event.kind == "erased":
        return str(event.name)
    if event.data.get("erased"):
        return translate(msg("What was written here is erased."))
    return str(event.data.get("reason") or "")


def role_names(keys: list[str], view: CaseView) -> str:
    """Roles as the SOP titles them."""
    titles = view.program.sop.roles if view.program.sop else {}
    return ", ".join(titles[key].title if key in titles else key for key in keys)


def _name(event: Any, view: CaseView) -> str:
    """The step's name; a clock's in words."""
    if event.data.get("subject") == "clock":
        return clock_name(event.name.removeprefix(ESCALATION))
    if event.name and event.name.startswith(ESCALATION):
        return escalation_name(event.name)
    element = view.program.elements.get(event.element or "")
    if event.kind == "timer_fired" and element is not None and element.name:
        return element.name
    return event.name or (element.name if element else "") or (event.element or "")


def _created(event: Any, view: CaseView) -> Message:
    roles = role_names(event.data.get("roles") or [], view)
    return msg("Task “%(name)s” waits for %(roles)s.", name=_name(event, view), roles=roles)


def _reassigned(event: Any, view: CaseView) -> Message:
    name, to = _name(event, view), event.data.get("to")
    if to:
        return msg("Task “%(name)s” was handed to %(to)s.", name=name, to=to)
    return msg("Task “%(name)s” was handed over.", name=name)


def _released(event: Any, view: CaseView) -> Message:
    name = _name(event, view)
    if event.data.get("why") == LEFT:
        return msg("Task “%(name)s” was given back: whoever had it has left.", name=name)
    if event.data.get("why") == AWAY:
        return msg("Task “%(name)s” was given back: whoever had it is away, without a deputy.", name=name)
    if event.data.get("why") == ACCUSED:
        return msg("Task “%(name)s” was given back: the report accuses whoever had it.", name=name)
    return msg("Task “%(name)s” was released.", name=name)


def _passed_up(event: Any, view: CaseView) -> Message:
    roles = role_names(event.data.get("roles") or [], view)
    name = _name(event, view)
    return msg("Nobody answers for task “%(name)s” any more; it waits for %(roles)s.", name=name, roles=roles)


def _came_down(event: Any, view: CaseView) -> Message:
    roles = role_names(event.data.get("roles") or [], view)
    name = _name(event, view)
    return msg("Task “%(name)s” came down again; it waits for %(roles)s.", name=name, roles=roles)


def _escalated(event: Any, view: CaseView) -> Message:
    role = role_names([event.data.get("role") or ""], view)
    name = _name(event, view) if event.data.get("subject") == "clock" else escalated(event.name)
    return msg("“%(name)s” is late; escalated to %(role)s.", name=name, role=role)


def _answered(event: Any, view: CaseView) -> Message:
    action = str(event.data.get("action") or "")
    word = ACTIONS.get(action) or action
    return msg("%(name)s: answered, %(action)s.", name=_name(event, view), action=word)


def _incident(event: Any, view: CaseView) -> Message:
    if event.data.get("kind") == "role":
        return msg("Nobody holds the role for “%(name)s”; the next level gets it.", name=_name(event, view))
    return msg("Fault at “%(name)s”.", name=_name(event, view))


def _moved(event: Any, view: CaseView) -> Message:
    before, after = (format.when(datetime.fromisoformat(event.data[key])) for key in ("before", "after"))
    if event.data["subject"] == recount.PAUSE:
        return msg(
            "The pause of “%(name)s” ends %(after)s at the latest instead of %(before)s.",
            name=_name(event, view),
            before=before,
            after=after,
        )
    return msg(
        "“%(name)s” was moved from %(before)s to %(after)s.",
        name=_name(event, view),
        before=before,
        after=after,
    )


def _paused(event: Any, view: CaseView) -> Message:
    return msg(
        "“%(name)s” is paused: an answer of the reporter is awaited, until %(until)s at most"
        " (pause %(number)d of %(most)d).",
        name=_name(event, view),
        until=format.when(datetime.fromisoformat(event.data["until"])),
        number=event.data["number"],
        most=event.data["most"],
    )


def _resumed(event: Any, view: CaseView) -> Message:
    name, why = _name(event, view), event.data["why"]
    if why == pausing.USED_UP:
        since = format.when(datetime.fromisoformat(event.data["since"]))
        return msg("“%(name)s” goes on from %(since)s: the pause was used up.", name=name, since=since)
    if why == pausing.ANSWERED:
        return msg("“%(name)s” goes on: the reporter has answered.", name=name)
    return msg("“%(name)s” goes on: no answer is awaited any more.", name=name)


def _limit_changed(event: Any, view: CaseView) -> Message:
    before, after = (deadlines.limit_words(event.data[key]["limit"]) for key in ("before", "after"))
    return msg(
        "“%(name)s”: the limit is now %(after)s instead of %(before)s, for the class is another one.",
        name=_name(event, view),
        before=before,
        after=after,
    )


def _limit_extended(event: Any, view: CaseView) -> Message:
    before, after = (
        format.when(datetime.fromisoformat(event.data[key])) if event.data[key] else "–"
        for key in ("before", "after")
    )
    return msg(
        "“%(name)s” was extended by %(amount)s, from %(before)s to %(after)s.",
        name=_name(event, view),
        amount=deadlines.limit_words(event.data["by"]),
        before=before,
        after=after,
    )


TELLERS: dict[str, Teller] = {
    "started": lambda event, view: msg("The report was filed."),
    "task_created": _created,
    "task_claimed": lambda event, view: msg("Task “%(name)s” was taken.", name=_name(event, view)),
    "task_released": _released,
    "task_passed_up": _passed_up,
    "task_came_down": _came_down,
    "task_reassigned": _reassigned,
    "task_completed": lambda event, view: msg("Task “%(name)s” was completed.", name=_name(event, view)),
    "task_cancelled": lambda event, view: msg("Task “%(name)s” fell away.", name=_name(event, view)),
    "reminded": lambda event, view: msg("Reminder: “%(name)s” is nearly due.", name=_name(event, view)),
    "escalated": _escalated,
    "escalation_answered": _answered,
    "escalation_settled": lambda event, view: msg(
        "%(name)s: settled, the task is done.", name=_name(event, view)
    ),
    "timer_fired": lambda event, view: msg("Time is up: %(name)s.", name=_name(event, view)),
    "message_sent": lambda event, view: msg("Sent: %(name)s.", name=letter_name(event.name)),
    "message_received": lambda event, view: msg("Received: %(name)s.", name=letter_name(event.name)),
    "correspondence_received": lambda event, view: msg("Received: %(name)s.", name=letter_name(event.name)),
    "rated": lambda event, view: msg("The reporter gave %(rating)s of 5.", rating=event.data.get("rating")),
    "error_thrown": lambda event, view: msg("A worker answered: %(name)s.", name=event.name),
    "job_failed": lambda event, view: msg("System work failed: %(name)s.", name=event.name),
    "incident_opened": _incident,
    "incident_resolved": lambda event, view: msg(
        "Somebody answers again, or it is done: %(name)s.", name=_name(event, view)
    ),
    "incident_cancelled": lambda event, view: msg(
        "An operator gave up “%(name)s”: %(why)s",
        name=_name(event, view),
        why=event.data.get("reason") or "–",
    ),
    "deadline_moved": _moved,
    "clock_paused": _paused,
    "clock_resumed": _resumed,
    "pause_refused": lambda event, view: msg(
        "“%(name)s” was not paused: it may be paused %(most)d times, and was.",
        name=_name(event, view),
        most=event.data["most"],
    ),
    "limit_changed": _limit_changed,
    "limit_extended": _limit_extended,
    "retried": lambda event, view: msg("An operator let it run again."),
    "terminated": lambda event, view: msg("An operator ended the handling."),
    "ended": lambda event, view: msg("The handling has ended."),
    "erased": lambda event, view: msg("What the report held of people was erased."),
}
TONES = {"escalated": "danger", "incident_opened": "danger", "reminded": "warn", "timer_fired": "warn"}
