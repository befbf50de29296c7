"""Tasks, letters and messages by the names that officers know them by."""

from typing import Any

from engine.cases import correspondence
from engine.errors import Message, msg
from webapp.citizen.reporting import clock_name
from webapp.i18n import translate

ESCALATION = "Eskalasi: "  # how the name of an escalation begins in the database
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
    return escalation_name(item.name) if item.kind == "escalation" else str(item.name)


def escalation_name(name: str) -> str:
    """An escalation's name in words."""
    return translate(msg("Escalation: %(what)s", what=escalated(name)))


def escalated(name: str) -> str:
    """What an escalation of this name is about; a case's clock in words."""
    what = name.removeprefix(ESCALATION)
    return clock_name(what) if what.startswith("jam_") else what
