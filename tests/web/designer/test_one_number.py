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
    head = app.test_client()
    sign_in(head, "admin@contoh")
    assert f">{words}</td>" in page(head, "/pantau/ketepatan")


GROUP = """<bpmn:subProcess id="B01" name="Penanganan"><bpmn:extensionElements><zeebe:properties>
  <zeebe:property name="alur:serviceLevel" value="5 HK"/></zeebe:properties></bpmn:extensionElements>
  <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
  <bpmn:startEvent id="M02"/><bpmn:sequenceFlow id="F4" sourceRef="M02" targetRef="T01"/>
  <bpmn:userTask id="T01" name="Tangani laporan">"""
END_OF_GROUP = """
  <bpmn:boundaryEvent id="W01" name="Ingatkan lurah" attachedToRef="T01" cancelActivity="false">
  <bpmn:timerEventDefinition id="W01_def"><bpmn:timeDuration>PT8WH</bpmn:timeDuration>
  </bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="E03"/>
  <bpmn:sequenceFlow id="F6" sourceRef="W01" targetRef="E03"/>
  <bpmn:endEvent id="E02"/><bpmn:sequenceFlow id="F5" sourceRef="T01" targetRef="E02"/></bpmn:subProcess>
  <bpmn:serviceTask id="S01" """
FLOWS = """<bpmn:incoming>Flow_1</bpmn:incoming>
      <bpmn:outgoing>Flow_2</bpmn:outgoing>
    </bpmn:userTask>"""
CLOCK = b"""[jam.jam_tanggapan]
mulai = "M01"
batas = "5 HK"
[jam.jam_tanggapan.jeda]
berhenti = "permintaan_kelengkapan"
lanjut = "balasan_pelapor"
paling_lama = "7 HK"
paling_banyak = 3
"""


def grouped() -> dict[str, bytes]:
    """The task in a group of steps with a time of its own, a drawn timer on it, and a clock."""
    files = diagram(
        {
            '<bpmn:userTask id="T01" name="Tangani laporan">': GROUP,
            FLOWS: "</bpmn:userTask>",
            '<bpmn:serviceTask id="S01" ': END_OF_GROUP,
            'sourceRef="M01" targetRef="T01"': 'sourceRef="M01" targetRef="B01"',
            'sourceRef="T01" targetRef="S01"': 'sourceRef="B01" targetRef="S01"',
        }
    )
    return {**files, "sop.toml": files["sop.toml"] + CLOCK}


def test_a_group_of_steps_and_a_drawn_timer_count_beside_the_task_and_stand_on_the_sheet(
    house: House, designer: FlaskClient
) -> None:
    draft, _ = definitions.upload(house, principal(house, "perancang@contoh"), grouped())
    definitions.activate(house, principal(house, "perancang2@contoh"), draft.id)
    with house.database.write() as session:
        open_case(house, session, session.get_one(Definition, draft.id), Opening(report={}), SYSTEM)
    with house.database.read() as session:
        due = {each.subject: each.due_at for each in session.scalars(select(Deadline))}
        timer = session.scalars(select(Job).where(Job.kind == "timer")).one()
    assert due["item"] == datetime.fromisoformat("2026-06-05T16:00+07:00")
    assert due["scope"] == due["clock"] == datetime.fromisoformat("2026-06-09T16:00+07:00")
    assert timer.due_at == datetime.fromisoformat("2026-06-03T09:00+07:00")
    sheet = page(designer, "/sop/lapor_saya/v/1/cetak")
    group, task = (
        sheet.split(f"{name}</th>")[1].split("</tr>")[0] for name in ("Penanganan", "Tangani laporan")
    )
    assert "<td>5 hari kerja</td>" in group and "Waktu seluruh kelompok langkah." in group
    assert "<td>3 hari kerja</td>" in task and "Sesudah 8 jam kerja: Ingatkan lurah" in task
    assert "paling lama 7 hari kerja, paling banyak 3 kali" in sheet
