"""The ten states of a report in words: what it is, and what happens next and by whom."""

from dataclasses import dataclass

from engine.errors import Message, msg
from engine.states import CaseStatus


@dataclass(frozen=True)
class Words:
    """How a state reads; ``tone`` is the status tag's."""

    label: Message
    next: Message
    tone: str


WORDS: dict[str, Words] = {
    CaseStatus.RECEIVED: Words(
        msg("Received"), msg("The agency checks whether the report is complete and theirs."), "info"
    ),
    CaseStatus.VERIFIED: Words(
        msg("Verified"), msg("The report is complete. The agency now begins to handle it."), "info"
    ),
    CaseStatus.AWAITING_REPORTER: Words(
        msg("Waiting for your answer"),
        msg("The agency has asked the reporter a question and waits for the answer."),
        "warn",
    ),
    CaseStatus.IN_PROGRESS: Words(msg("In progress"), msg("The agency is handling the report."), "info"),
    CaseStatus.ANSWERED: Words(
        msg("Answered"), msg("The agency has answered. If the problem remains, reply."), "ok"
    ),
    CaseStatus.FINISHED: Words(msg("Closed"), msg("The handling has ended after the answer."), "ok"),
    CaseStatus.ARCHIVED: Words(
        msg("Archived"), msg("The agency did not handle the report; its letter says why."), "wait"
    ),
    CaseStatus.FORWARDED: Words(
        msg("Passed on"), msg("The report went to the agency in charge. No need to report again."), "info"
    ),
    CaseStatus.MERGED: Words(
        msg("Merged"), msg("The report is handled together with an earlier one."), "info"
    ),
    CaseStatus.WITHDRAWN: Words(msg("Withdrawn"), msg("The report was withdrawn."), "wait"),
}

_WAY = (
    CaseStatus.RECEIVED,
    CaseStatus.VERIFIED,
    CaseStatus.IN_PROGRESS,
    CaseStatus.ANSWERED,
    CaseStatus.FINISHED,
)


def way(status: str) -> list[dict[str, object]]:
    """The usual way of a report with where it stands: ``{"label", "state": done | here | ahead}``.

    States beside the usual way stand behind "Received".
    """
    stops = list(_WAY)
    if status not in stops:
        stops = [CaseStatus.RECEIVED, CaseStatus(status)]
    here = stops.index(CaseStatus(status))
    return [
        {
            "label": WORDS[stop].label,
            "state": "done" if number < here else "here" if number == here else "ahead",
        }
        for number, stop in enumerate(stops)
    ]
