"""The procedure that benchmarks run: five tasks of one role in a row, each with a form and a limit."""

import json

from benchmarks.floor import ANSWERS, TASKS

ROLE = "petugas"
PROCESS = "sop5"
FORM = {key: value for key, value in ANSWERS.items() if key != "butir"}  # what a task's form is filled with


def package() -> dict[str, bytes]:
    """Five tasks of one role in a row, each with a form and a limit; a timer on the second escalates."""
    tasks = "".join(_task(number) for number in range(1, TASKS + 1))
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{i}" sourceRef="t{i}" targetRef="t{i + 1}"/>' for i in range(TASKS + 1)
    )
    members = "".join(f"<bpmn:flowNodeRef>t{i}</bpmn:flowNodeRef>" for i in range(TASKS + 2))
    diagram = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="definitions" targetNamespace="urn:alur:bench">
  <bpmn:process id="{PROCESS}" isExecutable="true">
    <bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="Petugas"><bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="alur:role" value="{ROLE}"/></zeebe:properties></bpmn:extensionElements>
      {members}</bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="t0"><bpmn:extensionElements><zeebe:formDefinition formId="laporan"/>
      </bpmn:extensionElements></bpmn:startEvent>{tasks}<bpmn:endEvent id="t{TASKS + 1}"/>{flows}
    <bpmn:boundaryEvent id="late" cancelActivity="false" attachedToRef="t2">
      <bpmn:timerEventDefinition id="limit">
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P10WD</bpmn:timeDuration>
    </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:endEvent id="noted"/><bpmn:sequenceFlow id="g" sourceRef="late" targetRef="noted"/>
  </bpmn:process>
</bpmn:definitions>"""
    return {
        "sop5.bpmn": diagram.encode(),
        "forms/laporan.json": _form("laporan", ["isi_laporan", "nama"]),
        "forms/langkah.json": _form("langkah", list(FORM)),
    }


def _task(number: int) -> str:
    return f"""<bpmn:userTask id="t{number}" name="Langkah {number}"><bpmn:extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="langkah"/><zeebe:properties>
      <zeebe:property name="alur:serviceLevel" value="5 HK"/></zeebe:properties>
      </bpmn:extensionElements></bpmn:userTask>"""


def _form(form_id: str, keys: list[str]) -> bytes:
    fields = [{"type": "textarea", "id": f"Field_{key}", "key": key, "label": key} for key in keys]
    return json.dumps({"type": "default", "id": form_id, "schemaVersion": 18, "components": fields}).encode()
