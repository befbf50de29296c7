"""Tasks that several officers complete at the same moment, on one server or two: one wins (T2)."""

import http.client
import json
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from engine.cases.opening import Opening, active_definition, open_case
from engine.db import events
from engine.db.models import WorkItem
from engine.people.principals import SYSTEM
from engine.people.signin import create_token
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.faults.outcome import Outcome
from tests.support.agency import open_agency, open_house, put_files_in_force

RIVALS = 3  # for each task, of two people
GROUPS = 4  # of rivals, at work at the same time
OPENED_TOGETHER = 50  # cases in one transaction, for preparing them is not the proof
OFFICERS = (world.OFFICER, world.OFFICER.replace("@", "2@"))
BRIEF = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
  <process id="singkat" isExecutable="true">
    <startEvent id="s"/><sequenceFlow id="f0" sourceRef="s" targetRef="t"/>
    <userTask id="t"><extensionElements>
      <zeebe:assignmentDefinition candidateGroups="petugas_pengaduan"/>
    </extensionElements></userTask>
    <sequenceFlow id="f1" sourceRef="t" targetRef="e"/><endEvent id="e"/>
  </process>
</definitions>"""

Answers = dict[str, list[int]]


def prove(url: str, folder: Path, tasks: int) -> Outcome:
    """So many tasks, each wanted by several at once; on PostgreSQL two servers share the work."""
    servers = [world.server(url, folder / name) for name in ("one", "two")]
    if url.startswith("sqlite"):
        servers = servers[:1]
    outcome = Outcome("contest", f"{tasks} tasks, {RIVALS} rivals, {len(servers)} servers")
    house, _ = open_house(url, folder / "data")
    try:
        open_agency(house)
        tokens = [create_token(house, login, "tests") for login in OFFICERS]
        _open(house, tasks)
        items = world.open_items(house, "t")
        begun = time.monotonic()
        try:
            for server in servers:
                server.start()
            answers = _contest([server.url for server in servers], tokens, items)
        finally:
            for server in servers:
                server.stop()
        outcome.note = f"{tasks * RIVALS / (time.monotonic() - begun):.0f} requests/s"
        _judge(house, answers, outcome)
    finally:
        house.database.close()
    return outcome


def _open(house: House, tasks: int) -> None:
    agency_id = world.only_agency(house)
    put_files_in_force(house, agency_id, "singkat", {"singkat.bpmn": BRIEF})
    for first in range(0, tasks, OPENED_TOGETHER):
        with house.database.write() as session:
            definition = active_definition(session, agency_id, "singkat")
            assert definition is not None
            for _ in range(min(OPENED_TOGETHER, tasks - first)):
                open_case(house, session, definition, Opening(report={}), SYSTEM)


def _contest(urls: list[str], tokens: list[str], items: list[WorkItem]) -> Answers:
    """The statuses that each task's rivals got."""
    answers: Answers = {item.id: [] for item in items}
    threads = []
    for group in range(GROUPS):
        gate = threading.Barrier(RIVALS)
        for rival in range(RIVALS):
            place = (urls[rival % len(urls)], tokens[rival % len(tokens)])
            mine = items[group::GROUPS]
            threads.append(threading.Thread(target=_complete, args=(*place, mine, gate, answers)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _complete(url: str, token: str, items: list[WorkItem], gate: threading.Barrier, answers: Answers) -> None:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for item in items:
        body = json.dumps({"version": item.version, "answers": {}, "take": True})
        gate.wait(timeout=120)
        connection.request("POST", f"/api/v1/work-items/{item.id}/complete", body, headers)
        answer = connection.getresponse()
        answer.read()
        answers[item.id].append(answer.status)
    connection.close()


def _judge(house: House, answers: Answers, outcome: Outcome) -> None:
    wanted = sorted([200] + [409] * (RIVALS - 1))
    wrong = Counter(tuple(sorted(found)) for found in answers.values() if sorted(found) != wanted)
    outcome.faults += [f"answered {found}: {count} tasks" for found, count in wrong.items()]
    with house.database.read() as session:
        told = Counter(event.instance_id for event in events.read(session, kinds=("task_completed",)))
    counts = Counter(told.values())
    outcome.lost = len(answers) - sum(counts.values())
    outcome.twice = sum(count for number, count in counts.items() if number > 1)
    outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
