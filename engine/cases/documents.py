"""Files handed to programs: attachments that an officer may open, and forms as their authors drew them."""

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import attachments, views
from engine.db.models import Agency, Case, Definition, File, Instance
from engine.errors import NotFound, msg
from engine.people.principals import Principal
from engine.runtime import bundles, work_items
from engine.runtime.house import House


def attachment(house: House, who: Principal, file_id: str) -> tuple[File, bytes]:
    """An attachment of a report that this person may see, or one that they sent and no report names yet.

    Raises NotFound for any other.
    """
    with house.database.read() as session:
        file = session.scalar(select(File).where(File.id == file_id, File.agency_id == who.agency_id))
        case = session.get(Case, file.case_id) if file and file.case_id else None
        allowed = (
            _may_open(house, session, who, case, file_id)
            if case is not None
            else file is not None and file.created_by == who.id
        )
    if not allowed:
        raise NotFound(msg("There is no such file."))
    return attachments.read(house, who, file_id)


def _may_open(house: House, session: Session, who: Principal, case: Case, file_id: str) -> bool:
    if not views.may_see(session, who, case):
        return False
    program = house.programs.get(session, session.get_one(Instance, case.instance_id).bundle_hash)
    return any(one.id == file_id for one in views.files_of(session, who, case, program))


def form_of_item(house: House, who: Principal, item_id: str) -> dict[str, Any] | None:
    """The form-js document of a task's form, from the version that its report runs on; raises NotFound."""
    with house.database.read() as session:
        item = work_items.find(house, session, who, item_id)
        instance = session.get_one(Instance, item.instance_id)
        return _document(bundles.load(session, instance.bundle_hash), item.form)


def start_form(house: House, agency: str, process: str, form_id: str) -> dict[str, Any] | None:
    """The form-js document that starts an agency's process, from the version in force."""
    with house.database.read() as session:
        bundle = session.scalar(
            select(Definition.bundle_hash)
            .join(Agency, Agency.id == Definition.agency_id)
            .where(Agency.key == agency, Definition.process_key == process, Definition.state == "active")
        )
        return _document(bundles.load(session, bundle), form_id) if bundle else None


def _document(files: bundles.Files, form_id: str | None) -> dict[str, Any] | None:
    for path, data in files.items():
        if form_id and path.endswith(".json"):
            document = orjson.loads(data)
            if isinstance(document, dict) and document.get("id") == form_id:
                return document
    return None
