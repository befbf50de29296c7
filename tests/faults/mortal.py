"""``python -m tests.faults.mortal ROLE``: a server, scheduler or worker that dies where it is told to.

One prepared parent reads orders from standard input, a line of JSON each, and forks: the child does what
``alur`` does in its role, pages on the parent's socket, with a fuse laid at a named point. It tells the
child's number when it begins and the signal that ended it. So a start costs a fork and not the loading of
every module.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select as select_rows
from waitress import create_server

from engine.bootstrap import Settings, open_house
from engine.db.models import Definition
from engine.runtime import scheduler, workers
from engine.runtime.house import House
from tests.faults.points import Fuse
from webapp.cli.background import CONCURRENCY
from webapp.factory import create_app

ROOT = Path(__file__).parents[2]
THREADS = 8
BEAT_SECONDS = 0.1  # a round is short: the first beat must come soon


class Role(StrEnum):
    """What a process does, and the command that does it in an installation."""

    ALL = "all"  # alur serve
    PAGES = "pages"  # alur serve --without-scheduler
    SCHEDULER = "scheduler"  # alur scheduler
    LONE_SCHEDULER = "lone scheduler"  # alur scheduler --alone
    WORKER = "worker"  # alur worker


SERVING = (Role.ALL, Role.PAGES)


class Mortal:
    """The parent, as the tests hold it: ``environment`` is what an ``alur`` of this place gets."""

    def __init__(self, environment: dict[str, str], log: Path, role: Role = Role.ALL) -> None:
        self._log = log.open("ab")
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal", role],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,
        )
        self.url = str(self._told(60)["url"])
        self.pid: int | None = None

    def start(self, point: str | None = None, nth: int = 1) -> None:
        """Begin a life, which ends at the nth passing of the point."""
        assert self._parent.stdin is not None
        self._parent.stdin.write(json.dumps({"point": point, "nth": nth}).encode() + b"\n")
        self.pid = int(self._told(30)["pid"])

    def died(self, seconds: float) -> bool:
        """Whether the life under way has ended, waiting so long for it."""
        told = self._told(seconds) if self.pid else None
        if told is None:
            return self.pid is None
        self.pid = None
        if told["signal"] != signal.SIGKILL:
            raise AssertionError(f"the server ended by itself: {told}; see {self._log.name}")
        return True

    def kill(self) -> None:
        """End the life under way, wherever it stands."""
        if self.pid:
            with suppress(ProcessLookupError):  # it came to its point meanwhile
                os.kill(self.pid, signal.SIGKILL)
            assert self.died(30)

    def close(self) -> None:
        """No more lives."""
        self.kill()
        assert self._parent.stdin is not None and self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(timeout=30)
        self._parent.stdout.close()
        self._log.close()

    def _told(self, seconds: float) -> Any:
        assert self._parent.stdout is not None
        if not select.select([self._parent.stdout], [], [], seconds)[0]:
            return None
        line = self._parent.stdout.readline()
        assert line, f"the parent is gone; see {self._log.name}"
        return json.loads(line)


def main(role: Role) -> None:
    """Fork and bury until standard input ends."""
    house = open_house(Settings.from_env())
    _warm(house)
    listener = _listen() if role in SERVING else None
    app = create_app(house) if listener else None
    _tell(url=f"http://127.0.0.1:{listener.getsockname()[1]}" if listener else "")
    while line := sys.stdin.buffer.readline():
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(house, role, listener, app, order)
        _tell(pid=child)
        _, status = os.waitpid(child, 0)
        _tell(signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status))


def _live(house: House, role: Role, listener: socket.socket | None, app: Any, order: dict[str, Any]) -> None:
    try:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        if order["point"]:
            Fuse(order["point"], order["nth"]).lay()
        scheduler.BEAT_SECONDS = BEAT_SECONDS  # type: ignore[assignment]
        if role == Role.WORKER:
            workers.serve(house, CONCURRENCY)
        elif role != Role.PAGES:
            hands = workers.WorkersHands(house) if role == Role.SCHEDULER else None
            scheduler.Heartbeat(house, hands).start()
        if listener is None:
            signal.pause()
        create_server(app, sockets=[listener], threads=THREADS, ident=None).run()
    finally:
        os._exit(1)


def _warm(house: House) -> None:
    """Compile what is in force; no connection may be open when a child is forked."""
    with house.database.read() as session:
        for key in session.scalars(select_rows(Definition.bundle_hash).where(Definition.state == "active")):
            house.programs.get(session, key)
    house.database.close()


def _listen() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def _tell(**fields: Any) -> None:
    os.write(sys.stdout.fileno(), json.dumps(fields).encode() + b"\n")


if __name__ == "__main__":
    main(Role(sys.argv[1]))
