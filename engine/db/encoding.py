"""JSON as it is hashed and sealed: the same bytes for the same value; what cannot be kept is refused."""

from typing import Any

import orjson

from engine.errors import Invalid, msg


def encoded(value: Any) -> bytes:
    """A value as JSON with its keys in order. Raises Invalid for what no column can hold."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise unstorable() from error


def unstorable() -> Invalid:
    """A value that cannot be kept was somebody's input, whatever let it through: refused, not a crash."""
    return Invalid(msg("A text or number is too long or holds characters that cannot be kept."))
