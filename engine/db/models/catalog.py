"""SOP versions and the files they run from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from engine.db.models.base import ID, Base


class Bundle(Base):
    """All files that a version runs from (its package and what it calls), by the hash of their content."""

    __tablename__ = "bundles"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Definition(Base):
    """One version of one agency's process; its files never change, its state does."""

    __tablename__ = "definitions"
    __table_args__ = (
        UniqueConstraint("agency_id", "process_key", "version"),
        Index(
            "uq_definitions_one_active",
            "agency_id",
            "process_key",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    process_key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12))
    startable: Mapped[bool] = mapped_column(default=True)
    source_hash: Mapped[str] = mapped_column(ForeignKey("bundles.hash"))  # as uploaded
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("bundles.hash"))  # what runs, with all it calls
    verdict: Mapped[str] = mapped_column(String(8))
    findings: Mapped[list[Any]] = deferred(mapped_column(JSON, default=list))
    answers: Mapped[dict[str, Any]] = deferred(mapped_column(JSON, default=dict))
    uploaded_by: Mapped[str | None] = mapped_column(ID)
    uploaded_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(1000), default="")
    revision: Mapped[int] = mapped_column(default=1)
