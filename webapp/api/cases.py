"""Reports as officers' programs see them: read, identity asked for, erased."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import Field

from engine.cases import erasing, views
from engine.cases.views import CaseView
from engine.errors import Forbidden, msg
from engine.people.principals import ADMIN, IDENTITY_KEEPER
from webapp.access import allow, role, signed_in
from webapp.api.files import FileInfo, info
from webapp.api.instances import History, HistoryQuery, OpenItem, history_of, item_of
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import Clock, Letter, clock, letter, note_opening
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_cases", __name__, url_prefix="/api/v1", tag="Instances")

IDENTITY = "identitas"  # what was opened, in the access log


class DoneTask(Answer):
    """A finished task with the answers that one may read."""

    id: str
    element: str
    name: str
    by: str | None
    completed_at: datetime | None
    answers: dict[str, Any]


class CaseReport(Answer):
    """A report as an officer may see it; ``identity`` is none, kept, or on_request: see ``readIdentity``."""

    case_number: str
    instance_id: str
    process: str
    definition_version: int
    title: str
    status: str
    case_class: Annotated[str | None, Field(serialization_alias="class")]
    channel: str
    anonymous: bool
    secret: bool
    filed_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    reopened: int
    rating: int | None
    parent: str | None
    duplicates: list[str]
    erased_at: datetime | None
    identity: str
    answers: dict[str, Any]
    done: list[DoneTask]
    letters: list[Letter]
    files: list[FileInfo]
    clocks: list[Clock]
    work_items: list[OpenItem]
    history: History


class Reason(Given):
    """Why the identity is needed; it is written down."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Identity(Answer):
    identity: dict[str, Any]


class ErasureReason(Given):
    """Why it is erased; it stays readable in the history, so it names nobody."""

    reason: Annotated[str, Field(min_length=3, max_length=erasing.LONGEST_REASON)]


@blueprint.get("/cases/<case_number>")
@operation("readCase", query=HistoryQuery, answer=CaseReport)
@allow(signed_in)
def case(case_number: str, query: HistoryQuery) -> CaseReport:
    """Read a report; opening a secret one is written down."""
    view = views.report(house(), person(), case_number, before=query.cursor)
    note_opening(view)
    return _case(view)


@blueprint.post("/cases/<case_number>/erasure")
@operation("eraseCase", body=ErasureReason, answer=CaseReport, errors=(409,))
@allow(role(IDENTITY_KEEPER, ADMIN))
def erase(case_number: str, body: ErasureReason) -> CaseReport:
    """Erase, for good, what an ended report holds of people."""
    erasing.erase(house(), person(), case_number, body.reason)
    return _case(views.report(house(), person(), case_number))


@blueprint.post("/cases/<case_number>/identity")
@operation("readIdentity", body=Reason, answer=Identity, errors=(403,))
@allow(signed_in)
def identity(case_number: str, body: Reason) -> Identity:
    """Read who reported; who asked, and why, is written down first."""
    view = views.report(house(), person(), case_number)
    if view.identity is None:
        raise Forbidden(
            msg("The identity of this reporter is kept from you."),
            hint=msg("The agency's identity custodian can see it."),
        )
    views.log_access(house(), person(), view.case.id, IDENTITY, body.reason)
    return Identity(identity=view.identity)


def _case(view: CaseView) -> CaseReport:
    row = view.case
    return CaseReport(
        case_number=row.case_number,
        instance_id=row.instance_id,
        process=row.process_key,
        definition_version=view.definition.version,
        title=row.title,
        status=row.status,
        case_class=row.class_,
        channel=row.channel,
        anonymous=row.anonymous,
        secret=row.secret,
        filed_at=local(row.filed_at),
        answered_at=maybe(row.answered_at),
        closed_at=maybe(row.closed_at),
        reopened=row.reopened,
        rating=row.rating,
        parent=view.parent,
        duplicates=view.duplicates,
        erased_at=maybe(view.erasure.at) if view.erasure else None,
        identity="none" if not view.identity_exists else "on_request" if view.identity else "kept",
        answers={field.key: value for field, value in view.answers},
        done=[
            DoneTask(
                id=each.item.id,
                element=each.item.element,
                name=each.item.name,
                by=each.by,
                completed_at=maybe(each.item.completed_at),
                answers={field.key: value for field, value in each.answers},
            )
            for each in view.done
        ],
        letters=[letter(each) for each in view.letters],
        files=[info(each) for each in view.files],
        clocks=[clock(each) for each in view.clocks],
        work_items=[item_of(each) for each in view.instance.items],
        history=history_of(view.history, view.history_next),
    )
