"""Agencies, their units, people, roles, substitutions and sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db.models.base import ID, Base


class Agency(Base):
    """An agency that receives complaints; ``key`` names its folders and addresses."""

    __tablename__ = "agencies"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    zone: Mapped[str] = mapped_column(String(40))
    calendar: Mapped[str] = mapped_column(String(40))
    calendar_stamp: Mapped[str | None] = mapped_column(ID)  # new with every change of its calendars
    contact: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Unit(Base):
    """A unit of an agency, below its parent; ``zone`` where it differs from what stands above it."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("agency_id", "key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    zone: Mapped[str | None] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    """Somebody who signs in. ``agency_id`` is empty for the platform's operators only."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    login: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="id")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Role(Base):
    """A role of an agency; ``key`` is what lanes and escalations name."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("agency_id", "key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500), default="")


class RoleHolder(Base):
    """Who holds a role, from when until when (open when ``until`` is empty)."""

    __tablename__ = "role_holders"
    __table_args__ = (
        Index("ix_role_holders_lookup", "agency_id", "role"),
        Index("ix_role_holders_person", "person_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    granted_by: Mapped[str | None] = mapped_column(ID)


class Substitution(Base):
    """Somebody is away, from when until when; who receives their tasks, if anybody, and who set it."""

    __tablename__ = "substitutions"
    __table_args__ = (
        Index("ix_substitutions_deputy", "deputy_id", "until"),
        Index("ix_substitutions_absent", "absent_id", "until"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    absent_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(ID)  # who ended it before its time


class SignIn(Base):
    """A server-side session; the browser holds the token, we only its hash."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInAttempt(Base):
    """Failed sign-ins per login (a keyed hash), for throttling; no address is kept."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    blocked_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token of a person, for programs; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
