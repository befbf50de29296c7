"""A worker takes no more memory among many open cases than among few."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.floor import Ground
from benchmarks.office import Office, office
from benchmarks.report import Ratio
from benchmarks.seed import SOLO
from benchmarks.stores import pair

REQUESTS = 200
PATHS = ("work-items", "work-items?assignee=me", "work-items?overdue=true", "work-items?limit=200")


def run(ground: Ground) -> Iterator[Ratio]:
    """Resident memory of `alur serve` after the same requests at both sizes."""
    for kind in ground.sizes.kinds:
        with (
            pair(kind, ground.sizes) as stores,
            office(stores.small) as small,
            office(stores.large) as large,
        ):
            few, many = _resident(small), _resident(large)
        yield Ratio(
            f"memory of a worker, {stores.title}, many ÷ few open",
            [many / few],
            1.1,
            f"{few:.0f} → {many:.0f} MB after {REQUESTS} requests",
        )


def _resident(opened: Office) -> float:
    """Megabytes that the server holds after its requests."""
    clients = [opened.client(), opened.client(agency=SOLO)]
    for number in range(REQUESTS):
        clients[number % 2].call("GET", PATHS[number // 2 % len(PATHS)])
    for client in clients:
        client.close()
    status = Path(f"/proc/{opened.servers[0].pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
