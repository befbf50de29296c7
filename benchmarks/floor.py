"""F, the floor that a durable step over HTTP is compared with, measured in the same run.

F = one step of the token engine as it comes, its whole state through JSON (load, complete a task, save),
plus one durable commit of 2 KB in SQLite, plus one bare HTTP request to the server that Alur uses.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import ClassVar

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.process_spec import BpmnProcessSpecConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from benchmarks.report import p50, timed
from benchmarks.sizes import DEFAULT, Sizes
from tests.support.server import free_port

ANSWERS = {
    "nama": "Warga",
    "isi": "jalan rusak " * 40,
    "wilayah": "X",
    "telepon": "08" * 6,
    "butir": [*range(10)],
}
TASKS = 5
BARE = """
from flask import Flask, request
from waitress import serve
app = Flask("bare")
app.add_url_rule("/", "bare", lambda: {"length": len(request.get_data())}, methods=["POST"])
serve(app, host="127.0.0.1", port=%d, threads=4)
"""


@dataclass(frozen=True)
class Floor:
    """The three parts of F in milliseconds."""

    engine: float
    commit: float
    request: float

    @property
    def total(self) -> float:
        return self.engine + self.commit + self.request

    def __str__(self) -> str:
        return (
            f"F {self.total:.2f} ms = engine {self.engine:.2f}"
            f" + commit {self.commit:.2f} ({1000 / self.commit:.0f} flushes/s)"
            f" + request {self.request:.2f}"
        )


def sequence(tasks: int = TASKS) -> str:
    """A process of user tasks in a row, with a reminder on the second that leads to a task of its own."""
    flows = [f'<sequenceFlow id="f{i}" sourceRef="t{i}" targetRef="t{i + 1}"/>' for i in range(tasks + 1)]
    people = [f'<userTask id="t{i}" name="Task {i}"/>' for i in range(1, tasks + 1)]
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:alur:bench">
      <process id="sop" isExecutable="true"><startEvent id="t0"/>
      {"".join(people)}<endEvent id="t{tasks + 1}"/>{"".join(flows)}
      <boundaryEvent id="late" cancelActivity="false" attachedToRef="t2"><timerEventDefinition id="limit">
        <timeDuration xsi:type="tFormalExpression">"PT1H"</timeDuration>
      </timerEventDefinition></boundaryEvent><userTask id="senior"/><endEvent id="answered"/>
      <sequenceFlow id="g0" sourceRef="late" targetRef="senior"/>
      <sequenceFlow id="g1" sourceRef="senior" targetRef="answered"/></process></definitions>"""


class Engine:
    """The token engine as it comes: the whole workflow, specification included, through JSON at each step."""

    config = SPIFF_CONFIG

    def __init__(self) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(sequence().encode()))
        self._spec = parser.get_spec("sop")
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(self.config))

    def case(self) -> list[float]:
        """Milliseconds of each step of one case from its first task to its end."""
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        workflow.refresh_waiting_tasks()
        self._state = self._serializer.serialize_json(workflow)
        return [timed(self._step) for _ in range(TASKS)]

    def _step(self) -> None:
        workflow = self._serializer.deserialize_json(self._state)
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        task.data[f"answers_{task.task_spec.name}"] = ANSWERS
        task.run()
        workflow.do_engine_steps()
        workflow.refresh_waiting_tasks()
        self._state = self._serializer.serialize_json(workflow)


class SpecificationKept(BpmnProcessSpecConverter):
    """Stores of a specification its name only, and finds the living one again."""

    living: ClassVar[dict[str, BpmnProcessSpec]] = {}

    def to_dict(self, spec: BpmnProcessSpec) -> dict[str, str]:
        self.living[spec.name] = spec
        return {"name": spec.name}

    def from_dict(self, dct: dict[str, str]) -> BpmnProcessSpec:
        return self.living[dct["name"]]


class SharingEngine(Engine):
    """The same with one living specification for all cases: only their state goes through JSON."""

    config: ClassVar[dict[type, type]] = {**SPIFF_CONFIG, BpmnProcessSpec: SpecificationKept}

    def rate(self, cases: int = 40) -> float:
        """Steps per second, by the median step."""
        return 1000 / statistics.median([step for _ in range(cases) for step in self.case()])


class Disk:
    """A SQLite table in WAL mode with durable commits, as Alur opens it."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE state (id INTEGER PRIMARY KEY, content BLOB)")
        self._connection.execute("INSERT INTO state VALUES (1, x'')")

    def commit(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("UPDATE state SET content = ? WHERE id = 1", (os.urandom(2000),))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class Ground:
    """What F is measured on; it stays up during a run, so that each round can measure F anew.

    ``sizes`` say how large this run's figures are to be.
    """

    def __init__(self, disk: Disk, connection: HTTPConnection, sizes: Sizes) -> None:
        self.sizes = sizes
        self._engine = Engine()
        self._disk = disk
        self._connection = connection

    def measure(self) -> Floor:
        """F now: medians of 40 cases, 200 commits and 300 requests."""
        steps = [step for _ in range(40) for step in self._engine.case()]
        return Floor(statistics.median(steps), p50(self._disk.commit, 200), p50(self._request, 300))

    def _request(self) -> None:
        self._connection.request("POST", "/", b"x" * 600)
        self._connection.getresponse().read()


@contextmanager
def ground(sizes: Sizes = DEFAULT) -> Iterator[Ground]:
    """Starts the bare server and opens the bare table; ends both."""
    port = free_port()
    with TemporaryDirectory(prefix="alur-bench-") as folder:
        server = subprocess.Popen([sys.executable, "-c", BARE % port])
        disk = Disk(Path(folder))
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            _wait_for(connection)
            yield Ground(disk, connection, sizes)
        finally:
            connection.close()
            disk.close()
            server.terminate()
            server.wait(10)


def _wait_for(connection: HTTPConnection) -> None:
    for _ in range(100):
        try:
            connection.connect()
        except ConnectionRefusedError:
            sleep(0.1)
        else:
            return
    raise RuntimeError("the bare server did not start")
