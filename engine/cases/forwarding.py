"""A report passed on to another agency of the same house arrives there as that agency's own case.

The message leaves through the outbox, after the step that sent it is durable; its key makes a second
delivery harmless. Identity never travels: the report itself does not hold it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import correspondence, intake
from engine.db.models import Agency, Case, OutboxEntry
from engine.people.principals import Actor
from engine.runtime.house import Channel, House

ARRIVAL = "laporan_diteruskan"


def forward(house: House, session: Session, entry: OutboxEntry) -> None:
    """Deliver ``teruskan_instansi_lain`` to the agency it names, when that agency is here.

    Raises NotFound when the agency has no SOP that starts with a forwarded report: tried again later.
    """
    if entry.recipient != correspondence.FORWARD:
        return
    target = session.scalar(
        select(Agency).where(Agency.key == str(entry.payload.get("instansi_tujuan")), Agency.active.is_(True))
    )
    case = session.scalar(select(Case).where(Case.instance_id == entry.instance_id))
    if target is None or case is None or target.id == entry.agency_id:
        return
    origin = session.get_one(Agency, case.agency_id)
    incoming = intake.Incoming(
        ARRIVAL,
        {
            "laporan": case.answers,
            "instansi_asal": origin.key,
            "nomor_asal": case.case_number,
            "alasan": entry.payload.get("alasan"),
        },
        message_id=entry.key,
    )
    intake.receive_in(house, session, target.id, Actor(None, origin.name), incoming)


CHANNELS: dict[str, Channel] = {"message": forward}
