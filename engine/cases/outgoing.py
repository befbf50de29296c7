"""Messages of a case that go to other systems: LAPOR!, an agency's register, whoever the operator lists.

Who they are stands in the receivers file (``engine.webhooks``). A message goes to each under its own key, and
never one of a secret report: that there is one does not leave the house. When something happened is not told
either, for it would say when an anonymous reporter was at work.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from engine.cases import correspondence
from engine.db.models import Agency, Case
from engine.errors import AlurError, msg
from engine.runtime.house import House, Parcel, Sender
from engine.runtime.step import Step
from engine.webhooks import SECONDS, send

KIND = "webhook"


def observe(step: Step, case: Case) -> None:
    """Put what this step sent into the outbox, once for each receiver."""
    if case.secret or not step.house.receivers:
        return
    agency: str | None = None
    for name, payload in _sent(step):
        agency = agency or step.session.get_one(Agency, case.agency_id).key
        for receiver in step.house.receivers.of(agency, name):
            data = {"case": case.case_number, **payload}
            data.pop("laporan", None)  # the report itself, with what its reporter wrote
            key = f"{receiver.name}:{step.house.new_id(step.now)}"
            step.tell(KIND, key, receiver.name, {"type": name, "data": data})


def _sent(step: Step) -> Iterator[tuple[str, dict[str, Any]]]:
    """Messages of the diagram, and letters of connectors for which it draws none of that name beside."""
    drawn = set()
    for happening in step.happenings:
        if happening.kind == "message_sent":
            drawn.add(happening.name)
            yield happening.name, correspondence.payload_of(step, happening)
    for happening in step.happenings:
        if happening.kind == correspondence.LETTER_SENT and happening.name not in drawn:
            yield happening.name, happening.data


def deliver(house: House, parcel: Parcel, seconds: float = SECONDS) -> None:
    """Send a message to its receiver, who has so many seconds. Raises AlurError when it does not take it."""
    receiver = house.receivers.get(parcel.recipient)
    if receiver is None:
        raise AlurError(msg("The receiver “%(name)s” is not in the receivers file.", name=parcel.recipient))
    body = orjson.dumps(parcel.payload, option=orjson.OPT_SORT_KEYS)
    send(receiver, parcel.key, int(house.now().timestamp()), body, seconds=seconds)


SENDERS: dict[str, Sender] = {KIND: deliver}
