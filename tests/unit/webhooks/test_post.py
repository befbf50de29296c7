"""One message to a real receiver: what counts as taken, and how long a sender waits at most."""

import base64
import socket
import threading
import time
from pathlib import Path

import pytest

from engine.webhooks import Receiver, Undelivered, send
from engine.webhooks.post import MOST_BYTES
from engine.webhooks.signature import key_of, sign
from tests.support.flaky import ANSWERS, Flaky, flaky

SECRET = bytes(range(32))
BODY = b'{"type":"kabar"}'


@pytest.fixture
def reference(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text("whsec_" + base64.b64encode(SECRET).decode(), encoding="ascii")
    return f"file:{path}"


def _receiver(server: Flaky, *secrets: str) -> Receiver:
    return Receiver("uji", "contoh", frozenset(), server.url, secrets, ("127.0.0.0/8",))


def test_a_message_arrives_whole_signed_and_under_its_key(reference: str) -> None:
    with flaky(SECRET, [ANSWERS]) as server:
        send(_receiver(server, reference), "uji:1", 1_780_000_000, BODY)
    assert (server.taken, server.bodies, server.forged) == ({"uji:1": 1}, {"uji:1": {"type": "kabar"}}, 0)


def test_a_message_bears_a_signature_for_each_secret(reference: str, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    newer.write_text("whsec_" + base64.b64encode(b"n" * 24).decode(), encoding="ascii")
    for known in (SECRET, b"n" * 24):
        with flaky(known, [ANSWERS]) as server:
            send(_receiver(server, reference, f"file:{newer}"), "uji:1", 1, BODY)
        assert server.forged == 0


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("fails", "answered 500"),
        ("sends elsewhere", "answered 307"),
        ("holds another secret", "answered 401"),
        ("hangs up", "hung up"),
        ("hangs", "within 0.2 seconds"),
        ("drips", "within 0.2 seconds"),
    ],
)
def test_what_is_not_acknowledged_is_told(reference: str, mood: str, said: str) -> None:
    with flaky(SECRET, [mood], hanging=0.6) as server, pytest.raises(Undelivered, match=said) as fault:
        begun = time.monotonic()
        send(_receiver(server, reference), "uji:1", 1, BODY, seconds=0.2)
    assert time.monotonic() - begun < 30  # cut, though every drop came in time
    assert "127.0.0.1" not in str(fault.value)
    assert server.elsewhere == 0


def test_what_is_too_large_is_not_sent(reference: str) -> None:
    with flaky(SECRET, [ANSWERS]) as server, pytest.raises(Undelivered, match="larger"):
        send(_receiver(server, reference), "uji:1", 1, b"x" * (MOST_BYTES + 1))
    assert not server.taken


def test_signatures_are_those_of_the_standard() -> None:
    """The standard's own example: https://www.standardwebhooks.com, symmetric signatures."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == expected


@pytest.mark.parametrize("text", ["", "abc", "whsec_", "whsec_!!", "whsec_QUJD", "whsec_" + "A" * 100])
def test_a_secret_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        key_of(text)


def test_a_name_that_is_not_found_in_time_holds_nobody_up(reference: str) -> None:
    may_end = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        assert may_end.wait(60)
        return ["127.0.0.1"]

    with flaky(SECRET, [ANSWERS]) as server:
        with pytest.raises(Undelivered, match=r"within 0\.1 seconds"):
            send(_receiver(server, reference), "uji:1", 1, BODY, seconds=0.1, resolved=slow)
        may_end.set()
        assert not server.taken


def test_a_name_that_does_not_exist_is_told(reference: str) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with flaky(SECRET, [ANSWERS]) as server, pytest.raises(Undelivered, match="could not be reached"):
        send(_receiver(server, reference), "uji:1", 1, BODY, resolved=unknown)
