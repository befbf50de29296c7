"""Nothing typed is lost: a form whose session ended or that was open too long comes back filled."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, make_response, redirect, render_template, request, url_for

from webapp import csrf, tokens
from webapp.visitor import SAFE_METHODS

View = TypeVar("View", bound=Callable[..., Any])
REVIEW_FIELD = "_isi"
_MARK = "alur_refillable"
_HOURS = 2
_BYTES = 200_000


def typed() -> list[tuple[str, str]]:
    """What the submitted form held, our own fields and passwords left out."""
    return [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in (csrf.FIELD, csrf.KEY_FIELD, REVIEW_FIELD) and "sandi" not in name
    ]


def sent() -> list[tuple[str, str]]:
    """The whole submitted form with its token and key, so that it can be sent again as it was."""
    return [(name, value) for name, values in request.form.lists() for value in values if "sandi" not in name]


def is_review() -> bool:
    """The form came back after a sign-in to be looked at: show it filled, do nothing yet."""
    return REVIEW_FIELD in request.form


def refillable(view: View) -> View:
    """Mark a view that shows its form filled when :func:`is_review` holds."""
    setattr(view, _MARK, True)
    return view


def hold_back(app: Flask) -> None:
    """Views that cannot show a returned form filled do not act on it: what was typed is shown again."""

    @app.before_request
    def review() -> Response | None:
        if request.endpoint is None or request.path.startswith("/api/") or not is_review():
            return None
        known = getattr(app.view_functions[request.endpoint], _MARK, False)
        return None if known else make_response(_send_again(), 200)


def here() -> str:
    """The path and query of this request."""
    return request.full_path.rstrip("?")


def ask_to_sign_in() -> Response:
    """The sign-in page; after it, the page asked for, with the form filled when one was being sent."""
    if request.method in SAFE_METHODS:
        return make_response(redirect(url_for("account.sign_in", kembali=here()), 303))
    kept = tokens.sign("refill", {"url": here(), "fields": _small(typed())})
    html = render_template("account/sign_in.html", kept=kept, back=None, login="", problem=None)
    return make_response(html, 401)


def ask_to_send_again() -> Response:
    """A page that holds what was typed, under a fresh token."""
    return make_response(_send_again(), 400)


def _send_again() -> str:
    return render_template("account/send_again.html", url=here(), fields=typed())


def restore(kept: str) -> dict[str, Any] | None:
    """What :func:`ask_to_sign_in` kept; None when it is too old or not ours."""
    try:
        found: dict[str, Any] = tokens.read("refill", kept, seconds=_HOURS * 3600)
    except (tokens.Expired, tokens.Forged):
        return None
    return found


def _small(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return fields if sum(len(n) + len(v) for n, v in fields) <= _BYTES else []
