"""Identifiers: time-ordered, unguessable, without counts that one agency could read of another."""

import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U to misread

_FROM_RFC = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())  # RFC 4648, section 6
_MISREAD = str.maketrans("OILU", "011V")

RandomBytes = Callable[[int], bytes]
random_bytes: RandomBytes = secrets.token_bytes


def base32(data: bytes, length: int) -> str:
    """The first ``length`` characters of ``data`` in Crockford base 32 (five bits each)."""
    if len(data) * 8 < length * 5:
        raise ValueError("not enough bytes")
    return b32encode(data)[:length].translate(_FROM_RFC).decode()


def new_id(now: datetime, random: RandomBytes = random_bytes, after: str = "") -> str:
    """A row's identifier: 10 characters of milliseconds, then 16 of chance; sorts by time of making.

    Made in the same millisecond as the identifier ``after``, it is larger than that by a chance amount.
    """
    number = int(now.timestamp() * 1000) & ((1 << 50) - 1)
    start = base32((number << 6).to_bytes(7, "big"), 10)
    if not after.startswith(start):
        return start + base32(random(10), 16)
    larger = _number(after[10:]) + 1 + int.from_bytes(random(7), "big")
    if larger >> 80:
        return start + base32(
            random(10), 16
        )  # the millisecond's numbers are spent, which chance all but forbids
    return start + base32(larger.to_bytes(10, "big"), 16)


def earliest(moment: datetime) -> str:
    """Sorts before every identifier made at this instant or later, and behind those made before."""
    return new_id(moment, bytes)


def _number(code: str) -> int:
    number = 0
    for letter in code:
        number = number * 32 + ALPHABET.index(letter)
    return number


def grouped(code: str, size: int = 4) -> str:
    """``K7QM4T2X`` → ``K7QM-4T2X``: groups are easier to copy by hand."""
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def plain(code: str) -> str:
    """What somebody typed as a code, without spaces and hyphens, with misread letters put right."""
    kept = "".join(c for c in code.upper() if c.isalnum())
    return kept.translate(_MISREAD)
