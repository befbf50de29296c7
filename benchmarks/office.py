"""A small agency with a five-task procedure, on a real server: what benchmarks over HTTP work on."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from benchmarks.floor import ANSWERS, TASKS
from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.db.migrate import migrate
from engine.db.models import Agency, Case, Definition, Person, RoleHolder, WorkItem
from engine.people.signin import create_token
from engine.runtime import bundles
from engine.runtime.house import House
from tests.support.server import LiveServer

LOGIN = "petugas@bench"
ROLE = "petugas"
PROCESS = "sop5"


class Office:
    """The running server, its engine opened beside it for preparing and counting, and one officer's token."""

    def __init__(self, server: LiveServer, house: House, token: str) -> None:
        self.house = house
        self.officer = f"P-{ROLE}"
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request of the officer; raises RuntimeError unless it is answered 2xx."""
        sent = None if body is None else json.dumps(body)
        headers = self._headers if sent is None else {**self._headers, "Content-Type": "application/json"}
        self._connection.request(method, f"/api/v1/{path}", sent, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} → {answer.status}: {content[:500].decode(errors='replace')}")
        return json.loads(content)

    def file(self, number: int) -> str:
        """File a complaint; returns its instance."""
        filing = Filing(
            "bench", PROCESS, {"isi_laporan": f"Laporan {number}", "nama": "Warga"}, f"key-{number}"
        )
        filed = file(self.house, filing)
        with self.house.database.read() as session:
            query = select(Case.instance_id).where(Case.tracking_number == filed.tracking_number)
            return session.scalars(query).one()

    def open_item(self, instance_id: str) -> WorkItem:
        """The one open task of a case that is not an escalation."""
        with self.house.database.read() as session:
            query = select(WorkItem).where(WorkItem.instance_id == instance_id, WorkItem.state == "open")
            return session.scalars(query).one()

    def close(self) -> None:
        self._connection.close()
        self.house.database.close()


@contextmanager
def office() -> Iterator[Office]:
    """Opens an office on fresh SQLite data and its own server; closes both."""
    with TemporaryDirectory(prefix="alur-bench-") as folder:
        server = LiveServer(Path(folder))
        settings = Settings.from_env({**os.environ, **server.environment})
        house = open_house(settings)
        migrate(settings.database_url)
        _found(house)
        opened = Office(server, house, create_token(house, LOGIN, "bench"))
        try:
            server.start()
            yield opened
        finally:
            opened.close()
            server.stop()


def _found(house: House) -> None:
    """The agency, its one officer, and the procedure in force."""
    now = house.now()
    agency, person = "A-bench", f"P-{ROLE}"
    with house.database.write() as session:
        session.add(
            Agency(
                id=agency,
                key="bench",
                name="Bench",
                code="BN",
                zone="Asia/Jakarta",
                calendar="id-nasional",
                contact="",
                created_at=now,
            )
        )
        session.flush()
        session.add(
            Person(id=person, agency_id=agency, login=LOGIN, name="Petugas", password_hash="", created_at=now)
        )
        kept = bundles.keep(session, package())
        session.flush()
        since = now - timedelta(days=1)
        session.add(RoleHolder(id="H", agency_id=agency, person_id=person, role=ROLE, since=since))
        session.add(
            Definition(
                id="D-sop5",
                agency_id=agency,
                process_key=PROCESS,
                version=1,
                title="Lima langkah",
                state="active",
                source_hash=kept,
                bundle_hash=kept,
                verdict="RUN",
                uploaded_at=now,
            )
        )


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
        "forms/langkah.json": _form("langkah", [key for key in ANSWERS if key != "butir"]),
    }


def _task(number: int) -> str:
    return f"""<bpmn:userTask id="t{number}" name="Langkah {number}"><bpmn:extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="langkah"/><zeebe:properties>
      <zeebe:property name="alur:serviceLevel" value="5 HK"/></zeebe:properties>
      </bpmn:extensionElements></bpmn:userTask>"""


def _form(form_id: str, keys: list[str]) -> bytes:
    fields = [{"type": "textarea", "id": f"Field_{key}", "key": key, "label": key} for key in keys]
    return json.dumps({"type": "default", "id": form_id, "schemaVersion": 18, "components": fields}).encode()
