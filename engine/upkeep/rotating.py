"""A new secret for the keys of cases: each key is wrapped anew, a batch at a time, while the house runs.

What is sealed under the keys stays as it is, and so do the history's chains. Whoever is interrupted runs it
again: what is wrapped anew already is passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, update

from engine.db.keys import KEYS
from engine.errors import AlurError, msg
from engine.runtime.house import House

BATCH = 500


@dataclass(frozen=True)
class Rotated:
    """Keys that the newest secret wrapped ``before``, that it wraps now, and ``left`` under a former one."""

    before: int
    anew: int
    left: int


def rotate(house: House, told: Callable[[int, int], None], *, only_look: bool = False) -> Rotated:
    """Wrap every key by the newest secret; with ``only_look`` count those it does not wrap.

    Raises AlurError without a new secret, and WrongKey where none of the secrets opens a key.
    ``told`` hears how many of how many keys were looked at.
    """
    if not house.case_keys:
        raise AlurError(
            msg("There is no new key: set ALUR_CASE_KEY."),
            hint=msg("All processes need it, before this command runs: docs/command-line.md says how."),
        )
    with house.database.read() as session:
        total = session.scalar(select(func.count()).select_from(KEYS).where(KEYS.c.wrapped.is_not(None))) or 0
    current = anew = former = seen = 0
    last: str | None = ""
    while last is not None:
        last, count, batch = _batch(house, last, only_look)
        seen, current, former, anew = (
            seen + count,
            current + count - batch[0],
            former + batch[0],
            anew + batch[1],
        )
        told(seen, total)
    return Rotated(current, anew, former - anew)


def _batch(house: House, after: str, only_look: bool) -> tuple[str | None, int, tuple[int, int]]:
    """Where it ended, how many keys it saw; of them those under a former secret, and those wrapped anew.

    A key that was destroyed meanwhile stays destroyed.
    """
    ring = house.keyring
    query = select(KEYS).where(KEYS.c.instance_id > after, KEYS.c.wrapped.is_not(None))
    with house.database.write() as session:
        rows = session.execute(query.order_by(KEYS.c.instance_id).limit(BATCH)).all()
        former = [row for row in rows if not ring.is_current(row.instance_id, row.wrapped)]
        anew = 0
        for row in () if only_look else former:
            wrapped = ring.wrap(row.instance_id, ring.unwrap(row.instance_id, row.wrapped))
            same = (KEYS.c.instance_id == row.instance_id, KEYS.c.wrapped == row.wrapped)
            done = update(KEYS).where(*same).values(wrapped=wrapped).returning(KEYS.c.instance_id)
            anew += session.scalar(done) is not None
    return rows[-1].instance_id if len(rows) == BATCH else None, len(rows), (len(former), anew)
