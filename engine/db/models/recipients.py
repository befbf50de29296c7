"""Whom messages leave the house for, and how it stands with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db.models.base import Base


class Recipient(Base):
    """One system that is sent to; ``next_at`` is until when somebody sends to it, or it is left alone.

    ``failures`` counts its failures in a row: since when, and why the last one (``said`` as in incidents).
    """

    __tablename__ = "recipients"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    next_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
