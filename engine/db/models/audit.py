"""What makes the history believable and forgetting possible: ends of chains, keys of cases, erasures."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.db.models.base import ID, Base


class ChainHead(Base):
    """The last entry of an agency's chain: its number and its link, moved in the event's transaction."""

    __tablename__ = "chain_heads"

    agency_id: Mapped[str] = mapped_column(ID, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    link: Mapped[bytes] = mapped_column(LargeBinary)


class CaseKey(Base):
    """The key that seals what is personal of a case, wrapped by the server's; None once it is destroyed."""

    __tablename__ = "case_keys"

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)


class Erasure(Base):
    """A case whose personal data was erased: applied again when an older backup is brought back."""

    __tablename__ = "erasures"

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    at: Mapped[datetime]
