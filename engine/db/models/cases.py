"""Complaints as reporters and officers see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db.models.base import ID, Base, Clipped, by_bytes


class Case(Base):
    """A complaint: its two numbers, class, status, dates and rating. Identity stands in ``reporters``."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("agency_id", "case_number"),
        Index("ix_cases_status", "agency_id", "status", "filed_at"),
        Index("ix_cases_newest", "agency_id", "id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), unique=True)
    tracking_number: Mapped[str] = mapped_column(String(20), unique=True)
    case_number: Mapped[str] = mapped_column(String(30))
    receipt_hash: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    process_key: Mapped[str] = mapped_column(String(120))
    class_: Mapped[str | None] = mapped_column("class", Clipped(40))
    status: Mapped[str] = mapped_column(String(20))
    status_before: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(40), default="web")
    anonymous: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(5), default="id")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    filed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None]
    rating_until: Mapped[datetime | None]


class CaseWord(Base):
    """A word by which an agency's report is found; ``agency`` is the agency's code, for it is short."""

    __tablename__ = "case_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    agency: Mapped[str] = mapped_column(by_bytes(8), primary_key=True)
    word: Mapped[str] = mapped_column(by_bytes(40), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)


class Reporter(Base):
    """Who filed a case, apart from it: seen only by those whom the SOP lets see it."""

    __tablename__ = "reporters"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class Letter(Base):
    """Correspondence between agency and reporter, or with another agency."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_case", "case_id", "at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    direction: Mapped[str] = mapped_column(String(8))  # in | out | agency
    kind: Mapped[str] = mapped_column(Clipped(60))  # the message's name
    body: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    files: Mapped[list[str]] = mapped_column(JSON, default=list)
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]


class File(Base):
    """A kept attachment; its bytes lie under a random name, its own name is only shown."""

    __tablename__ = "files"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(ID)


class AccessLog(Base):
    """Who opened a secret case or a reporter's identity, when and why."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_case", "case_id", "at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Clipped(500), default="")


class CaseNumber(Base):
    """The last case number given in a year."""

    __tablename__ = "case_numbers"

    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class IdempotencyKey(Base):
    """A request already answered: the same key and body get the same answer, another body is refused."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    created_at: Mapped[datetime]
