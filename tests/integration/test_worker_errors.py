"""A worker's business error that nothing catches: an incident, and a retry that offers the work again."""

import json
from datetime import timedelta

from sqlalchemy import select

from engine.cases.filing import Filing, file
from engine.db.models import Incident, Instance
from engine.runtime import jobs, operations
from engine.runtime.house import House
from engine.states import IncidentState, InstanceState
from tests.support.agency import principal, put_files_in_force

PROCESS, TOPIC, WORKER = "periksa", "cek-luar", "program"
LEASE = timedelta(minutes=5)
FORM = {"type": "default", "id": "laporan", "components": [{"type": "textfield", "key": "nama", "id": "f"}]}
DIAGRAM = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:alur:test">
  <process id="{PROCESS}" isExecutable="true">
    <startEvent id="mulai"><extensionElements><zeebe:formDefinition formId="laporan"/>
      </extensionElements></startEvent>
    <serviceTask id="cek"><extensionElements><zeebe:taskDefinition type="{TOPIC}"/>
      </extensionElements></serviceTask>
    <endEvent id="selesai"/>
    <sequenceFlow id="a" sourceRef="mulai" targetRef="cek"/>
    <sequenceFlow id="b" sourceRef="cek" targetRef="selesai"/>
  </process>
</definitions>"""


def test_an_error_that_nothing_catches_is_an_incident_and_its_retry_offers_the_work_again(
    house: House,
) -> None:
    operator = principal(house, "operator@contoh")
    files = {f"{PROCESS}.bpmn": DIAGRAM.encode(), "forms/laporan.json": json.dumps(FORM).encode()}
    put_files_in_force(house, operator.agency_id, PROCESS, files)
    file(house, Filing("contoh", PROCESS, {"nama": "Sari"}, "kunci-1"))

    (job,) = jobs.fetch(house, operator, [TOPIC], WORKER, LEASE)
    jobs.throw_error(house, operator, job.id, WORKER, "DITOLAK")
    assert jobs.fetch(house, operator, [TOPIC], WORKER, LEASE) == []
    assert _state(house) == InstanceState.INCIDENT

    (incident,) = operations.incidents(house, operator)
    assert "DITOLAK" in incident.message
    operations.retry(house, operator, incident.id)
    (again,) = jobs.fetch(house, operator, [TOPIC], WORKER, LEASE)
    jobs.complete(house, operator, again.id, WORKER, {})
    assert _state(house) == InstanceState.COMPLETED
    with house.database.read() as session:
        open_ones = session.scalars(select(Incident).where(Incident.state == IncidentState.OPEN)).all()
    assert open_ones == []


def _state(house: House) -> str:
    with house.database.read() as session:
        return session.scalars(select(Instance.state).where(Instance.process_key == PROCESS)).one()
