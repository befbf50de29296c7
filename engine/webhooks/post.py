"""One message sent over HTTP: to a judged address, signed, within a time and a size, without redirects.

Any 2xx is an acknowledgement. Of anything else nobody can tell what became of it, so it is sent again later
under the same id, by which the receiver knows it.
"""

import http.client
import queue
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from engine.clock import stopwatch
from engine.errors import AlurError, Message, msg
from engine.webhooks.addresses import Resolve, allowed, is_inside, resolve
from engine.webhooks.receivers import Receiver
from engine.webhooks.signature import sign

SECONDS = 10.0  # for all of it, however slowly a name is found, and a receiver takes and answers
SHORTEST = 0.01  # of these for one part
MOST_BYTES = 1_000_000
TLS = ssl.create_default_context()


class Undelivered(AlurError):
    """A message was not acknowledged; says why, without addresses and without what was answered."""


def send(
    receiver: Receiver,
    message_id: str,
    timestamp: int,
    body: bytes,
    *,
    seconds: float = SECONDS,
    resolved: Resolve = resolve,
) -> None:
    """Send a message; returns when it is acknowledged. ``timestamp`` is now, in Unix seconds.

    Raises Undelivered, and AlurError when the receiver's secret cannot be used.
    """
    if len(body) > MOST_BYTES:
        raise Undelivered(msg("The message is larger than %(most)s bytes.", most=MOST_BYTES))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Alur",
        "Idempotency-Key": message_id,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(receiver.keys(), message_id, timestamp, body),
    }
    parts = receiver.parts
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connected(receiver, seconds, resolved) as connection:
            connection.request("POST", target, body, headers)
            status = connection.getresponse().status
    except TimeoutError as error:
        raise Undelivered(_late(seconds)) from error
    except (OSError, http.client.HTTPException) as error:
        why = msg("The receiver could not be reached, or hung up (%(kind)s).", kind=type(error).__name__)
        raise Undelivered(why) from error
    if not 200 <= status < 300:
        raise Undelivered(msg("The receiver answered %(status)s.", status=status))


@contextmanager
def _connected(receiver: Receiver, seconds: float, resolved: Resolve) -> Iterator[http.client.HTTPConnection]:
    """A connection to the address that was judged; it is cut when the time is over."""
    parts, late, end = receiver.parts, threading.Event(), stopwatch() + seconds
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(receiver, _found(host, port, resolved, seconds))
    connection = http.client.HTTPConnection(host, port)
    connection.sock = socket.create_connection((address, port), max(end - stopwatch(), SHORTEST))

    def cut() -> None:
        late.set()
        wire = connection.sock  # it may be closed already, also between these lines
        if wire is not None:
            with suppress(OSError):
                socket.socket.shutdown(wire, socket.SHUT_RDWR)

    timer = threading.Timer(max(end - stopwatch(), SHORTEST), cut)
    timer.daemon = True
    timer.start()
    try:
        if parts.scheme == "https":
            connection.sock = TLS.wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
            connection.sock.do_handshake()
        yield connection
        if late.is_set():
            raise TimeoutError  # what was cut while it answered looks like an answer
    except (OSError, http.client.HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        connection.close()


def _found(host: str, port: int, resolved: Resolve, seconds: float) -> list[str]:
    """The addresses of a name, if they are known in time: the system's own search cannot be told to hurry.

    Raises TimeoutError, and what the search raises. One that is late ends by itself.
    """
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def search() -> None:
        try:
            answer.put(resolved(host, port))
        except Exception as error:
            answer.put(error)

    threading.Thread(target=search, name=f"resolving {host}", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found


def _address(receiver: Receiver, addresses: list[str]) -> str:
    """Where the host stands now. Raises Undelivered when a message may not go there."""
    found = allowed(addresses, receiver.networks)
    if not found:
        raise Undelivered(_forbidden(receiver))
    if receiver.parts.scheme != "https" and not is_inside(found[0], receiver.networks):
        raise Undelivered(
            msg("A message leaves the networks of “%(name)s” over https only.", name=receiver.name)
        )
    return found[0]


def _forbidden(receiver: Receiver) -> Message:
    return msg("The address of “%(name)s” is in a private network that it may not reach.", name=receiver.name)


def _late(seconds: float) -> Message:
    return msg("The receiver did not answer within %(seconds)s seconds.", seconds=f"{seconds:g}")
