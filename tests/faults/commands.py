"""Commands at the brink: each prepared in a house until nothing is missing but the call (T7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from engine.cases import attachments, intake
from engine.cases.filing import Filing, file
from engine.people import signin
from engine.runtime import jobs, operations, outbox, work_items
from engine.runtime.house import House
from tests.faults import world
from tests.faults.crew import PDF
from tests.faults.drill import place
from tests.support.agency import principal

Call = Callable[[], Any]
COLLEAGUE = place.OFFICER.replace("@", "2@")


def filing(house: House) -> Call:
    return lambda: _file(house, "now")


def attaching(house: House) -> Call:
    return lambda: attachments.keep(house, place.AGENCY, "bukti.pdf", PDF)


def claiming(house: House) -> Call:
    who, item = principal(house, place.OFFICER), _item(house)
    return lambda: work_items.claim(house, who, item.id)


def releasing(house: House) -> Call:
    who, item = _claimed(house)
    return lambda: work_items.release(house, who, item.id)


def reassigning(house: House) -> Call:
    who, item = _claimed(house)
    return lambda: work_items.reassign(house, who, item.id, COLLEAGUE)


def drafting(house: House) -> Call:
    who, item = _claimed(house)
    return lambda: work_items.save_draft(house, who, item.id, {"catatan": "setengah jalan"})


def completing(house: House) -> Call:
    who, item = principal(house, place.OFFICER), _item(house)
    return lambda: work_items.complete(house, who, item.id, item.version, {}, take=True)


def reminding(house: House) -> Call:
    _later(house, minutes=50)
    return lambda: _some(jobs.run_due(house, limit=1))


def escalating(house: House) -> Call:
    _later(house, minutes=50)
    jobs.run_due(house)
    _later(house, minutes=12)
    while jobs.run_due(house, limit=1) and _escalations(house) == 0:
        continue
    _later(house, hours=4)
    return lambda: _some(jobs.run_due(house, limit=1))


def firing(house: House) -> Call:
    _complete(house)
    _later(house, hours=2)
    return lambda: _some(jobs.run_due(house, limit=1))


def leasing(house: House) -> Call:
    _to_the_topic(house)
    who = principal(house, place.OPERATOR)
    return lambda: jobs.fetch(house, who, [place.TOPIC], place.WORKER, place.LEASE)


def working(house: House) -> Call:
    who, job = _leased(house)
    return lambda: jobs.complete(house, who, job.id, place.WORKER, {"nilai": 1})


def giving_up(house: House) -> Call:
    who, job = _leased(house)
    return lambda: jobs.fail(house, who, job.id, place.WORKER, "printer rusak", retries=0)


def retrying(house: House) -> Call:
    giving_up(house)()
    who = principal(house, place.OPERATOR)
    (incident,) = operations.incidents(house, who)
    return lambda: operations.retry(house, who, incident.id)


def receiving(house: House) -> Call:
    who, job = _leased(house)
    jobs.complete(house, who, job.id, place.WORKER, {})
    ((instance_id, number),) = place.awaiting(house)
    return lambda: intake.receive(house, who, intake.Incoming(**place.message(instance_id, number)))


def delivering(house: House) -> Call:
    receiving(house)()
    return lambda: _some(outbox.deliver_due(house, limit=1))


def signing_in_with_a_token(house: House) -> Call:
    return lambda: signin.create_token(house, place.OFFICER, "lagi")


COMMANDS: dict[str, Callable[[House], Call]] = {
    command.__name__: command
    for command in (
        filing, attaching, claiming, releasing, reassigning, drafting, completing, reminding, escalating,
        firing, leasing, working, giving_up, retrying, receiving, delivering, signing_in_with_a_token,
    )
}  # fmt: skip


def prepare(house: House) -> None:
    """The drill with one report in it."""
    place.furnish(house)
    _file(house, "before")


def _file(house: House, key: str) -> None:
    file(house, Filing(place.AGENCY, place.PROCESS, {"judul": "Latihan"}, key))


def _item(house: House) -> Any:
    return world.open_items(house, place.TASK)[0]


def _claimed(house: House) -> Any:
    who, item = principal(house, place.OFFICER), _item(house)
    work_items.claim(house, who, item.id)
    return who, item


def _complete(house: House) -> None:
    completing(house)()


def _to_the_topic(house: House) -> None:
    firing(house)()


def _leased(house: House) -> Any:
    leasing(house)()
    who = principal(house, place.OPERATOR)
    (job,) = operations.jobs(house, who, kind="topic")
    return who, job


def _later(house: House, **by: float) -> None:
    house.clock.set(house.now() + timedelta(**by))  # type: ignore[attr-defined]


def _escalations(house: House) -> int:
    return world.most_often(house, "escalated")


def _some(number: int) -> None:
    """Nothing done is how a heartbeat meets a database that is away: for the proof it has failed."""
    if number < 1:
        raise OperationalError("", {}, Exception("nothing was done"))
