"""What the rows of a case hold of people: one list, by which cases are erased and backups are sealed.

History is not in it: what is personal there stands only as ciphertext, and goes with the case's key.
"""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, delete, insert, select, update

from engine.db.keys import KEYS
from engine.db.models import (
    AccessLog,
    AccusedName,
    Case,
    CaseWord,
    File,
    IdempotencyKey,
    Incident,
    Instance,
    Job,
    Letter,
    OutboxEntry,
    Reporter,
    Subscription,
    WorkItem,
)

NOTHING = "–"  # where a text must stand


@dataclass(frozen=True)
class Part:
    """One table: ``of`` leads to the instance, ``erased`` is what stands in its personal columns afterwards.

    ``goes``: the row is nothing without them, and goes as a whole.
    """

    table: Table
    of: str
    erased: dict[str, Any]
    goes: bool = False

    def owned(self) -> Select[Any]:
        """Its rows, each with the instance it belongs to as ``_of``, None where it belongs to none."""
        if self.of != "case_id":
            return select(self.table, self.table.c[self.of].label("_of"))
        query = select(self.table, CASES.c.instance_id.label("_of"))
        return query.select_from(self.table.outerjoin(CASES, CASES.c.id == self.table.c.case_id))


def _table(of: type[Any]) -> Table:
    return cast(Table, of.__table__)


CASES = _table(Case)
PARTS = (
    Part(_table(Instance), "id", {"blob": b""}),
    Part(
        CASES, "instance_id", {"title": NOTHING, "answers": {}, "rating_comment": None, "receipt_hash": None}
    ),
    Part(_table(Reporter), "case_id", {"fields": {}}, goes=True),
    Part(_table(CaseWord), "case_id", {"word": ""}, goes=True),
    Part(_table(Letter), "case_id", {"body": "", "data": {}, "files": []}),
    Part(_table(File), "case_id", {"name": NOTHING, "sha256": ""}, goes=True),
    Part(_table(AccessLog), "case_id", {"reason": ""}),
    Part(_table(IdempotencyKey), "case_id", {"request_hash": ""}),
    Part(_table(WorkItem), "instance_id", {"local": {}, "draft": {}, "outcome": {}}),
    Part(_table(Job), "instance_id", {"payload": {}, "error": None}),
    Part(_table(OutboxEntry), "instance_id", {"payload": {}}),
    Part(_table(Incident), "instance_id", {"message": "", "said": {}}),
    Part(_table(Subscription), "instance_id", {"key": None}),
    Part(_table(AccusedName), "instance_id", {"words": ""}, goes=True),
)
BY_TABLE = {part.table.name: part for part in PARTS}


def erase(connection: Connection, instance_id: str) -> None:
    """Overwrite or delete what the case's rows hold of people, and destroy its key."""
    case_id = select(CASES.c.id).where(CASES.c.instance_id == instance_id).scalar_subquery()
    for part in PARTS:
        own = part.table.c[part.of] == (case_id if part.of == "case_id" else instance_id)
        if part.goes:
            connection.execute(delete(part.table).where(own))
        else:
            connection.execute(update(part.table).where(own).values(part.erased))
    connection.execute(delete(KEYS).where(KEYS.c.instance_id == instance_id))
    connection.execute(insert(KEYS).values(instance_id=instance_id, wrapped=None))
