"""The drill's two agencies in a database, and every case of it brought to its end."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from engine.cases import intake
from engine.db.models import Instance, OutboxEntry, Subscription, WorkItem
from engine.people.signin import create_token
from engine.runtime import jobs, outbox, sending, work_items
from engine.runtime.house import House
from engine.states import InstanceState
from tests.support.agency import open_agency, principal, put_files_in_force

AGENCY, OTHER, PROCESS, ARRIVING = "contoh", "tujuan", "latihan", "terima"
OFFICER, OPERATOR = f"petugas_pengaduan@{AGENCY}", f"operator@{AGENCY}"
TASK, TIMER, TOPIC, MESSAGE, FORWARD = "periksa", "tunggu", "cetak", "hasil", "terus"
SHORTER = (b'Expression">PT1H<', b'Expression">PT30M<')
WORKER, LEASE = "pekerja", timedelta(minutes=20)
HERE = Path(__file__).parent
ROUNDS = 60  # of bringing everything on: more, and something hangs


def furnish(house: House) -> dict[str, str]:
    """Both agencies with their processes in force; the tokens of officer and operator."""
    put_in_force(house, open_agency(house, AGENCY, "CT"), 1)
    other_id = open_agency(house, OTHER, "TJ")
    put_files_in_force(house, other_id, ARRIVING, {"terima.bpmn": (HERE / "terima.bpmn").read_bytes()})
    return {login: create_token(house, login, "tests") for login in (OFFICER, OPERATOR)}


def put_in_force(house: House, agency_id: str, version: int) -> None:
    """A version of the drill: its timer waits for an hour in odd ones, for half of it in even ones."""
    drawn = (HERE / "latihan.bpmn").read_bytes()
    if version % 2 == 0:
        drawn = drawn.replace(*SHORTER)
    files = {"latihan.bpmn": drawn, "forms/laporan.json": (HERE / "laporan.json").read_bytes()}
    put_files_in_force(house, agency_id, PROCESS, files, version=version)


def awaiting(house: House) -> list[tuple[str, str]]:
    """(instance, case number) of every case that waits for the message."""
    with house.database.read() as session:
        rows = session.execute(
            select(Instance.id, Instance.business_key)
            .join(Subscription, Subscription.instance_id == Instance.id)
            .where(Subscription.name == MESSAGE)
        )
        return [(key, str(number)) for key, number in rows]


def message(instance_id: str, number: str) -> dict[str, Any]:
    """What the other system sends; the same again under the same id."""
    return {"name": MESSAGE, "key": number, "payload": {"nilai": 1}, "message_id": f"hasil:{instance_id}"}


def bring_to_an_end(house: House) -> None:
    """Complete, fire, work, answer and deliver until every case has ended; the house's clock moves on."""
    officer, operator = principal(house, OFFICER), principal(house, OPERATOR)
    for _ in range(ROUNDS):
        house.clock.set(house.now() + timedelta(hours=2))  # type: ignore[attr-defined]
        for item in _open(house):
            work_items.complete(house, officer, item.id, item.version, {}, take=True)
        while jobs.run_due(house):
            continue
        while leased := jobs.fetch(house, operator, [TOPIC], WORKER, LEASE):
            for job in leased:
                jobs.complete(house, operator, job.id, WORKER, {})
        for instance_id, number in awaiting(house):
            intake.receive(house, operator, intake.Incoming(**message(instance_id, number)))
        while outbox.deliver_due(house) or sending.send_due(house):
            continue
        if not running(house) and not _untold(house):
            return
    raise AssertionError(f"{running(house)} cases never end, {_untold(house)} messages are never told")


def running(house: House) -> int:
    """How many cases of the drill have not ended."""
    with house.database.read() as session:
        ended = (InstanceState.COMPLETED, InstanceState.TERMINATED)
        query = select(func.count()).select_from(Instance).where(Instance.state.not_in(ended))
        query = query.where(Instance.process_key.in_((PROCESS, ARRIVING)))
        return session.scalar(query) or 0


def _untold(house: House) -> int:
    """How much of the outbox waits to be delivered or sent."""
    with house.database.read() as session:
        query = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.state == "pending")
        return session.scalar(query) or 0


def _open(house: House) -> list[WorkItem]:
    with house.database.read() as session:
        query = select(WorkItem).where(WorkItem.element == TASK, WorkItem.state == "open")
        return list(session.scalars(query.where(WorkItem.kind == "task")))
