"""The receivers file: whom an agency's messages are sent to. The operator writes it, no upload adds to it."""

import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engine.errors import AlurError, Message, msg
from engine.webhooks.signature import key_of

NAME = re.compile(r"[a-z0-9_-]{1,40}")
HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*|\[[0-9A-Fa-f:.]+\]")
KEYS = {"name", "agency", "messages", "url", "secrets", "networks"}
NEEDED = KEYS - {"networks"}
LISTS = ("messages", "secrets", "networks")


@dataclass(frozen=True)
class Receiver:
    """One system that an agency's messages are sent to.

    ``agency`` and ``messages`` say whose messages, by their names on the diagram. ``secrets`` are references,
    ``env:NAME`` or ``file:/path``, never the secrets. ``networks`` are private ones that ``url`` may lead to.
    """

    name: str
    agency: str
    messages: frozenset[str]
    url: str
    secrets: tuple[str, ...]
    networks: tuple[str, ...] = ()

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    def keys(self) -> list[bytes]:
        """The keys to sign with, read at every use so that one can be replaced. Raises AlurError."""
        return [self._key(reference) for reference in self.secrets]

    def _key(self, reference: str) -> bytes:
        kind, _, place = reference.partition(":")
        try:
            return key_of(os.environ[place] if kind == "env" else Path(place).read_text(encoding="ascii"))
        except (KeyError, OSError, ValueError) as error:
            why = str(error) if type(error) is ValueError else "it is not there or cannot be read"
            raise AlurError(
                msg("The secret %(reference)s cannot be used: %(why)s.", reference=reference, why=why),
                hint=msg("A secret is whsec_ followed by 24 to 64 random bytes in base64."),
            ) from error


class Receivers:
    """The receivers by name."""

    def __init__(self, receivers: Sequence[Receiver] = ()) -> None:
        self._by_name = {receiver.name: receiver for receiver in receivers}

    def __iter__(self) -> Iterator[Receiver]:
        return iter(self._by_name.values())

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def get(self, name: str) -> Receiver | None:
        """The receiver of this name."""
        return self._by_name.get(name)

    def of(self, agency: str, message: str) -> list[Receiver]:
        """Whom a message of an agency is sent to."""
        return [each for each in self if each.agency == agency and message in each.messages]


def read(path: Path) -> Receivers:
    """The receivers that a file lists. Raises AlurError that names the file, the receiver and the key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _fault(path, msg("it cannot be read: %(why)s", why=str(error))) from error
    tables = document.pop("receiver", [])
    if document or not isinstance(tables, list):
        raise _fault(path, msg("it holds [[receiver]] tables and nothing else"))
    found: dict[str, Receiver] = {}
    for number, table in enumerate(tables, 1):
        receiver = _receiver(path, number, table)
        if receiver.name in found:
            raise _fault(path, msg("two receivers are named %(name)s", name=receiver.name))
        found[receiver.name] = receiver
    return Receivers(list(found.values()))


def _receiver(path: Path, number: int, table: dict[str, Any]) -> Receiver:
    for key in sorted(NEEDED - table.keys()):
        raise _fault(path, msg("receiver %(number)s lacks “%(key)s”", number=number, key=key))
    for key, value in table.items():
        listed = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if key not in KEYS or not (listed if key in LISTS else isinstance(value, str)):
            raise _fault(
                path,
                msg("“%(key)s” of receiver %(number)s is unknown or of another kind", number=number, key=key),
            )
    receiver = Receiver(
        table["name"],
        table["agency"],
        frozenset(table["messages"]),
        table["url"],
        tuple(table["secrets"]),
        tuple(table.get("networks", ())),
    )
    for fault in _faults(receiver):
        raise _fault(path, msg("receiver %(name)s: %(why)s", name=receiver.name, why=fault))
    receiver.keys()
    return receiver


def _faults(receiver: Receiver) -> Iterator[Message]:
    if not NAME.fullmatch(receiver.name):
        yield msg("a name is 1 to 40 of a–z, 0–9, _ and -")
    if not receiver.secrets or not all(each.startswith(("env:", "file:/")) for each in receiver.secrets):
        yield msg("“secrets” lists where each stands: env:NAME or file:/path")
    for text in receiver.networks:
        try:
            ip_network(text)
        except ValueError:
            yield msg("%(text)s is no network, such as 10.1.2.0/24", text=text)
    yield from _url_faults(receiver)


def _url_faults(receiver: Receiver) -> Iterator[Message]:
    try:
        parts, port = receiver.parts, receiver.parts.port
    except ValueError:
        yield msg("“url” cannot be read")
        return
    if parts.scheme != "https" and not (parts.scheme == "http" and receiver.networks):
        yield msg("“url” begins with https:// (http:// only into “networks” of your own)")
    if parts.username is not None or parts.password is not None:
        yield msg("“url” holds no user and no password")
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}") if port else parts.netloc
    if not HOST.fullmatch(host):
        yield msg("“url” names a host in plain letters")
    if parts.fragment or not re.fullmatch(r"[\x21-\x7e]*", f"{parts.path}?{parts.query}"):
        yield msg("“url” holds a path in plain letters and no #")


def _fault(path: Path, why: Message) -> AlurError:
    return AlurError(msg("%(path)s: %(why)s.", path=str(path), why=why))
