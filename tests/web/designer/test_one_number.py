"""One written limit: due time, reminder, escalations, the SOP document and the report all follow it."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.cases.opening import Opening, open_case
from engine.catalog import definitions
from engine.db.models import Deadline, Definition, Job, WorkItem
from engine.people.principals import SYSTEM
from engine.runtime.house import House
from tests.support.agency import principal
from tests.web.designer.packages import diagram
from tests.web.pages import sign_in

# The case starts on Tuesday, 2 June 2026, at 09.00 WIB; reminder at 80 %, the superior at 120 % of the limit.
LIMITS = [
    ("3 HK", "3 hari kerja", "Jum 5 Jun 2026 16.00 WIB", ("05T11:12", "05T16:00", "08T12:48")),
    ("P4WD", "4 hari kerja", "Sen 8 Jun 2026 16.00 WIB", ("08T09:36", "08T16:00", "09T14:24")),
    ("12 JK", "12 jam kerja", "Rab 3 Jun 2026 13.00 WIB", ("03T10:36", "03T13:00", "03T15:24")),
]


def in_force(house: House, limit: str) -> str:
    """The package with this limit, its only mention, uploaded and put in force by a second person."""
    files = diagram({'value="3 HK"': f'value="{limit}"'})
    draft, _ = definitions.upload(house, principal(house, "perancang@contoh"), files)
    definitions.activate(house, principal(house, "perancang2@contoh"), draft.id)
    return draft.id


def opened(house: House, definition: str) -> tuple[str, dict[str, Any]]:
    """A case of this version: its number, and what its only task is told when."""
    with house.database.write() as session:
        opening = Opening(report={"judul": "Lampu padam", "isi_laporan": "Lampu jalan padam."})
        case, _ = open_case(house, session, session.get_one(Definition, definition), opening, SYSTEM)
        number = case.case_number
    with house.database.read() as session:
        item, deadline = session.scalars(select(WorkItem)).one(), session.scalars(select(Deadline)).one()
        jobs = session.scalars(select(Job).where(Job.kind.in_(("reminder", "escalation")))).all()
        return number, {
            "due": (item.due_at, deadline.due_at),
            "told": sorted((job.due_at, job.kind) for job in jobs),
        }


def page(client: FlaskClient, path: str) -> str:
    """A page's text."""
    return client.get(path).get_data(as_text=True)


@pytest.mark.parametrize(("limit", "words", "written", "moments"), LIMITS)
def test_everything_follows_the_limit_written_once(
    house: House,
    app: Flask,
    designer: FlaskClient,
    limit: str,
    words: str,
    written: str,
    moments: tuple[str, str, str],
) -> None:
    number, found = opened(house, in_force(house, limit))
    remind, due, second = (datetime.fromisoformat(f"2026-06-{each}+07:00") for each in moments)
    assert found["due"] == (due, due)
    assert found["told"] == [(remind, "reminder"), (due, "escalation"), (second, "escalation")]
    assert f"<td>{words}</td>" in page(designer, "/sop/lapor_saya/v/1/cetak")
    officer = app.test_client()
    sign_in(officer, "admin_unit@contoh")
    assert written in page(officer, f"/laporan/{number}")
