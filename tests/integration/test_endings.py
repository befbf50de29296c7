"""Whatever way a report ends, its status is a final one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.cases import reporter
from engine.cases.filing import Filing, file
from engine.db.models import Case
from engine.people.principals import SYSTEM
from engine.runtime import advance
from engine.runtime.commands import Terminate
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import FINAL_STATUSES, CaseStatus
from tests.support.agency import REPORT, open_agency, open_house, put_files_in_force, put_in_force

SHORT = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <bpmn:process id="singkat" isExecutable="true">
    <bpmn:startEvent id="s">
      <bpmn:extensionElements><zeebe:formDefinition formId="f"/></bpmn:extensionElements>
      <bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="a" sourceRef="s" targetRef="e"/><bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>"""
FORM = b"""{"type": "default", "id": "f", "components": [
  {"type": "textfield", "key": "judul", "id": "j", "label": "Judul"}]}"""


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    agency_id = open_agency(house)
    put_in_force(house, agency_id)
    put_files_in_force(house, agency_id, "singkat", {"singkat.bpmn": SHORT, "f.json": FORM})
    yield house
    house.database.close()


def _status(house: House, number: str) -> str:
    with house.database.read() as session:
        return session.scalars(select(Case.status).where(Case.tracking_number == number)).one()


def _terminate(house: House, number: str) -> None:
    with house.database.write() as session:
        case = session.scalars(select(Case).where(Case.tracking_number == number)).one()
        advance.run(Step.open(house, session, case.instance_id, SYSTEM), Terminate("salah alamat"))


def test_a_flow_that_names_no_status_ends_as_finished(house: House) -> None:
    filed = file(house, Filing("contoh", "singkat", {"judul": "Loket"}, key="k"))
    assert _status(house, filed.tracking_number) == CaseStatus.FINISHED


def test_a_report_ended_by_an_operator_is_archived(house: House) -> None:
    filed = file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    assert _status(house, filed.tracking_number) not in FINAL_STATUSES
    _terminate(house, filed.tracking_number)
    assert _status(house, filed.tracking_number) == CaseStatus.ARCHIVED


def test_one_whose_reporter_asked_for_it_is_withdrawn(house: House) -> None:
    filed = file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    reporter.withdraw(house, filed.tracking_number, filed.receipt, "Sudah selesai sendiri.")
    if _status(house, filed.tracking_number) not in FINAL_STATUSES:
        _terminate(house, filed.tracking_number)
    assert _status(house, filed.tracking_number) == CaseStatus.WITHDRAWN
