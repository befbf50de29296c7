"""Letters between agency and reporter as the reporter reads them."""

from typing import Any

from engine.cases import correspondence
from engine.cases.following import ReporterView
from engine.errors import Message, msg
from webapp.i18n import translate

_TITLES: dict[str, Message] = {
    correspondence.QUESTION: msg("The agency asks"),
    correspondence.ANSWER: msg("The agency's answer"),
    correspondence.FORWARD: msg("Passed on to another agency"),
    "perpanjangan_waktu": msg("More time needed"),
    correspondence.CLOSING: msg("Closing note, and an invitation to rate"),
    correspondence.REPLY: msg("You wrote"),
    correspondence.WITHDRAWAL: msg("You asked to withdraw"),
    correspondence.OMBUDSMAN: msg("You turned to the Ombudsman"),
    "banding_pelapor": msg("You appealed"),
}


_CLOSING = msg("The handling of this report has ended and it is closed. You can rate it for 10 working days.")


def letter_text(letter: Any) -> str:
    """What a letter says; the closing note says the same in every report."""
    if not letter.body and letter.kind == correspondence.CLOSING:
        return translate(_CLOSING)
    return str(letter.body)


def told(letter: Any, view: ReporterView) -> dict[str, Any]:
    """One letter for the page: ``ours`` is true for what the agency wrote."""
    own = {file.id: file for file in view.files}
    return {
        "title": translate(_TITLES.get(letter.kind, msg("Letter"))),
        "ours": letter.direction == "out",
        "at": letter.at,
        "due": letter.due_at,
        "body": letter_text(letter),
        "to": letter.data.get("instansi_tujuan") if letter.kind == correspondence.FORWARD else None,
        "files": [own[each] for each in letter.files if each in own],
    }
