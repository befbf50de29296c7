"""What every service over the database needs: the database, the clock, fresh ids, the server's key."""

import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from engine import ids
from engine.clock import Clock
from engine.db.keys import Keyring
from engine.db.session import Database


@dataclass
class Store:
    """The ground that services stand on. ``key`` is secret; ``data_dir`` holds attachments.

    ``case_keys`` are the secrets that wrap the keys of cases where ``key`` does no longer, newest first.
    """

    database: Database
    clock: Clock
    key: bytes
    data_dir: Path
    random: Callable[[int], bytes] = field(default=ids.random_bytes)
    case_keys: tuple[bytes, ...] = ()
    _last_id: str = field(default="", init=False, repr=False)
    _id_lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.clock.now()

    def new_id(self, now: datetime) -> str:
        """A fresh row id; ids of one process sort by their making, also while its clock stands."""
        with self._id_lock:
            self._last_id = ids.new_id(now, self.random, self._last_id)
            return self._last_id

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash (hex) of ``text`` that only this server can make; ``purpose`` keeps uses apart."""
        return hmac.new(self.key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()

    def derive(self, purpose: str, text: str) -> bytes:
        """The same keyed hash as bytes, to derive codes from."""
        return bytes.fromhex(self.digest(purpose, text))

    @cached_property
    def keyring(self) -> Keyring:
        """Wraps and opens the keys of cases."""
        newest, *former = (*self.case_keys, self.key)
        return Keyring(newest, self.random, former)
