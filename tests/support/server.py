"""A real `alur serve` in a process of its own, on its own data, clock and loopback port."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ALUR = Path(sys.executable).with_name("alur")
MORNING = "2026-03-02T09:00:00+07:00"
START_SECONDS = 60


class LiveServer:
    """A running Alur. ``folder`` holds its data, clock and log; whoever makes it also stops it."""

    def __init__(self, folder: Path, *, database_url: str | None = None, now: str = MORNING) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.clock_file = folder / "clock"
        if not self.clock_file.exists():
            self.set_clock(now)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ALUR_")},
            "ALUR_DATA": str(self.data),
            "ALUR_PORT": str(self.port),
            "ALUR_CLOCK_FILE": str(self.clock_file),
            "ALUR_SECRET_KEY": "a key for tests only, thirty-two bytes long",
        }
        if database_url is not None:
            self.environment["ALUR_DATABASE_URL"] = database_url

    @property
    def pid(self) -> int:
        """The process that serves; raises RuntimeError when none does."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    def set_clock(self, now: str) -> None:
        """Move "now" of web, scheduler and worker to an ISO instant with a zone."""
        part = self.clock_file.with_suffix(".part")
        part.write_text(now, encoding="utf-8")
        part.replace(self.clock_file)

    def alur(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line on this server's data."""
        done = subprocess.run(
            [ALUR, *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"alur {' '.join(arguments)} → {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done

    def prepare(self, *, demo: bool = True) -> None:
        """Make the tables and, unless refused, the demo data."""
        self.alur("migrate")
        if demo:
            self.alur("demo")

    def start(self) -> None:
        """Start serving and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [ALUR, "serve"],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"alur serve did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether its front page opens."""
        try:
            with urllib.request.urlopen(self.url, timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, *, kill: bool = False) -> None:
        """End the process politely, or with ``kill`` as a power cut would; a stopped one stays stopped."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill() if kill else process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)


def copied(source: LiveServer, folder: Path) -> LiveServer:
    """A server of its own on a copy of a stopped server's data."""
    shutil.copytree(source.folder, folder, dirs_exist_ok=True)
    return LiveServer(folder)


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
