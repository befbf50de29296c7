"""Messages from outside: each taken in once, delivered to the case that waits for it, or opening a case."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.cases.opening import OF_THE_HOUSE, Opening, identity_apart, open_case
from engine.db.models import Case, Definition, Instance, ReceivedMessage
from engine.errors import Conflict, FieldError, Invalid, NotFound, msg
from engine.people.principals import Actor, Principal, actor_of
from engine.runtime import advance, conflicts, messages
from engine.runtime.commands import Deliver
from engine.runtime.house import House
from engine.runtime.step import Step


@dataclass(frozen=True)
class Incoming:
    """A message: ``key`` is the case number it belongs to, ``message_id`` the sender's own id for it."""

    name: str
    payload: dict[str, Any]
    key: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class Taken:
    """What became of a message: ``started`` a case, ``delivered`` to one, or known already (``repeated``)."""

    outcome: str
    instance_id: str | None
    case_number: str | None
    tracking_number: str | None


def receive(house: House, who: Principal, incoming: Incoming) -> Taken:
    """Take a message in for an agency. The same ``message_id`` again changes nothing and says so.

    Raises NotFound when no case waits for it and no process starts with it, and for whom the case accuses.
    """
    try:
        return _receive(house, who, incoming)
    except IntegrityError:
        # Another server took the same message in at the same moment; the second look finds it.
        return _receive(house, who, incoming)


def _receive(house: House, who: Principal, incoming: Incoming) -> Taken:
    with house.database.write() as session:
        waiting = messages.find(session, who.agency_id, incoming.name, incoming.key) if incoming.key else None
        if waiting is not None and conflicts.is_accused(session, who, waiting.instance_id):
            raise _nothing_waits(incoming)
        return receive_in(house, session, who.agency_id, actor_of(who), incoming)


def _nothing_waits(incoming: Incoming) -> NotFound:
    return NotFound(msg("No case waits for the message %(name)s.", name=incoming.name))


def receive_in(house: House, session: Session, agency_id: str, actor: Actor, incoming: Incoming) -> Taken:
    """The same inside a transaction; raises IntegrityError when another one is taking the message in."""
    before = _received(session, agency_id, incoming.message_id)
    if before is not None:
        if before.name != incoming.name:
            raise Conflict(msg("This message id was used for another message."))
        return _taken(session, "repeated", before.instance_id)
    received = _remember(house, session, agency_id, incoming) if incoming.message_id else None
    _check_names(incoming)
    subscription = messages.find(session, agency_id, incoming.name, incoming.key) if incoming.key else None
    if subscription is not None:
        deliver(house, session, subscription.instance_id, subscription.wait_id, incoming, actor)
        outcome, instance_id = "delivered", subscription.instance_id
    else:
        outcome, instance_id = "started", _start(house, session, agency_id, incoming, actor)
    if received is not None:
        received.instance_id = instance_id
        session.flush()
    return _taken(session, outcome, instance_id)


def _check_names(incoming: Incoming) -> None:
    """A message joins the variables of a running case; those that the house keeps are not its to set."""
    faults = [
        FieldError(
            f"payload.{name}", msg("%(name)s is kept by the house: send it under another name.", name=name)
        )
        for name in sorted(OF_THE_HOUSE & incoming.payload.keys())
    ]
    if incoming.key and faults:
        raise Invalid(msg("Some answers need correction."), faults)


def _remember(house: House, session: Session, agency_id: str, incoming: Incoming) -> ReceivedMessage:
    """Take the message's id before its effect: a second server waits here until the first has committed."""
    now = house.now()
    received = ReceivedMessage(
        id=house.new_id(now),
        agency_id=agency_id,
        message_id=incoming.message_id or "",
        name=incoming.name,
        received_at=now,
    )
    session.add(received)
    session.flush()
    return received


def is_first(house: House, session: Session, agency_id: str, incoming: Incoming, instance_id: str) -> bool:
    """Whether a message to a known instance comes for the first time; its id is kept from now on."""
    if incoming.message_id is None:
        return True
    if _received(session, agency_id, incoming.message_id) is not None:
        return False
    _remember(house, session, agency_id, incoming).instance_id = instance_id
    return True


def deliver(
    house: House, session: Session, instance_id: str, wait_id: str, incoming: Incoming, actor: Actor
) -> Step:
    """Hand a message to a waiting catch of an instance, in one step."""
    step = Step.open(house, session, instance_id, actor)
    element = next((wait.element for wait in step.run.waits() if wait.id == wait_id), None)
    if element is None:
        raise Conflict(msg("Nothing waits for %(name)s any more.", name=incoming.name))
    return advance.run(step, Deliver(wait_id, element, incoming.name, incoming.payload))


def _start(house: House, session: Session, agency_id: str, incoming: Incoming, actor: Actor) -> str:
    found = _message_start(house, session, agency_id, incoming.name)
    if found is None or incoming.key is not None:
        raise _nothing_waits(incoming)
    definition, start_event = found
    payload = dict(incoming.payload)
    report = payload.pop("laporan", None)
    start_form = house.programs.get(session, definition.bundle_hash).start_form(definition.process_key)
    told, identity = identity_apart(start_form, report if isinstance(report, dict) else {})
    opening = Opening(
        report=told,
        identity=identity,
        extra=identity_apart(start_form, payload)[0],
        channel=str(payload.get("instansi_asal") or "api"),
        received=incoming.name,
        start_event=start_event,
    )
    case, _ = open_case(house, session, definition, opening, actor)
    return case.instance_id


def _message_start(
    house: House, session: Session, agency_id: str, name: str
) -> tuple[Definition, str] | None:
    """The version in force whose process starts with this message, and its start event."""
    for definition in session.scalars(
        select(Definition)
        .where(Definition.agency_id == agency_id, Definition.state == "active")
        .order_by(Definition.process_key)
    ):
        program = house.programs.get(session, definition.bundle_hash)
        start = program.start_at(definition.process_key, "message", name)
        if start is not None:
            return definition, start.id
    return None


def _received(session: Session, agency_id: str, message_id: str | None) -> ReceivedMessage | None:
    if not message_id:
        return None
    return session.scalar(
        select(ReceivedMessage).where(
            ReceivedMessage.agency_id == agency_id, ReceivedMessage.message_id == message_id
        )
    )


def _taken(session: Session, outcome: str, instance_id: str | None) -> Taken:
    case = session.scalar(select(Case).where(Case.instance_id == instance_id)) if instance_id else None
    instance = session.get(Instance, instance_id) if instance_id else None
    return Taken(
        outcome,
        instance.id if instance else None,
        case.case_number if case else None,
        case.tracking_number if case else None,
    )
