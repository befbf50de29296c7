"""An agency in a database of its own, servers on it, and a client that tells answers from broken lines."""

import http.client
import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.cases.filing import Filing, file
from engine.cases.opening import Opening, active_definition, open_case
from engine.db import events
from engine.db.models import Agency, WorkItem
from engine.people.principals import SYSTEM
from engine.people.signin import create_token
from engine.runtime.house import House
from tests.support.agency import (
    REPORT,
    SECRET,
    START,
    open_agency,
    open_house,
    put_files_in_force,
    put_in_force,
)
from tests.support.server import LiveServer

OFFICER = "petugas_pengaduan@contoh"
FIRST_TASK = "T01_registrasi"

TIMED = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <bpmn:process id="berwaktu" isExecutable="true">
    <bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="w"/>
    <bpmn:intermediateCatchEvent id="w"><bpmn:timerEventDefinition id="td">
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration>
    </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="w" targetRef="t"/>
    <bpmn:userTask id="t"><bpmn:extensionElements>
      <zeebe:assignmentDefinition candidateGroups="petugas_pengaduan"/>
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
    <bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>"""


@contextmanager
def furnished(url: str, folder: Path) -> Iterator[tuple[House, str]]:
    """A house with the generic SOP in force, on the servers' clock, and a token of its officer."""
    house, _ = open_house(url, folder / "data")
    try:
        put_in_force(house, open_agency(house))
        yield house, create_token(house, OFFICER, "tests")
    finally:
        house.database.close()


def server(url: str, folder: Path) -> LiveServer:
    """A server on this database, with the house's own secret; the clock stands where the house's does."""
    live = LiveServer(folder, database_url=url, now=START.isoformat())
    live.environment["ALUR_SECRET_KEY"] = SECRET
    return live


def file_reports(house: House, number: int) -> None:
    """Reports filed before anything fails."""
    for count in range(number):
        file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=f"before-{count}"))


def start_timers(house: House, number: int) -> None:
    """Cases that each wait for one timer of an hour."""
    agency_id = only_agency(house)
    put_timed_in_force(house, agency_id)
    for _ in range(number):
        open_timed(house, agency_id)


def only_agency(house: House) -> str:
    """The id of the house's one agency."""
    with house.database.read() as session:
        return session.scalars(select(Agency.id)).one()


def put_timed_in_force(house: House, agency_id: str) -> None:
    """The process of one timer."""
    put_files_in_force(house, agency_id, "berwaktu", {"berwaktu.bpmn": TIMED})


def open_timed(house: House, agency_id: str) -> str:
    """One case of it, which waits for an hour; its instance."""
    return open_bare(house, agency_id, "berwaktu")


def open_bare(house: House, agency_id: str, process: str, **variables: Any) -> str:
    """A case of a bare diagram that is in force; its instance."""
    with house.database.write() as session:
        definition = active_definition(session, agency_id, process)
        assert definition is not None
        case, _ = open_case(house, session, definition, Opening(report={}, extra=variables), SYSTEM)
        return case.instance_id


def post(server_url: str, path: str, body: Any, **headers: str) -> tuple[int, Any]:
    """Status and document of the answer; status 0 when there was none, and nobody knows what happened."""
    request = urllib.request.Request(
        f"{server_url}/api/v1{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            told = answer.read()
            return answer.status, json.loads(told) if told else None  # a topic's worker hears 204
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None


def open_items(house: House, element: str = FIRST_TASK) -> list[WorkItem]:
    """The open tasks of an element, oldest first."""
    with house.database.read() as session:
        query = select(WorkItem).where(WorkItem.element == element, WorkItem.state == "open")
        return list(session.scalars(query.where(WorkItem.kind == "task").order_by(WorkItem.id)))


def most_often(house: House, kind: str) -> int:
    """How often an event of this kind happened to the one task or case to which it happened most."""
    with house.database.read() as session:
        told = events.read(session, kinds=(kind,))
        return max(Counter((event.instance_id, event.element) for event in told).values(), default=0)
