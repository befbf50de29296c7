"""A receiver of webhooks on 127.0.0.1 that behaves as badly as real ones, and remembers what it took."""

import base64
import hashlib
import hmac
import json
import random
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWERS = "answers"
MOODS = (
    ANSWERS,
    "answers twice",
    "fails",
    "fails after taking",
    "hangs",
    "hangs after taking",
    "drips",
    "hangs up",
    "hangs up after taking",
    "sends elsewhere",
    "holds another secret",
)
TAKING = {
    ANSWERS,
    "answers twice",
    "fails after taking",
    "hangs after taking",
    "hangs up after taking",
    "drips",
}


class Flaky(ThreadingHTTPServer):
    """``moods`` it falls into by chance; ``taken`` counts each key, ``keys`` are of each message."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, secret: bytes, moods: Sequence[str], seed: int, hanging: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret, self.moods, self.hanging = secret, list(moods), hanging
        self.taken: Counter[str] = Counter()
        self.bodies: dict[str, Any] = {}
        self.keys: defaultdict[str, set[str]] = defaultdict(set)
        self.fell: Counter[str] = Counter()
        self.forged = self.elsewhere = 0
        self._chance, self._lock = random.Random(seed), threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def mood(self) -> str:
        with self._lock:
            found = self._chance.choice(self.moods)
            self.fell[found] += 1
            return found

    def take(self, key: str, body: bytes) -> None:
        document = json.loads(body)
        with self._lock:
            self.taken[key] += 1
            self.bodies[key] = document
            self.keys[json.dumps(document, sort_keys=True)].add(key)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nobody listens any more: the sender's patience has ended."""


class _Handler(BaseHTTPRequestHandler):
    server: Flaky

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # cut by a sender whose patience has ended: no message at all
        if self.path == "/elsewhere":
            self.server.elsewhere += 1
        mood = self.server.mood()
        secret = b"x" * 24 if mood == "holds another secret" else self.server.secret
        if not self._is_signed(secret, body):
            self.server.forged += mood != "holds another secret"
            self._answer(401)
            return
        if mood in TAKING:
            self.server.take(self.headers["webhook-id"], body)
        self._behave(mood)

    def _behave(self, mood: str) -> None:
        if mood.startswith("hangs up"):
            self.close_connection = True
        elif mood.startswith("hangs"):
            time.sleep(self.server.hanging)
        elif mood == "drips":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            for _ in range(8):
                time.sleep(self.server.hanging / 6)
                self.wfile.write(b"X-Drop: 1\r\n")
        elif mood == "sends elsewhere":
            self.send_response(307)
            self.send_header("Location", f"{self.server.url}/elsewhere")
            self.end_headers()
        else:
            for _ in range(2 if mood == "answers twice" else 1):
                self._answer(500 if mood.startswith("fails") else 204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def _is_signed(self, secret: bytes, body: bytes) -> bool:
        """The receiver's own reading of the standard: nothing of ours is asked."""
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        digest = base64.b64encode(hmac.new(secret, head + body, hashlib.sha256).digest()).decode()
        given = self.headers["webhook-signature"].split(" ")
        return any(hmac.compare_digest(each, f"v1,{digest}") for each in given)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def flaky(
    secret: bytes,
    moods: Sequence[str] = MOODS,
    seed: int = 1,
    hanging: float = 0.5,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Flaky]:
    """A receiver that runs; one that hangs does so for ``hanging`` seconds."""
    server = Flaky(secret, moods, seed, hanging)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
