"""Receivers: the systems that an agency's messages go to, as the operator's file lists them."""

from datetime import datetime
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field

from engine.errors import NotFound, msg
from engine.runtime import recipients
from engine.runtime.recipients import Listed
from webapp.access import allow
from webapp.api.jobs import Limit, works
from webapp.api.operation import Answer, Given, maybe, operation
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_receivers", __name__, url_prefix="/api/v1", tag="Jobs")


class Receiver(Answer):
    """A system that messages of the agency go to.

    ``messages`` and ``server`` stand in the receivers file; [] and null of one that was taken out of it while
    something of it is left. ``server`` is scheme, host and port, for a path may hold what only the receiver
    shall know; secrets are never told. ``failing_since``, ``asked_again_at`` and ``error`` are null while it
    answers.
    """

    name: str
    messages: list[str]
    server: str | None
    waiting: int
    given_up: int
    failing_since: datetime | None
    asked_again_at: datetime | None
    error: str | None


class Receivers(Answer):
    items: list[Receiver]
    next: str | None


class ReceiverQuery(Given):
    cursor: Annotated[str | None, Field(max_length=200)] = None
    limit: Limit = 50


@blueprint.get("/receivers")
@operation("listReceivers", query=ReceiverQuery, answer=Receivers)
@allow(works)
def receivers(query: ReceiverQuery) -> Receivers:
    """List the agency's receivers by name, and how it stands with each."""
    rows = [each for each in recipients.listed(house(), person()) if each.name > (query.cursor or "")]
    page = rows[: query.limit]
    return Receivers(
        items=[_shown(each) for each in page], next=page[-1].name if len(rows) > len(page) else None
    )


@blueprint.get("/receivers/<receiver_name>")
@operation("getReceiver", answer=Receiver)
@allow(works)
def receiver(receiver_name: str) -> Receiver:
    """A receiver of the agency."""
    found = next((each for each in recipients.listed(house(), person()) if each.name == receiver_name), None)
    if found is None:
        raise NotFound(msg("There is no such receiver."))
    return _shown(found)


def _shown(row: Listed) -> Receiver:
    listed = house().receivers.get(row.name)
    own = listed if listed is not None and listed.agency == person().agency_key else None
    return Receiver(
        name=row.name,
        messages=sorted(own.messages) if own else [],
        server=f"{own.parts.scheme}://{own.parts.netloc}" if own else None,
        waiting=row.waiting,
        given_up=row.given_up,
        failing_since=maybe(row.failing_since),
        asked_again_at=maybe(row.next_at),
        error=row.error,
    )
