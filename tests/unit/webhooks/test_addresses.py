"""Where no message goes: into this house, its networks, its machines' metadata, however they are written."""

import pytest

from engine.webhooks import Receiver, Undelivered, send
from engine.webhooks.addresses import allowed, resolve

INSIDE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254",
    "192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1",
)  # fmt: skip
WRITTEN = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0x7f.0.0.1", "0177.0.0.1", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "0.0.0.0", "[::]", "localhost", "169.254.169.254",
    "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "10.0.0.1", "[fe80::1]",
)  # fmt: skip


def _receiver(url: str, *networks: str, secret: str = "env:ALUR_TEST_SECRET") -> Receiver:
    return Receiver("uji", "contoh", frozenset({"kabar"}), url, (secret,), networks)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALUR_TEST_SECRET", "whsec_" + "A" * 32)


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The addresses that were connected to: everything is refused, and remembered."""
    found: list[object] = []

    def connect(address: object, *_: object, **__: object) -> None:
        found.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", connect)
    return found


@pytest.mark.parametrize("address", INSIDE)
def test_no_message_goes_inside(address: str) -> None:
    assert allowed([address], ()) == []
    assert allowed(["93.184.216.34", address], ()) == []  # a name that stands for both is a trap


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_messages_go_to_public_addresses(address: str) -> None:
    assert allowed([address], ()) == [address]


def test_a_network_that_the_operator_names_is_open_and_no_other() -> None:
    assert allowed(["10.1.2.3"], ("10.1.2.0/24",)) == ["10.1.2.3"]
    assert allowed(["10.1.3.3"], ("10.1.2.0/24",)) == []
    assert allowed(["::ffff:10.1.2.3"], ("10.1.2.0/24",)) == []


@pytest.mark.parametrize("host", WRITTEN)
def test_however_an_address_is_written_nothing_is_connected_to(host: str, connected: list[object]) -> None:
    with pytest.raises(Undelivered) as refused:
        send(_receiver(f"https://{host}/"), "a", 1, b"{}")
    assert connected == []
    assert "169" not in str(refused.value) and "127" not in str(refused.value)  # addresses are not told


def test_a_name_that_means_something_else_a_moment_later_gains_nothing(connected: list[object]) -> None:
    meanings = iter((["93.184.216.34"], ["127.0.0.1"]))
    with pytest.raises(Undelivered):
        send(_receiver("https://ganti.example/"), "a", 1, b"{}", resolved=lambda host, port: next(meanings))
    assert connected == [("93.184.216.34", 443)]
    with pytest.raises(Undelivered):
        send(_receiver("https://ganti.example/"), "a", 1, b"{}", resolved=lambda host, port: next(meanings))
    assert len(connected) == 1


def test_without_tls_a_message_stays_in_the_networks_named(connected: list[object]) -> None:
    with pytest.raises(Undelivered, match="https only"):
        send(
            _receiver("http://luar.example/", "10.0.0.0/8"),
            "a", 1, b"{}", resolved=lambda host, port: ["93.184.216.34"],
        )  # fmt: skip
    assert connected == []


def test_names_are_resolved_to_each_address_once() -> None:
    assert "127.0.0.1" in resolve("localhost", 80)
    assert len(set(resolve("localhost", 80))) == len(resolve("localhost", 80))
