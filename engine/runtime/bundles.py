"""The files of a version, kept once under the hash of their content."""

import hashlib
from collections.abc import Mapping

import orjson
import zstandard
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.db.models import Bundle
from engine.errors import NotFound, msg

Files = Mapping[str, bytes]


def content_hash(files: Files) -> str:
    """SHA-256 over paths and contents, in the order of the paths."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def keep(session: Session, files: Files) -> str:
    """Store these files unless they are stored already; returns their hash."""
    key = content_hash(files)
    if session.get(Bundle, key) is None:
        text = {path: content.decode("utf-8") for path, content in files.items()}
        insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
        content = zstandard.compress(orjson.dumps(text), 3)
        # Another server may keep the same files at this moment: then they are kept.
        session.execute(insert(Bundle).values(hash=key, content=content).on_conflict_do_nothing())
    return key


def load(session: Session, key: str) -> dict[str, bytes]:
    """The files kept under ``key``; raises NotFound."""
    bundle = session.get(Bundle, key)
    if bundle is None:
        raise NotFound(msg("The files of this version are missing."))
    text = orjson.loads(zstandard.decompress(bundle.content))
    return {path: content.encode("utf-8") for path, content in text.items()}
