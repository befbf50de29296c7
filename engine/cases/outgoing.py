"""Messages of a case that go to other systems: LAPOR!, an agency's register, whoever the operator lists.

Who they are stands in the receivers file (``engine.webhooks``). A message goes to each under its own key, and
never one of a secret report: that there is one does not leave the house. When something happened is not told
either, for it would say when an anonymous reporter was at work.
"""

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
    sent = [happening for happening in step.happenings if happening.kind == "message_sent"]
    if not sent or case.secret or not step.house.receivers:
        return
    agency = step.session.get_one(Agency, case.agency_id).key
    for happening in sent:
        for receiver in step.house.receivers.of(agency, happening.name):
            data = {"case": case.case_number, **correspondence.payload_of(step, happening)}
            data.pop("laporan", None)  # the report itself, with what its reporter wrote
            key = f"{receiver.name}:{step.house.new_id(step.now)}"
            step.tell(KIND, key, receiver.name, {"type": happening.name, "data": data})


def deliver(house: House, parcel: Parcel, seconds: float = SECONDS) -> None:
    """Send a message to its receiver, who has so many seconds. Raises AlurError when it does not take it."""
    receiver = house.receivers.get(parcel.recipient)
    if receiver is None:
        raise AlurError(msg("The receiver “%(name)s” is not in the receivers file.", name=parcel.recipient))
    body = orjson.dumps(parcel.payload, option=orjson.OPT_SORT_KEYS)
    send(receiver, parcel.key, int(house.now().timestamp()), body, seconds=seconds)


SENDERS: dict[str, Sender] = {KIND: deliver}
