"""Another system that the drill's messages are sent to, and whether it got each of them under one key."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from engine.cases import outgoing
from engine.db.models import OutboxEntry
from engine.runtime.house import House
from tests.support.flaky import ANSWERS, Flaky, flaky

NAME, MESSAGE = "register", "teruskan_instansi_lain"
SECRET = b"a secret of the register, thirty"
MOODS = (ANSWERS, ANSWERS, "hangs up after taking")


@dataclass
class Register:
    """The running receiver, and the file that lists it as ``ALUR_RECEIVERS`` wants it."""

    server: Flaky
    listing: Path

    def faults(self, house: House) -> list[str]:
        """What it did not get, or got under more than one key; asked when nothing is to be sent any more."""
        query = select(OutboxEntry.key).where(OutboxEntry.kind == outgoing.KIND)
        with house.database.read() as session:
            keys = set(session.scalars(query))
        found = [f"never sent: {key}" for key in keys - self.server.taken.keys()]
        found += [f"sent, and nobody knows why: {key}" for key in self.server.taken.keys() - keys]
        found += [f"sent as {sorted(names)}" for names in self.server.keys.values() if len(names) > 1]
        return found + ([f"{self.server.forged} bore a false signature"] if self.server.forged else [])


@contextmanager
def register(folder: Path, agency: str, seed: int) -> Iterator[Register]:
    """The register of an agency, while the block runs."""
    secret, listing = folder / "register.secret", folder / "receivers.toml"
    secret.write_text("whsec_" + base64.b64encode(SECRET).decode("ascii"), encoding="ascii")
    with flaky(SECRET, MOODS, seed) as server:
        listing.write_text(
            f'[[receiver]]\nname = "{NAME}"\nagency = "{agency}"\nmessages = ["{MESSAGE}"]\n'
            f'url = "{server.url}"\nsecrets = ["file:{secret}"]\nnetworks = ["127.0.0.0/8"]\n',
            encoding="utf-8",
        )
        yield Register(server, listing)
