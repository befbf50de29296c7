"""Tasks, letters and messages by the names that officers know them by."""

from typing import Any

from engine.cases import correspondence
from engine.errors import Message, msg
from webapp.citizen.reporting import clock_name
from webapp.i18n import translate

LETTERS: dict[str, Message] = {
    correspondence.QUESTION: msg("Question to the reporter"),
    correspondence.ANSWER: msg("Answer to the reporter"),
    correspondence.FORWARD: msg("Passed on to another agency"),
    "perpanjangan_waktu": msg("More time announced"),
    correspondence.CLOSING: msg("Closing note to the reporter"),
    correspondence.REPLY: msg("Reply of the reporter"),
    correspondence.WITHDRAWAL: msg("Withdrawal by the reporter"),
    correspondence.OMBUDSMAN: msg("The reporter turns to the Ombudsman"),
    "banding_pelapor": msg("Appeal of the reporter"),
}


def letter_name(kind: str) -> str:
    """A kind of letter or message in words; an SOP's own by its name without underscores."""
    return translate(LETTERS[kind]) if kind in LETTERS else kind.replace("_", " ").capitalize()


def task_name(item: Any) -> str:
    """A task's name; an escalation says of what, a case's clock in words."""
    if item.kind != "escalation":
        return str(item.name)
    what = item.name.removeprefix("Eskalasi: ")
    what = clock_name(what) if what.startswith("jam_") else what
    return translate(msg("Escalation: %(what)s", what=what))
