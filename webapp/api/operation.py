"""One operation of the API: what it takes and gives, read, answered and documented alike everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import BaseModel, ConfigDict

from engine.bpmn.finding import Finding
from engine.errors import Refused
from webapp.api import reading
from webapp.i18n import translate
from webapp.visitor import visitor

MARK = "alur_operation"


class Given(BaseModel):
    """A body or query: unknown names are refused, types are not converted in bodies."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid")


class NoQuery(Given):
    """An address that takes no parameters."""


@dataclass(frozen=True)
class Operation:
    """The contract of one operation.

    ``part`` is the multipart part (``a|b``: either name) that may hold the body, ``parts`` the JSON Schema of
    the whole multipart form, ``headers`` the request headers by name with what they are for.
    """

    name: str
    body: type[BaseModel] | None = None
    body_needed: bool = True
    part: str | None = None
    parts: dict[str, Any] | None = None
    query: type[BaseModel] = NoQuery
    answer: type[BaseModel] | None = None
    media_type: str | None = None
    status: int = 200
    errors: tuple[int, ...] = ()
    headers: tuple[tuple[str, bool, str], ...] = ()


def operation(name: str, **contract: Any) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Make a view of a function that gets ``body`` and ``query`` as models and returns the answer's model.

    Put it between the route and ``@allow``. The keywords are the fields of :class:`Operation`.
    """
    made = Operation(name, **contract)

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def call(**values: Any) -> Response:
            reading.check_path(values.values())
            asked = reading.query(made.query)
            if made.query is not NoQuery:
                values["query"] = asked
            if made.body is not None:
                values["body"] = reading.body(made.body, needed=made.body_needed, part=made.part)
            try:
                return _answered(view(**values), made.status)
            except Refused as error:
                raise Refused(error.message, findings(error.findings), hint=error.hint) from error

        setattr(call, MARK, made)
        spec = getattr(call, "_spec", {})
        spec["operation_id"] = name
        call._spec = spec  # type: ignore[attr-defined]
        return call

    return decorate


def _answered(value: Any, status: int) -> Response:
    if isinstance(value, Response):
        return value
    if value is None:
        return Response(status=204)
    if isinstance(value, tuple):
        value, status = value
    return Response(value.model_dump_json(by_alias=True), status, content_type=reading.JSON)


def findings(found: list[Any]) -> list[dict[str, Any]]:
    """Findings of an upload as the API sends them, in the reader's language."""
    return [
        {
            **each.as_json(),
            "message": translate(each.message),
            "hint": translate(each.hint) if each.hint else None,
        }
        if isinstance(each, Finding)
        else each
        for each in found
    ]


def local(moment: datetime, zone: str | None = None) -> datetime:
    """An instant in the agency's zone: the named one, else that of the person asking."""
    who = visitor().person
    name = zone or (who.zone if who else "Asia/Jakarta")
    return moment.astimezone(ZoneInfo(name))


def maybe(moment: datetime | None, zone: str | None = None) -> datetime | None:
    """The same for an instant that may be missing."""
    return local(moment, zone) if moment is not None else None
