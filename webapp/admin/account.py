"""One's own account: language, password, roles, sessions, tokens for programs."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as Answer

from engine.errors import NotFound, msg
from engine.people import account, agencies, signin
from webapp import csrf, notices, refill
from webapp.access import allow, signed_in
from webapp.admin.filling import Attempt, attempt, confirm, page, typed
from webapp.house import house
from webapp.i18n import COOKIE, LANGUAGES
from webapp.officer.surroundings import role_titles, write_local_times
from webapp.visitor import cookie_name, end_session, person

blueprint = Blueprint("saya", __name__)
write_local_times(blueprint)


@blueprint.get("/saya")
@blueprint.get("/saya/bahasa", endpoint="show_language")
@blueprint.get("/saya/sandi", endpoint="show_password")
@blueprint.get("/saya/token", endpoint="show_tokens")
@allow(signed_in)
def show() -> Response:
    """Everything about one's own account."""
    return _page({})


@blueprint.post("/saya/bahasa")
@allow(signed_in)
def language() -> Answer:
    """Keep the language with the account; a choice kept in this browser yields to it."""
    values = typed("bahasa")
    found = attempt(
        lambda: account.choose_language(house(), person(), values["bahasa"]), {"language": "bahasa"}
    )
    if not found.done:
        return _page(values, found)
    answer = redirect(url_for("saya.show"), 303)
    answer.delete_cookie(COOKIE, httponly=True, secure=request.is_secure, samesite="Lax", path="/")
    return answer


@blueprint.post("/saya/sandi")
@allow(signed_in)
def password() -> Answer:
    """A new password; every other session of one's own ends."""
    values = typed("sandi_lama", "sandi_baru")
    found = attempt(
        lambda: account.change_password(
            house(),
            person(),
            values["sandi_lama"],
            values["sandi_baru"],
            keep=request.cookies.get(cookie_name()),
        ),
        {"old": "sandi_lama", "new": "sandi_baru"},
    )
    if not found.done:
        return _page({}, found)
    return notices.go(
        url_for("saya.show"), msg("Your password was changed. You were signed out everywhere else.")
    )


@blueprint.get("/saya/sesi")
@allow(signed_in)
def ask_to_end_sessions() -> Response:
    """Ask before all sessions end."""
    return confirm(
        heading=_("Sign out everywhere?"),
        lines=[
            _("All your sessions end, this one too. Sign in again afterwards."),
            _("Tokens of programs stay; revoke them one by one."),
        ],
        button=_("Sign out everywhere"),
        back=url_for("saya.show"),
        tab="saya",
    )


@blueprint.post("/saya/sesi")
@allow(signed_in)
def end_sessions() -> Answer:
    """End all sessions of one's own."""
    csrf.submitted_key()
    signin.end_sessions(house(), person())
    answer = redirect(url_for("account.sign_in"), 303)
    end_session(answer)
    return answer


@blueprint.post("/saya/token")
@refill.refillable
@allow(signed_in)
def new_token() -> Answer:
    """Make a token and show it, this once."""
    values = typed("nama_token")
    if refill.is_review():
        return _page(values)
    found = attempt(
        lambda: account.new_token(house(), person(), values["nama_token"]),
        {"name": "nama_token"},
        taken="nama_token",
    )
    if not found.done:
        return _page(values, found)
    return page("admin/token.html", token=found.done, name=values["nama_token"])


@blueprint.get("/saya/token/<token_id>/cabut")
@allow(signed_in)
def ask_to_revoke(token_id: str) -> Response:
    """Ask before a token is revoked."""
    return confirm(
        heading=_("Revoke the token “%(name)s”?", name=_token(token_id).name),
        lines=[_("Programs that use it are refused at once. It cannot be brought back.")],
        button=_("Revoke"),
        back=url_for("saya.show"),
        tab="saya",
    )


@blueprint.post("/saya/token/<token_id>/cabut")
@allow(signed_in)
def revoke(token_id: str) -> Answer:
    """Revoke a token of one's own."""
    csrf.submitted_key()
    account.revoke_token(house(), person(), token_id)
    return notices.go(url_for("saya.show"), msg("The token was revoked."))


def _token(token_id: str) -> Any:
    for each in account.tokens(house(), person()):
        if each.id == token_id:
            return each
    raise NotFound(msg("There is no such token."))


def _page(values: dict[str, str], found: Attempt | None = None) -> Response:
    who = person()
    titles = role_titles()
    own = next((row for row in agencies.units(house(), who) if row.key == who.unit_key), None)
    return page(
        "admin/account.html",
        found,
        who=who,
        agency=agencies.agency(house(), who),
        unit=own.name if own else None,
        roles=sorted(titles.get(key, key) for key in who.roles),
        languages=LANGUAGES,
        language=values.get("bahasa") or who.language,
        tokens=account.tokens(house(), who),
        values=values,
    )
