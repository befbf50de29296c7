"""Errors as types. The web maps them to HTTP in one table; their texts are catalogue entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Message(NamedTuple):
    """A sentence for people: an English template, which is also the catalogue key, and its values."""

    template: str
    params: dict[str, Any]

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


def kept(message: Message) -> dict[str, Any]:
    """A sentence as a row keeps it (JSON), for whoever reads it later in a language of their own."""
    values = {
        name: kept(value) if isinstance(value, Message) else value if isinstance(value, int) else str(value)
        for name, value in message.params.items()
    }
    return {"text": message.template, "with": values}


def as_kept(row: Mapping[str, Any]) -> Message:
    """The sentence that ``kept`` made a row's document of."""
    values = row["with"].items()
    return Message(
        row["text"], {name: as_kept(value) if isinstance(value, dict) else value for name, value in values}
    )


def msg(template: str, /, **params: Any) -> Message:
    """Mark a sentence for the catalogues: ``msg("Field %(name)s is missing.", name=key)``."""
    return Message(template, params)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a form; ``key`` is the field's path (``anak[0].nama`` in lists)."""

    key: str
    message: Message


class AlurError(Exception):
    """Something was refused or failed; says what, where, and how to mend it."""

    def __init__(self, message: Message | str, *, hint: Message | None = None, **details: Any) -> None:
        self.message = message if isinstance(message, Message) else Message(message, {})
        self.hint = hint
        self.details = details
        super().__init__(str(self.message))


class NotFound(AlurError):
    """There is no such thing, or it is not yours to know of: both look alike."""


class NotSignedIn(AlurError):
    """Who is asking is not known."""


class Forbidden(AlurError):
    """Who is asking is known and may not."""


class Conflict(AlurError):
    """The thing changed, or does not allow this now; ``details`` hold its current state."""


class Stale(Conflict):
    """The version named is no longer the current one."""


class Invalid(AlurError):
    """The answers break the form's rules; ``fields`` lists every fault."""

    def __init__(
        self, message: Message | str, fields: list[FieldError] | None = None, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.fields = fields or []


class Refused(AlurError):
    """An upload cannot be taken; ``findings`` lists every fault."""

    def __init__(self, message: Message | str, findings: list[Any] | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.findings = findings or []


class TooLarge(AlurError):
    """What was sent is larger than the limit named."""


class TooMany(AlurError):
    """Too many attempts; ``details['retry_after']`` is in seconds."""


class StoreUnavailable(AlurError):
    """Nothing can be kept for a moment; ``details['retry_after']`` is in seconds."""


class StoreFull(StoreUnavailable):
    """Nothing can be kept until there is room again."""
