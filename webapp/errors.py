"""What went wrong, told to people as a page and to programs as a problem document (RFC 9457).

One table maps the engine's errors to HTTP. Texts are the error's own sentence, in the reader's language.
"""

import logging
import traceback
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from engine import errors, ids
from engine.errors import AlurError, FieldError
from engine.upkeep import outage
from webapp import refill
from webapp.csrf import StaleForm
from webapp.house import now
from webapp.i18n import translate
from webapp.visitor import NOBODY, SAFE_METHODS

STATUS: dict[type[AlurError], int] = {
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Stale: 409,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.Refused: 422,
    errors.TooMany: 429,
    errors.StoreUnavailable: 503,
    errors.StoreFull: 507,
}

log = logging.getLogger("alur.web")


def status_of(error: AlurError) -> int:
    """The HTTP status of an engine error; 422 for one that the table does not name."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 422


def is_api() -> bool:
    """Whether the reader is a program."""
    return request.path.startswith("/api/") or request.path == "/openapi.json"


def problem(status: int, title: str, **members: Any) -> Response:
    """A problem document; ``members`` are its extension members, None left out."""
    body = {"type": "about:blank", "title": title, "status": status}
    body |= {name: value for name, value in members.items() if value is not None}
    document = orjson.dumps(body, default=str)
    return Response(document, status, content_type="application/problem+json")


def field_errors(found: list[FieldError]) -> list[dict[str, str]]:
    """Field errors as a problem document lists them."""
    return [{"key": each.key, "message": translate(each.message)} for each in found]


def handle(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AlurError, _domain_error)
    app.register_error_handler(StaleForm, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def page(status: int, heading: str, text: str = "", hint: str = "", **more: Any) -> Response:
    """An error page for people."""
    html = render_template("error.html", status=status, heading=heading, text=text, hint=hint, **more)
    return make_response(html, status)


def _domain_error(error: AlurError) -> Response:
    status = status_of(error)
    retry = {"Retry-After": str(error.details["retry_after"])} if error.details.get("retry_after") else {}
    if is_api():
        answer = _domain_problem(error, status)
    elif status == 401:
        answer = refill.ask_to_sign_in()
    elif isinstance(error, errors.StoreUnavailable):
        answer = _unsent(error, status)
    else:
        findings = getattr(error, "findings", [])
        fields = getattr(error, "fields", [])
        hint = translate(error.hint) if error.hint else ""
        answer = page(
            status, _heading(status), translate(error.message), hint, findings=findings, fields=fields
        )
    answer.headers.extend(retry)
    return answer


def _unsent(error: errors.StoreUnavailable, status: int) -> Response:
    """What was typed stays in the page, under its own key: sent again it does once what it was to do."""
    g.visitor = NOBODY  # nothing of this page may need the database
    html = render_template(
        "unsent.html",
        heading=_heading(status),
        text=translate(error.message),
        url=refill.here(),
        fields=[] if request.method in SAFE_METHODS else refill.sent(),
    )
    return make_response(html, status)


def _domain_problem(error: AlurError, status: int) -> Response:
    more: dict[str, Any] = {key: value for key, value in error.details.items() if key != "retry_after"}
    if isinstance(error, errors.Invalid):
        more["errors"] = field_errors(error.fields)
    if isinstance(error, errors.Refused):
        more["findings"] = error.findings
    hint = translate(error.hint) if error.hint else None
    return problem(status, _heading(status), detail=translate(error.message), hint=hint, **more)


def _stale_form(_error: StaleForm) -> Response:
    if is_api():
        return problem(403, _heading(403), detail=_("The token of this request is missing or wrong."))
    return refill.ask_to_send_again()


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code >= 500:
        return _crash(error)
    heading = _heading(error.code)
    answer = problem(error.code, heading) if is_api() else page(error.code, heading)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    return answer


def _crash(error: Exception) -> Response:
    """An unforeseen failure: a number to quote. What passes by itself is told as such."""
    away = outage.of(error)
    if away is not None:
        log.error("store unavailable: %s", type(error).__name__)
        return _domain_error(away)
    number = note_crash(error)
    if is_api():
        return problem(500, _heading(500), number=number)
    return page(500, _heading(500), number=number)


def note_crash(error: Exception) -> str:
    """Log an unforeseen failure without anything that was typed; returns the number to quote."""
    number = ids.new_id(now())[-10:]
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("crash %s %s at %s", number, type(error).__name__, where)
    return number


def _heading(status: int) -> str:
    headings: Mapping[int, str] = {
        400: _("This request cannot be understood"),
        401: _("Please sign in"),
        403: _("You may not open this"),
        404: _("Not found"),
        405: _("This page does not take that"),
        409: _("It has changed meanwhile"),
        413: _("Too large"),
        415: _("This page does not take that"),
        422: _("Please check what you entered"),
        429: _("Too many attempts"),
        500: _("Something went wrong on our side"),
        503: _("Not available for a moment"),
        507: _("No room left"),
    }
    return headings.get(status, headings[400 if status < 500 else 500])
