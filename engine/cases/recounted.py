"""What a changed calendar would move, as its keeper sees it: of anonymous reports no time of day is told."""

from dataclasses import replace

from sqlalchemy import select

from engine.cases import coarse
from engine.db.models import Case
from engine.people.principals import Principal
from engine.runtime import recount
from engine.runtime.house import House
from engine.runtime.recount import PAGE, Preview


def preview(house: House, who: Principal, after: str | None = None, limit: int = PAGE) -> Preview:
    """A page of the preview; raises Forbidden."""
    found = recount.preview(house, who, after, limit)
    instances = {move.instance_id for move in found.moves}
    with house.database.read() as session:
        anonymous = set(
            session.scalars(
                select(Case.instance_id).where(Case.instance_id.in_(instances), Case.anonymous.is_(True))
            )
        )
    moves = [
        replace(move, receipt=coarse.receipt_in_days(move.receipt, who.zone))
        if move.instance_id in anonymous
        else move
        for move in found.moves
    ]
    return replace(found, moves=moves)
