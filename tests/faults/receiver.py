"""Other systems that hang, fail, drip, hang up or know no signature: all is delivered, each under one key.

The receivers are real HTTP servers. One of them fails for so long that what it is sent is given up: an
operator sees it, and tries it again once the receiver is mended.
"""

import base64
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from engine.cases import outgoing
from engine.cases.filing import Filing, file
from engine.db.models import Case, OutboxEntry
from engine.runtime import operations, sending
from engine.runtime.house import House
from engine.upkeep import audit
from engine.webhooks import Receiver, Receivers
from tests.faults.outcome import Outcome
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force
from tests.support.flaky import ANSWERS, MOODS, Flaky, flaky

SECRET = b"a secret of 24 bytes....".ljust(24, b".")
PATIENCE = 0.25  # seconds, where the product has 10
DEAF = "tuli"
RECEIVERS = ("satu", "dua", "tiga", "empat", DEAF)
DEAF_ONES = 20  # of all, those that the deaf receiver gets, as one in so many
ROUNDS = 5_000


def prove(url: str, folder: Path, size: int, seed: int) -> Outcome:
    """So many deliveries to flaky receivers, and what became of each."""
    outcome = Outcome("receivers", f"{size} deliveries to {len(RECEIVERS)} receivers")
    house, _ = open_house(url, folder / "data")
    reference = folder / "secret"
    reference.write_text("whsec_" + base64.b64encode(SECRET).decode("ascii"), encoding="ascii")
    begun = time.monotonic()
    try:
        with ExitStack() as stack:
            servers = {
                name: stack.enter_context(
                    flaky(SECRET, ("fails",) if name == DEAF else MOODS, seed + place, PATIENCE * 1.6)
                )
                for place, name in enumerate(RECEIVERS)
            }
            house.receivers = Receivers(list(_listed(servers, reference)))
            house.senders[outgoing.KIND] = partial(outgoing.deliver, seconds=PATIENCE)
            _put(house, size)
            given_up = _deliver_all(house, servers[DEAF])
            _judge(house, servers, size, given_up, outcome)
        outcome.faults += [f"verify: {finding}" for finding in audit.verify(house)]
    finally:
        house.database.close()
    taken = sum(server.taken.total() for server in servers.values())
    outcome.note = f"taken {taken} times, {given_up} given up, {time.monotonic() - begun:.0f} s"
    return outcome


def _listed(servers: dict[str, Flaky], reference: Path) -> Iterator[Receiver]:
    for name, server in servers.items():
        yield Receiver(
            name, "contoh", frozenset({"kabar"}), server.url, (f"file:{reference}",), ("127.0.0.0/8",)
        )


def _put(house: House, size: int) -> None:
    """Deliveries of one case, each told apart by its number."""
    put_in_force(house, open_agency(house))
    filed = file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    now = house.now()
    with house.database.write() as session:
        case = session.scalars(select(Case).where(Case.tracking_number == filed.tracking_number)).one()
        for number in range(size):
            deaf = number % DEAF_ONES == 0
            name = DEAF if deaf else RECEIVERS[number % (len(RECEIVERS) - 1)]
            session.add(
                OutboxEntry(
                    id=house.new_id(now),
                    key=f"{name}:{number}",
                    agency_id=case.agency_id,
                    instance_id=case.instance_id,
                    kind=outgoing.KIND,
                    recipient=name,
                    payload={"type": "kabar", "data": {"number": number}},
                    state="pending",
                    next_at=now,
                    created_at=now,
                )
            )


def _deliver_all(house: House, deaf: Flaky) -> int:
    """Send until nothing is left, time moving on; how many an operator had to try again."""
    operator, again = principal(house, "operator@contoh"), 0
    for _ in range(ROUNDS):
        while sending.is_any_to_send(house):
            sending.send_due(house)
        if not _count(house, "pending"):
            deaf.moods = [ANSWERS]  # mended, now that everything is given up
            failed = [each for each in operations.incidents(house, operator, limit=10_000)]
            if not failed:
                break
            for incident in failed:
                operations.retry(house, operator, incident.id)
            again += len(failed)
        house.clock.set(house.now() + timedelta(hours=1))  # type: ignore[attr-defined]
    return again


def _judge(house: House, servers: dict[str, Flaky], size: int, given_up: int, outcome: Outcome) -> None:
    keys = [found for server in servers.values() for found in server.keys.values()]
    outcome.lost = size - len(keys)
    outcome.twice = sum(len(found) - 1 for found in keys)  # more than one key for a message
    outcome.missed = size - _count(house, "delivered")
    if given_up < len(range(0, size, DEAF_ONES)):
        outcome.faults.append(f"only {given_up} were given up, yet one receiver failed for days")
    forged = sum(server.forged for server in servers.values())
    if forged:
        outcome.faults.append(f"{forged} messages bore a signature that does not hold")
    elsewhere = sum(server.elsewhere for server in servers.values())
    if elsewhere:
        outcome.faults.append(f"{elsewhere} redirects were followed")


def _count(house: House, state: str) -> int:
    mine = (OutboxEntry.kind == outgoing.KIND, OutboxEntry.state == state)
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(OutboxEntry).where(*mine)) or 0
