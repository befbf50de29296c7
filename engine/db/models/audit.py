"""What makes the history believable: the end of each agency's chain, and the keys of cases."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.db.models.base import ID, Base


class ChainHead(Base):
    """The last event of an agency's chain: its number and its link, moved in the event's transaction."""

    __tablename__ = "chain_heads"

    agency_id: Mapped[str] = mapped_column(ID, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    link: Mapped[bytes] = mapped_column(LargeBinary)


class CaseKey(Base):
    """The key that seals what is personal of a case, wrapped by the server's; None once it is destroyed."""

    __tablename__ = "case_keys"

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
