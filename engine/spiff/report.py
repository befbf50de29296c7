"""What a run tells about itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Wait:
    """Something the run waits for. Its id is unique in the run and never used again."""

    id: str
    element: str
    kind: str
    """user, topic, timer, message, signal or condition."""
    process: str
    name: str | None = None
    """Topic, message or signal; none for people, timers and conditions."""
    due: datetime | None = None
    """Timers: the instant, in UTC."""
    key: Any = None
    """Messages: the correlation key's value when the wait began."""
    boundary: bool = False
    interrupting: bool = False
    host: str | None = None
    """The element a boundary event stands on."""
    host_id: str | None = None
    gateway: str | None = None
    """The event-based gateway the wait stands behind."""
    scope: str | None = None
    """Id of the innermost subprocess or called process it is in; none at the top."""
    item: Any = None
    index: int | None = None
    """Multi-instance: the item and its place, from 1."""
    retries: int | None = None
    """Topics: how often a failed attempt is tried in all, as the diagram says."""
    variables: dict[str, Any] = field(default_factory=dict)
    """Its local variables: input mappings and what its multi-instance gave it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """An active subprocess or call activity."""

    id: str
    element: str
    process: str
    called: str | None = None
    """Call activities: the process that runs inside."""
    scope: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: entered, completed, cancelled, fired or thrown."""

    kind: str
    element: str
    wait_id: str | None = None
    name: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A place where the flow could not go on."""

    id: str
    element: str
    message: str
