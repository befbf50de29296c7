"""Absences by program: who is away, and who receives somebody's tasks while they are away."""

from datetime import datetime
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import AwareDatetime, Field

from engine.people import substitutions
from engine.people.substitutions import Standing
from webapp.access import allow, signed_in
from webapp.api.agencies import Name
from webapp.api.operation import Answer, Given, local, operation
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_substitutions", __name__, url_prefix="/api/v1", tag="People")


class Substitution(Answer):
    """``absent`` is away from ``since`` until ``until``; ``deputy``, if any, receives their tasks."""

    id: str
    absent: str
    deputy: str | None
    since: datetime
    until: datetime
    reason: str


class Substitutions(Answer):
    items: list[Substitution]
    next: str | None = None


class NewSubstitution(Given):
    """``deputy`` is the login of somebody of the agency; without one, colleagues or the next level answer.

    Without ``since`` it begins now.
    """

    deputy: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime
    reason: Name


@blueprint.get("/people/<person_id>/substitutions")
@operation("listSubstitutions", answer=Substitutions, errors=(403,))
@allow(signed_in)
def listing(person_id: str) -> Substitutions:
    """List where a person is away or stands for somebody, now or later; of others for administrators."""
    rows = substitutions.concerning(house(), person(), person_id)
    return Substitutions(items=[_shown(each) for each in rows])


@blueprint.post("/people/<person_id>/substitutions")
@operation("nameDeputy", body=NewSubstitution, answer=Substitution, status=201, errors=(403, 409))
@allow(signed_in)
def substitute(person_id: str, body: NewSubstitution) -> Substitution:
    """Write down that a person is away, with a deputy or without; for oneself, or by an administrator."""
    row = substitutions.substitute(
        house(), person(), person_id, body.deputy, body.since, body.until, body.reason
    )
    return _shown(substitutions.of(house(), person(), row.id))


@blueprint.delete("/substitutions/<substitution_id>")
@operation("endSubstitution", status=204, errors=(403, 409))
@allow(signed_in)
def end(substitution_id: str) -> None:
    """End a substitution; what the deputy took stays theirs until it is handed back."""
    substitutions.end(house(), person(), substitution_id)


def _shown(each: Standing) -> Substitution:
    return Substitution(
        id=each.row.id,
        absent=each.absent,
        deputy=each.deputy,
        since=local(each.row.since),
        until=local(each.row.until),
        reason=each.row.reason,
    )
