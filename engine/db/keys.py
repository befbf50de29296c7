"""Keys of cases: what is sealed under one can be read with it only, and is erased when it is destroyed.

A case's key is kept wrapped by a key derived from a secret of the server: a database alone opens nothing.
When that secret is changed, keys are wrapped anew, and until then the former secrets open them too.
Sealing is AES-256-GCM with a nonce of chance, bound to the case it belongs to.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, cast

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, bindparam, insert, select

from engine.db.encoding import encoded
from engine.db.models import CaseKey
from engine.db.prepared import Prepared
from engine.errors import AlurError, msg

NONCE, LENGTH = 12, 32  # bytes
PURPOSE = b"keys of cases"
OPENED = 1000  # keys kept ready in memory: a case's next step mostly follows soon
KEYS = cast(Table, CaseKey.__table__)
ONE = Prepared(select(KEYS.c.wrapped).where(KEYS.c.instance_id == bindparam("instance")))
KEEP = Prepared(insert(KEYS), ("instance_id", "wrapped"))
BATCH = 500


class WrongKey(AlurError):
    """None of the server's secrets is the one under which this installation's keys are wrapped."""


class Seal:
    """The opened key of one case."""

    def __init__(self, instance_id: str, key: bytes, random: Callable[[int], bytes]) -> None:
        self._aead = AESGCM(key)
        self._of = instance_id.encode()
        self._random = random

    def close(self, value: Any) -> bytes:
        """A JSON value as ciphertext."""
        return self.close_bytes(encoded(value))

    def close_bytes(self, data: bytes) -> bytes:
        """Bytes as ciphertext."""
        nonce = self._random(NONCE)
        return nonce + self._aead.encrypt(nonce, data, self._of)

    def open(self, sealed: bytes) -> Any:
        """The value again. Raises WrongKey when it was sealed under another key or was changed."""
        return orjson.loads(self.open_bytes(sealed))

    def open_bytes(self, sealed: bytes) -> bytes:
        """The bytes again. Raises WrongKey as ``open`` does."""
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], self._of)
        except InvalidTag as error:
            raise WrongKey(msg("What is sealed here does not open with this case's key.")) from error


class Keyring:
    """Wraps the keys of cases by a key derived from a secret; opens what ``former`` ones wrapped too."""

    def __init__(self, secret: bytes, random: Callable[[int], bytes], former: Sequence[bytes] = ()) -> None:
        self._aeads = [AESGCM(hmac.digest(each, PURPOSE, hashlib.sha256)) for each in (secret, *former)]
        self._random = random
        self._seals = lru_cache(OPENED)(self._seal)  # by what is stored: a destroyed key is asked for no more

    def new(self, instance_id: str) -> bytes:
        """A new key for a case, as it is stored."""
        return self.wrap(instance_id, self._random(LENGTH))

    def wrap(self, instance_id: str, key: bytes) -> bytes:
        """A case's key as it is stored."""
        nonce = self._random(NONCE)
        return nonce + self._aeads[0].encrypt(nonce, key, instance_id.encode())

    def unwrap(self, instance_id: str, wrapped: bytes) -> bytes:
        """A stored key opened. Raises WrongKey."""
        for aead in self._aeads:
            with suppress(InvalidTag):
                return aead.decrypt(wrapped[:NONCE], wrapped[NONCE:], instance_id.encode())
        raise WrongKey(
            msg("The key of this case does not open with this server's secret key."),
            hint=msg(
                "Set ALUR_SECRET_KEY (or secret.key), ALUR_CASE_KEY and ALUR_CASE_KEY_BEFORE to those under "
                "which the case was filed."
            ),
        )

    def is_current(self, instance_id: str, wrapped: bytes) -> bool:
        """Whether the newest secret wraps this key."""
        with suppress(InvalidTag):
            self._aeads[0].decrypt(wrapped[:NONCE], wrapped[NONCE:], instance_id.encode())
            return True
        return False

    def seal(self, instance_id: str, wrapped: bytes) -> Seal:
        """A stored key ready for use. Raises WrongKey."""
        return self._seals(instance_id, wrapped)

    def forget(self) -> None:
        """Keep no opened key in memory."""
        self._seals.cache_clear()

    def _seal(self, instance_id: str, wrapped: bytes) -> Seal:
        return Seal(instance_id, self.unwrap(instance_id, wrapped), self._random)


def of_case(ring: Keyring, connection: Connection, instance_id: str, *, fresh: bool = False) -> Seal | None:
    """The key of a case, made when it has none yet; None when it was destroyed. Raises WrongKey.

    ``fresh``: the case was just opened and cannot have one. Called under the instance's lock.
    """
    row = None if fresh else ONE.first(connection, {"instance": instance_id})
    if row is None:
        wrapped = ring.new(instance_id)
        KEEP.run(connection, {"instance_id": instance_id, "wrapped": wrapped})
        return ring.seal(instance_id, wrapped)
    return ring.seal(instance_id, row[0]) if row[0] is not None else None


def of_cases(ring: Keyring, connection: Connection, instance_ids: Iterable[str]) -> dict[str, Seal]:
    """The keys of these cases, as far as they are there. Raises WrongKey."""
    ids = sorted(set(instance_ids))
    found = {}
    for start in range(0, len(ids), BATCH):
        query = select(KEYS).where(
            KEYS.c.instance_id.in_(ids[start : start + BATCH]), KEYS.c.wrapped.is_not(None)
        )
        for row in connection.execute(query):
            found[row.instance_id] = ring.seal(row.instance_id, row.wrapped)
    return found
