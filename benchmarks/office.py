"""A small agency with a five-task procedure, on real servers: what benchmarks over HTTP work on."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from benchmarks.sop5 import PROCESS
from benchmarks.staff import BENCH, found, login, officer
from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.db.migrate import migrate
from engine.db.models import Agency, Case, WorkItem
from engine.people.signin import create_token
from engine.runtime.house import House
from tests.support.server import LiveServer

SECRET = "a key for benchmarks only, thirty-two bytes"


class Client:
    """One officer's program: a connection kept alive to one server, and a token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; raises RuntimeError unless it is answered 2xx."""
        sent = None if body is None else json.dumps(body)
        headers = self._headers if sent is None else {**self._headers, "Content-Type": "application/json"}
        self._connection.request(method, f"/api/v1/{path}", sent, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} → {answer.status}: {content[:500].decode(errors='replace')}")
        return json.loads(content)

    def close(self) -> None:
        self._connection.close()


class Office:
    """The running servers, and their engine opened beside them for preparing and counting."""

    def __init__(self, servers: list[LiveServer], house: House) -> None:
        self.servers = servers
        self.house = house
        self.officer = officer(BENCH)

    @cached_property
    def _client(self) -> Client:
        return self.client()

    def client(self, number: int = 0, agency: str = BENCH, to: int | None = None) -> Client:
        """A connection of the officer with this number, to the servers in turn or to the one named."""
        server = self.servers[(number if to is None else to) % len(self.servers)]
        return Client(server.port, create_token(self.house, login(agency, number), "bench"))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request of the first officer."""
        return self._client.call(method, path, body)

    def file(self, number: int) -> str:
        """File a complaint; returns its instance."""
        return file_report(self.house, f"key-{number}", number)

    def open_item(self, instance_id: str) -> WorkItem:
        """The one open task of a case that is not an escalation."""
        with self.house.database.read() as session:
            query = select(WorkItem).where(WorkItem.instance_id == instance_id, WorkItem.state == "open")
            return session.scalars(query).one()

    def open_items(self, instance_ids: list[str]) -> list[str]:
        """The open tasks of these cases that are no escalations."""
        with self.house.database.read() as session:
            query = select(WorkItem.id).where(
                WorkItem.instance_id.in_(instance_ids), WorkItem.state == "open"
            )
            return list(session.scalars(query.order_by(WorkItem.id)))

    def close(self) -> None:
        if "_client" in vars(self):
            self._client.close()
        self.house.database.close()


def file_report(house: House, key: str, number: int = 0, agency: str = BENCH) -> str:
    """File a complaint; returns its instance."""
    answers = {"isi_laporan": f"Laporan {number}", "nama": "Warga"}
    filed = file(house, Filing(agency, PROCESS, answers, key))
    with house.database.read() as session:
        query = select(Case.instance_id).where(Case.tracking_number == filed.tracking_number)
        return session.scalars(query).one()


@contextmanager
def open_engine(url: str) -> Iterator[House]:
    """The engine alone on the database at ``url``, as it is."""
    with TemporaryDirectory(prefix="alur-bench-") as folder:
        house = open_house(Settings(url, Path(folder), secret_key=SECRET))
        try:
            yield house
        finally:
            house.database.close()


@contextmanager
def office(url: str | None = None, servers: int = 1, *, officers: int = 1) -> Iterator[Office]:
    """Opens an office on fresh SQLite data, or on the database at ``url`` as it is, and its servers.

    An empty database gets its tables, the agency and so many officers.
    """
    with TemporaryDirectory(prefix="alur-bench-") as name, ExitStack() as closing:
        folder = Path(name)
        started = [
            LiveServer(folder / f"server{number}", database_url=url or f"sqlite:///{folder / 'alur.db'}")
            for number in range(servers)
        ]
        for server in started:
            del server.environment["ALUR_CLOCK_FILE"]  # real time, as in production
            server.environment["ALUR_SECRET_KEY"] = SECRET
        house = open_house(Settings.from_env({**os.environ, **started[0].environment}))
        prepare(house, officers)
        opened = Office(started, house)
        closing.callback(opened.close)
        for server in started:
            closing.callback(server.stop)
            server.start()
        yield opened


def prepare(house: House, officers: int = 1) -> None:
    """Tables, agency and officers, where there are none yet."""
    migrate(house.database.url)
    with house.database.read() as session:
        there = session.scalar(select(Agency.id).where(Agency.key == BENCH))
    if there is None:
        found(house, officers=officers)
