"""What must be true of the drill's cases once all have ended: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import Agency, Case, File, IdempotencyKey, Instance, OutboxEntry
from engine.runtime.house import House
from tests.faults.drill import place

ONCE = {  # what a case of the drill goes through exactly once, by the kind of its event and the element
    ("task_completed", place.TASK),
    ("timer_fired", place.TIMER),
    ("job_completed", place.TOPIC),
    ("message_received", "balasan"),
    ("message_sent", place.FORWARD),
    ("ended", "selesai"),
}
AT_MOST_ONCE = {("timer_fired", "tegur")}


@dataclass
class Verdict:
    """What is missing and what is there twice, in words."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.lost and not self.twice


def judge(house: House, acknowledged: Iterable[str]) -> Verdict:
    """Compare the house with the keys that clients hold receipts for."""
    found = Verdict()
    _cases(house, set(acknowledged), found)
    _events(house, found)
    _limits(house, found)
    _forwarded(house, found)
    return found


def _cases(house: House, acknowledged: set[str], found: Verdict) -> None:
    """One case of each key, numbered without a gap; each report kept the file it was sent with."""
    with house.database.read() as session:
        agency = session.scalars(select(Agency.id).where(Agency.key == place.AGENCY)).one()
        keys = Counter(session.scalars(select(IdempotencyKey.key)))
        query = select(Case).where(Case.agency_id == agency)
        every = list(session.scalars(query.order_by(Case.case_number)))
        filed = Counter(session.scalars(select(File.case_id).where(File.case_id.is_not(None))))
    cases = [case for case in every if case.process_key == place.PROCESS]
    found.lost += [f"report {key}" for key in acknowledged - keys.keys()]
    if len(cases) != len(keys):
        found.twice.append(f"{len(cases)} cases of {len(keys)} keys")
    expected = [f"CT-2026-{count:06d}" for count in range(1, len(every) + 1)]
    if [case.case_number for case in every] != expected:
        found.lost.append("numbers have gaps or repeat")
    for case in cases:
        wanted = len(case.answers.get("bukti") or [])
        if filed[case.id] != wanted:
            found.lost.append(f"{case.case_number} has {filed[case.id]} of {wanted} files")


def _events(house: House, found: Verdict) -> None:
    with house.database.read() as session:
        told = events.read(session, HISTORY.c.instance_id.is_not(None))
        counts = Counter((event.instance_id, event.kind, str(event.element)) for event in told)
        instances = session.scalars(select(Instance.id).where(Instance.process_key == place.PROCESS))
        for instance in instances:
            for kind, element in ONCE | AT_MOST_ONCE:
                number = counts[instance, kind, element]
                if number > 1 or (number < 1 and (kind, element) in ONCE):
                    (found.twice if number else found.lost).append(f"{kind} {number} times: {instance}")


def _limits(house: House, found: Verdict) -> None:
    """Of each limit one reminder, and of each of its levels one escalation."""
    with house.database.read() as session:
        told = events.read(session, kinds=("reminded", "escalated"))
    counts = Counter((event.kind, event.data["deadline"], event.data.get("level")) for event in told)
    found.twice += [f"{key} {number} times" for key, number in counts.items() if number > 1]


def _forwarded(house: House, found: Verdict) -> None:
    """Whatever was to be told was delivered, and each report passed on arrived as one case."""
    with house.database.read() as session:
        states = Counter(session.scalars(select(OutboxEntry.state)))
        sent = session.scalar(
            select(func.count()).select_from(OutboxEntry).where(OutboxEntry.kind == "message")
        )
        arrived = session.scalar(
            select(func.count()).select_from(Instance).where(Instance.process_key == "terima")
        )
    if set(states) - {"delivered"}:
        found.lost.append(f"outbox holds {dict(states)}")
    if sent != arrived:
        (found.lost if (arrived or 0) < (sent or 0) else found.twice).append(f"{arrived} of {sent} arrived")
