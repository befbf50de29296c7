"""What reporters do with their receipt: reply, withdraw, send what the SOP takes, rate.

What they see is in ``following``.
"""

from typing import Any

from sqlalchemy.orm import Session

from engine.cases import attachments, coarse, correspondence, entries, intake
from engine.cases.following import STANDARD, is_private, may_rate, own_case
from engine.db.models import Agency, Case
from engine.errors import Conflict, FieldError, Invalid, msg
from engine.form import Form
from engine.people.principals import REPORTER
from engine.runtime import messages
from engine.runtime.house import House
from engine.runtime.step import Step

SHORTEST_TEXT, LONGEST_TEXT = 3, 5000


def reply(
    house: House,
    tracking_number: str,
    receipt: str,
    text: str,
    files: list[str] | None = None,
    extra: dict[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Answer a question or write back; whether the flow was waiting for it.

    What the flow does not wait for is kept as correspondence that the officers see. The same idempotency
    ``key`` again sends nothing. Raises NotFound, Invalid.
    """
    payload = {"teks": _text(text, "teks"), "lampiran": files or [], **(extra or {})}
    return _send(house, tracking_number, receipt, correspondence.REPLY, payload, key)


def withdraw(house: House, tracking_number: str, receipt: str, reason: str, key: str | None = None) -> bool:
    """Ask to withdraw; whether that ends the handling, the SOP decides. Raises NotFound, Invalid."""
    payload = {"alasan": _text(reason, "alasan"), "bukti_identitas": "tanda_terima"}
    return _send(house, tracking_number, receipt, correspondence.WITHDRAWAL, payload, key)


def send(
    house: House,
    tracking_number: str,
    receipt: str,
    name: str,
    text: str = "",
    answers: dict[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Send another message that the SOP takes from reporters: a text, or the answers of its own form.

    Raises NotFound, Invalid.
    """
    with house.database.read() as session:
        case = own_case(house, session, tracking_number, receipt)
        step = Step.look(house, session, case.instance_id)
        own = entries.declared(step, entries.FROM_REPORTER)
        if name not in own and name not in STANDARD:
            raise Invalid(msg("Reporters do not send %(name)s.", name=name))
        payload: dict[str, Any] = {}
        if name in own:
            checked = own[name][1].validate(answers or {}, {}, step.env())
            if checked.errors:
                raise Invalid(msg("Some answers need correction."), checked.errors)
            payload = checked.values
        else:
            payload["alasan"] = payload["teks"] = _text(text, "alasan")
    return _send(house, tracking_number, receipt, name, payload, key, own[name][1] if name in own else None)


def rate(house: House, tracking_number: str, receipt: str, rating: int, comment: str = "") -> None:
    """Rate the handling from 1 to 5, once the answer was sent until the 10th working day after closing.

    Raises NotFound, Invalid, and Conflict outside that time.
    """
    if rating not in range(1, 6):
        fault = FieldError("rating", msg("Choose a rating from 1 to 5."))
        raise Invalid(msg("Some answers need correction."), [fault])
    if len(comment) > LONGEST_TEXT:
        raise Invalid(
            msg("Some answers need correction."), [FieldError("comment", msg("The text is too long."))]
        )
    with house.database.write() as session:
        case = own_case(house, session, tracking_number, receipt)
        step = _locked(house, session, case)
        if not may_rate(case, step.now):
            raise Conflict(msg("This report cannot be rated now."))
        case.rating, case.rating_comment = rating, comment
        case.rated_at = coarse.day(step.now, step.calendar.zone.key) if case.anonymous else step.now
        step.record("rated", None, "", rating=rating)
        step.save()


def _send(
    house: House,
    tracking_number: str,
    receipt: str,
    name: str,
    payload: dict[str, Any],
    key: str | None,
    form: Form | None = None,
) -> bool:
    payload = _privately(house, tracking_number, receipt, payload)
    with house.database.write() as session:
        case = own_case(house, session, tracking_number, receipt)
        # Locked before looking: a catch that waits now still waits when the message is handed over.
        step = _locked(house, session, case)
        message_id = f"{case.id}:{house.digest('reporter-message', key)}" if key else None
        incoming = intake.Incoming(name, payload, message_id=message_id)
        faults = (
            attachments.faults(session, case.agency_id, form, payload, case.id)
            if form
            else _missing(session, case, payload)
        )
        if faults:
            raise Invalid(msg("Some answers need correction."), faults)
        if not intake.is_first(house, session, case.agency_id, incoming, case.instance_id):
            return True
        found = messages.find(session, case.agency_id, name, case.case_number, case.instance_id)
        if found is not None:
            intake.deliver(house, session, case.instance_id, found.wait_id, incoming, REPORTER)
            return True
        step.record("correspondence_received", None, name)
        correspondence.write(step, case, "in", name, payload)
        step.save()
        return False


def _privately(house: House, tracking_number: str, receipt: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The same message; files sent to a private report have left names and metadata behind."""
    with house.database.read() as session:
        case = own_case(house, session, tracking_number, receipt)
        if not is_private(case):
            return payload
        agency = session.get_one(Agency, case.agency_id)
    copies = attachments.privately(house, agency.key, attachments.mentioned(payload))
    replaced: dict[str, Any] = attachments.replaced(payload, copies)
    return replaced


def _missing(session: Session, case: Case, payload: dict[str, Any]) -> list[FieldError]:
    """The files of a letter that are not there, or another report's."""
    missing = attachments.unknown(session, case.agency_id, payload.get("lampiran") or [], case.id)
    return [FieldError("files", attachments.no_file(each)) for each in sorted(missing)]


def _locked(house: House, session: Session, case: Case) -> Step:
    """The case's instance locked, and the case as whoever held the lock before left it."""
    step = Step.open(house, session, case.instance_id, REPORTER)
    session.refresh(case)
    return step


def _text(text: str, key: str) -> str:
    text = text.strip()
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT or "\x00" in text:
        fault = FieldError(
            key, msg("Write between %(least)d and %(most)d characters.", least=3, most=LONGEST_TEXT)
        )
        raise Invalid(msg("Some answers need correction."), [fault])
    return text
