"""The numbers of a case: public and unguessable, internal and counted, and the reporter's secret receipt."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine import ids
from engine.db.models import Agency, CaseNumber
from engine.db.store import Store

TRACKING_LENGTH = 12  # 60 bits: public, yet not to be guessed
RECEIPT_LENGTH = 16  # 80 bits: the reporter's only key


def tracking_number(store: Store) -> str:
    """A fresh public number, grouped: ``7KQM-4T2X-9HBD``."""
    return ids.grouped(ids.base32(store.random(8), TRACKING_LENGTH))


def receipt(store: Store, scope: str, key: str) -> str:
    """The receipt of a filing: derived from its idempotency key, so that a retried filing shows the same."""
    return ids.grouped(ids.base32(store.derive("receipt", f"{scope}:{key}"), RECEIPT_LENGTH))


def receipt_hash(store: Store, receipt: str) -> str:
    """What is kept of a receipt."""
    return store.digest("receipt-kept", ids.plain(receipt))


def normal_tracking(text: str) -> str:
    """A tracking number as somebody typed it, in its stored form."""
    return ids.grouped(ids.plain(text))


def next_case_number(session: Session, agency: Agency, now: datetime) -> str:
    """The next number of the year in the agency's zone: ``MA-2026-000123``; never given twice."""
    year = now.astimezone(ZoneInfo(agency.zone)).year
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    # One statement gives the year's first number and every later one: servers at the same moment queue here.
    last = session.scalar(
        insert(CaseNumber)
        .values(agency_id=agency.id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[CaseNumber.agency_id, CaseNumber.year], set_={"last": CaseNumber.last + 1}
        )
        .returning(CaseNumber.last)
    )
    return f"{agency.code}-{year}-{last:06d}"
