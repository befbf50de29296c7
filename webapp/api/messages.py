"""Messages from other systems: each taken in once, into the report that waits for it or opening a new one."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import Field

from engine.cases import intake
from webapp.access import allow, role
from webapp.api.operation import Answer, Given, operation
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_messages", __name__, url_prefix="/api/v1", tag="Messages")


class NewMessage(Given):
    """``key`` is the case number it belongs to, none opens a case; ``message_id`` is the sender's own id."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    key: Annotated[str | None, Field(max_length=200)] = None
    payload: dict[str, Any] = {}
    message_id: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class Taken(Answer):
    """``outcome`` is started, delivered or repeated."""

    outcome: str
    instance_id: str | None
    case_number: str | None
    tracking_number: str | None


@blueprint.post("/messages")
@operation("sendMessage", body=NewMessage, answer=Taken, errors=(404, 409))
@allow(role("operator", "admin"))
def send(body: NewMessage) -> tuple[Taken, int]:
    """Send a message; the same message id again changes nothing.

    It is delivered to the report that waits for it (200), or opens one where a process starts with it (201).
    """
    taken = intake.receive(
        house(), person(), intake.Incoming(body.name, body.payload, body.key, body.message_id)
    )
    answer = Taken(
        outcome=taken.outcome,
        instance_id=taken.instance_id,
        case_number=taken.case_number,
        tracking_number=taken.tracking_number,
    )
    return answer, 201 if taken.outcome == "started" else 200
