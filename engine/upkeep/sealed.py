"""What an archive may hold of people: rows and files of a case under the case's key, the keys elsewhere.

An archive alone tells nothing that reporters or officers wrote. Its keys travel in a file of their own, which
is kept apart and briefly; when that is gone, so is what the archive holds of people.
"""

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, select

from engine.db.keys import KEYS, Keyring, Seal
from engine.db.personal import Part
from engine.errors import AlurError, msg
from engine.ids import random_bytes
from engine.upkeep.copying import BATCH, Row, rows

OF, SEALED = "_of", "_sealed"
LOOSE = "loose"  # what belongs to no case: attachments that no report names yet


class ArchiveError(AlurError):
    """The archive cannot be read or does not fit this release."""


class Sealer:
    """Seals what goes into an archive. A case that has no key yet gets one, which the keys' file carries."""

    def __init__(self, connection: Connection, ring: Keyring, archive: str) -> None:
        self._connection = connection
        self._ring = ring
        self._archive = archive
        self._made: dict[str, bytes] = {}
        self._loose = secrets.token_bytes(32)

    def rows(self, part: Part) -> Iterator[Row]:
        """The rows of a table, what is personal of each as ciphertext."""
        batch: list[Row] = []
        for row in rows(self._connection, part.table, part.owned()):
            batch.append(row)
            if len(batch) == BATCH:
                yield from self._sealed(part, batch)
                batch = []
        yield from self._sealed(part, batch)

    def file(self, instance_id: str | None, data: bytes) -> bytes | None:
        """The bytes of an attachment sealed; None when its case was erased."""
        seal = self._seals([instance_id]).get(instance_id)
        return seal.close_bytes(data) if seal else None

    def write_keys(self, out: IO[bytes], secret: str | None) -> None:
        """What opens this archive: one line for the house, one for each case."""
        head = {"archive": self._archive, "secret": secret, "loose": _text(self._loose)}
        out.write(json.dumps(head).encode() + b"\n")
        for row in rows(self._connection, KEYS, select(KEYS).where(KEYS.c.wrapped.is_not(None))):
            _write_key(out, row["instance_id"], row["wrapped"])
        for instance_id, wrapped in self._made.items():
            _write_key(out, instance_id, wrapped)

    def _sealed(self, part: Part, batch: list[Row]) -> Iterator[Row]:
        seals = self._seals(row[OF] for row in batch)
        for row in batch:
            of = row.pop(OF)
            seal = seals.get(of)
            if seal is None:  # erased: nothing personal is left in the row
                yield row
                continue
            apart = {name: plain(row.pop(name)) for name in part.erased}
            yield {**row, OF: of, SEALED: _text(seal.close(apart))}

    def _seals(self, ids: Iterable[str | None]) -> dict[str | None, Seal]:
        wanted = set(ids)
        found: dict[str | None, Seal] = {}
        if None in wanted:
            found[None] = Seal(LOOSE, self._loose, random_bytes)
        cases = {each for each in wanted if each is not None}
        query = select(KEYS).where(KEYS.c.instance_id.in_(cases))
        stored = {row.instance_id: row.wrapped for row in self._connection.execute(query)}
        for each in cases:
            if each not in stored:
                self._made.setdefault(each, self._ring.new(each))
            wrapped = stored[each] if each in stored else self._made[each]
            if wrapped is not None:
                found[each] = self._ring.seal(each, wrapped)
        return found


@dataclass
class Keys:
    """The keys of an archive read back; cases ``without`` one come back erased."""

    secret: str | None
    wrapped: dict[str, bytes]
    ring: Keyring
    loose: Seal
    without: set[str] = field(default_factory=set)

    @classmethod
    def read(
        cls,
        path: Path,
        archive: str,
        secret: bytes | None,
        erased: set[str],
        case_keys: tuple[bytes, ...] = (),
    ) -> "Keys":
        """The file that ``Sealer.write_keys`` wrote, without the keys of what was ``erased`` since.

        ``secret`` is the server's where its settings hold one, ``case_keys`` what wraps the keys of cases
        instead of it. Raises ArchiveError.
        """
        if not path.is_file():
            raise ArchiveError(
                msg("The keys of this archive are not at %(path)s.", path=str(path)),
                hint=msg("`alur backup` wrote them beside the archive; name the file with --keys."),
            )
        try:
            with path.open("rb") as lines:
                head = json.loads(next(lines))
                wrapped = {row["of"]: base64.b64decode(row["key"]) for row in map(json.loads, lines)}
            if head["archive"] != archive:
                raise ArchiveError(msg("%(path)s holds the keys of another archive.", path=str(path)))
            own, loose = head["secret"], base64.b64decode(head["loose"])
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            raise ArchiveError(msg("%(path)s holds no keys of an archive.", path=str(path))) from error
        servers = secret if secret is not None else str(own or "").strip().encode()
        if not servers and not case_keys:
            raise ArchiveError(
                msg("The keys of this archive are wrapped by a secret that is not in it."),
                hint=msg("Set ALUR_SECRET_KEY to the one of the server that was backed up."),
            )
        newest, *former = (*case_keys, servers)
        ring = Keyring(newest, random_bytes, former)
        for instance_id, key in list(wrapped.items())[:1]:
            ring.unwrap(instance_id, key)  # a wrong secret is said now, before anything is written
        kept = {instance_id: key for instance_id, key in wrapped.items() if instance_id not in erased}
        return cls(own, kept, ring, Seal(LOOSE, loose, random_bytes))

    def opened(self, part: Part, row: Row) -> Row | None:
        """A row of the archive as it was; erased when its key is gone, None when nothing is left of it."""
        if SEALED not in row:
            return row
        of, sealed = row.pop(OF), base64.b64decode(row.pop(SEALED))
        seal = self.seal(of)
        if seal is not None:
            return {**row, **seal.open(sealed)}
        return None if part.goes else {**row, **part.erased}

    def seal(self, of: str | None) -> Seal | None:
        """The key of a case, or of what belongs to none; None when it is gone."""
        if of is None:
            return self.loose
        if of in self.wrapped:
            return self.ring.seal(of, self.wrapped[of])
        self.without.add(of)
        return None


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, bytes):
        return _text(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _write_key(out: IO[bytes], instance_id: str, wrapped: bytes) -> None:
    out.write(json.dumps({"of": instance_id, "key": _text(wrapped)}).encode() + b"\n")
