"""What every service over the database needs: the database, the clock, fresh ids, the server's key."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine import ids
from engine.clock import Clock
from engine.db.session import Database


@dataclass
class Store:
    """The ground that services stand on. ``key`` is secret; ``data_dir`` holds attachments."""

    database: Database
    clock: Clock
    key: bytes
    data_dir: Path
    random: Callable[[int], bytes] = field(default=ids.random_bytes)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.clock.now()

    def new_id(self, now: datetime) -> str:
        """A fresh row id."""
        return ids.new_id(now, self.random)

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash (hex) of ``text`` that only this server can make; ``purpose`` keeps uses apart."""
        return hmac.new(self.key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()

    def derive(self, purpose: str, text: str) -> bytes:
        """The same keyed hash as bytes, to derive codes from."""
        return bytes.fromhex(self.digest(purpose, text))
