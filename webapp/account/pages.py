"""The sign-in page keeps what was being sent when a session ended, and gives it back afterwards."""

from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.errors import NotSignedIn, TooMany
from engine.people import signin
from webapp import refill
from webapp.access import allow, anyone, signed_in
from webapp.house import house
from webapp.i18n import COOKIE, LANGUAGES, translate
from webapp.navigation import links
from webapp.visitor import cookie_name, end_session, start_session, visitor

blueprint = Blueprint("account", __name__)
_YEAR = 365 * 24 * 3600


def local_url(url: str | None) -> str | None:
    """The address when it lies on this site; None otherwise, so that nobody is sent elsewhere."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")):
        return None
    parts = urlsplit(url)
    return None if parts.scheme or parts.netloc else url


@blueprint.get("/masuk")
@allow(anyone)
def sign_in() -> Response:
    """The form; people already signed in go on."""
    back = local_url(request.args.get("kembali"))
    if visitor().person is not None:
        return redirect(back or _home(), 303)
    return _form(back=back, status=200)


@blueprint.post("/masuk")
@allow(anyone)
def start() -> Response:
    """Check login and password; both wrong ones look alike."""
    back = local_url(request.form.get("kembali"))
    try:
        token = signin.sign_in(house(), request.form.get("login", ""), request.form.get("kata_sandi", ""))
    except (NotSignedIn, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 401
        answer = _form(back=back, status=status, problem=translate(error.message))
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(error.details["retry_after"])
        return answer
    kept = refill.restore(request.form.get("simpanan", ""))
    answer = _give_back(kept, token) if kept else redirect(back or url_for("account.home"), 303)
    start_session(answer, token)
    return answer


@blueprint.get("/beranda")
@allow(signed_in)
def home() -> Response:
    """Where a person's work begins: the first page of theirs."""
    return redirect(_home(), 303)


@blueprint.post("/keluar")
@allow(anyone)
def sign_out() -> Response:
    """End the session."""
    answer = redirect(url_for("account.sign_in"), 303)
    if request.cookies.get(cookie_name()):
        end_session(answer)
    return answer


@blueprint.get("/bahasa/<code>")
@allow(signed_in)
def choose_language(code: str) -> Response:
    """Keep a signed-in person's choice of language in this browser."""
    if code not in LANGUAGES:
        raise NotFound
    answer = redirect(local_url(request.args.get("kembali")) or "/", 303)
    answer.set_cookie(
        COOKIE, code, max_age=_YEAR, httponly=True, secure=request.is_secure, samesite="Lax", path="/"
    )
    return answer


def _home() -> str:
    own = links()
    return str(own[0]["url"]) if own else "/"


def _form(*, back: str | None, status: int, problem: str | None = None) -> Response:
    html = render_template(
        "account/sign_in.html",
        back=back,
        kept=request.form.get("simpanan", ""),
        login=request.form.get("login", ""),
        problem=problem,
    )
    return make_response(html, status)


def _give_back(kept: dict[str, object], token: str) -> Response:
    """What was typed before the session ended, under the new session's form token."""
    signed = signin.signed(house(), token)
    html = render_template(
        "account/give_back.html",
        url=kept["url"],
        fields=kept["fields"],
        session_token=signed.csrf if signed else "",
    )
    return make_response(html)
