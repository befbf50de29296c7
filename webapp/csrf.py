"""Forged requests: every form carries a token, and the browser must not name another site as its origin.

Signed-in people's token belongs to their session; pages without a cookie carry a signed token of
:mod:`webapp.tokens`. Bearer tokens and cookie-less API calls hold no ambient authority and need none.
"""

import hmac
from urllib.parse import urlsplit

from flask import Flask, g, request
from werkzeug.exceptions import BadRequest

from engine.errors import Forbidden, msg
from webapp import tokens
from webapp.visitor import SAFE_METHODS, visitor

FIELD = "_token"
KEY_FIELD = "_kunci"
HEADER = "X-CSRF-Token"


class StaleForm(Exception):
    """The form was open for too long, or its session ended; what was typed is still in the request."""


def page_token() -> str:
    """The token for a form of this page."""
    return visitor().csrf or tokens.form_token()


def mint_key() -> str:
    """A fresh idempotency key for a form of this page."""
    return tokens.mint()


def submitted_key() -> str:
    """The idempotency key of the submitted form: the same when it is sent twice."""
    key = getattr(g, "form_key", None) or request.form.get(KEY_FIELD, "")
    if not 1 <= len(key) <= 64:
        raise BadRequest("the form carries no key")
    return str(key)


def check_origins(app: Flask) -> None:
    """Refuse what another site sends, before anything is asked or kept."""

    @app.before_request
    def check_origin() -> None:
        if request.method not in SAFE_METHODS:
            _check_origin()


def check_tokens(app: Flask) -> None:
    """Check the token of every request that may change something, once the asker is known."""

    @app.before_request
    def check_token() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None:
            return
        expected = visitor().csrf
        if expected:
            _check_session_token(expected)
        elif visitor().person is None and not request.path.startswith("/api/"):
            _check_form_token()


def _check_origin() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise _foreign()
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise _foreign()


def _foreign() -> Forbidden:
    return Forbidden(msg("This form was sent from another site. Open the page here and send it again."))


def _check_session_token(expected: str) -> None:
    given = request.form.get(FIELD) or request.headers.get(HEADER, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise StaleForm


def _check_form_token() -> None:
    try:
        g.form_key = tokens.form_key(request.form.get(FIELD, ""))
    except (tokens.Expired, tokens.Forged):
        raise StaleForm from None
