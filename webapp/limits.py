"""How often one address may do what strangers do: file, upload, guess numbers and codes.

Nothing about an address is kept: it is hashed with a key that lives in this process's memory for a day.
Behind a proxy the address is the client's only when ``ALUR_TRUSTED_PROXY`` names the proxy; whoever speaks
from this very machine is a program of the operator, or a proxy that was not named: all its clients together
are held to the limit of guesses alone.
"""

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, request

from engine.clock import stopwatch
from engine.errors import TooMany, msg

DAY_SECONDS = 86_400
MOST_KNOWN = 20_000  # addresses in memory before those at rest are forgotten


@dataclass(frozen=True)
class Limit:
    """``burst`` at once, then ``rate`` in a second."""

    name: str
    burst: float
    rate: float


FILINGS = Limit("filing", 60, 1 / 5)
UPLOADS = Limit("upload", 100, 1 / 2)
GUESSES = Limit("guess", 100, 5)


class Limiter:
    """Token buckets by hashed address."""

    def __init__(self, seconds: Callable[[], float] = stopwatch) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._begun, self._secret = seconds(), secrets.token_bytes(32)
        self._levels: dict[bytes, tuple[float, float]] = {}

    def check(self, limit: Limit, address: str) -> None:
        """Raise TooMany, saying for how long, when this address has used up its share."""
        with self._lock:
            self._refuse_empty(limit, self._level(limit, address))

    def take(self, limit: Limit, address: str, count: int = 1) -> None:
        """Use up some of an address's share; raises TooMany when there was none left."""
        with self._lock:
            level = self._level(limit, address)
            self._refuse_empty(limit, level)
            self._levels[self._key(limit, address)] = (max(level - count, -limit.burst), self._seconds())

    def _refuse_empty(self, limit: Limit, level: float) -> None:
        if level < 1:
            wait = int((1 - level) / limit.rate) + 1
            raise TooMany(
                msg("Too many attempts. Try again in %(seconds)d seconds.", seconds=wait), retry_after=wait
            )

    def _level(self, limit: Limit, address: str) -> float:
        now = self._seconds()
        if now - self._begun > DAY_SECONDS:
            self._begun, self._secret, self._levels = now, secrets.token_bytes(32), {}
        if len(self._levels) > MOST_KNOWN:
            self._levels = {key: kept for key, kept in self._levels.items() if now - kept[1] < 60}
        level, at = self._levels.get(self._key(limit, address), (limit.burst, now))
        return min(limit.burst, level + (now - at) * limit.rate)

    def _key(self, limit: Limit, address: str) -> bytes:
        return hmac.new(self._secret, f"{limit.name}:{_network(address)}".encode(), hashlib.sha256).digest()


def remember(app: Flask) -> None:
    """Give the application its limiter."""
    app.extensions["alur.limits"] = Limiter()


def take(limit: Limit, count: int = 1) -> None:
    """Count what this request does against its address's share; raises TooMany."""
    if count and not _is_here(_address()):
        _limiter().take(limit, _address(), count)


def hold_guesses(blueprint: Blueprint) -> None:
    """Slow down whoever asks these pages again and again for what is not there."""

    @blueprint.before_request
    def check() -> None:
        _limiter().check(GUESSES, _address())

    @blueprint.after_request
    def count(response: Response) -> Response:
        if response.status_code == 404:
            with suppress(TooMany):  # asked at the same moment as others: the next request is refused
                _limiter().take(GUESSES, _address())
        return response


def _limiter() -> Limiter:
    found: Limiter = current_app.extensions["alur.limits"]
    return found


def _address() -> str:
    return request.remote_addr or ""


def _network(address: str) -> str:
    """An IPv6 client has a whole network of addresses to itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
