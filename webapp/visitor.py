"""Who is asking: found once per request, from the session cookie or a bearer token."""

from dataclasses import dataclass

from flask import g, request
from werkzeug.wrappers import Response

from engine.errors import NotSignedIn, msg
from engine.people import signin
from engine.people.principals import Principal
from webapp.house import house

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Visitor:
    """The asker: nobody known, a person with a session, or a person's bearer token.

    ``csrf`` is the session's form token; it is None without a session.
    """

    person: Principal | None = None
    csrf: str | None = None


NOBODY = Visitor()


def visitor() -> Visitor:
    """The asker of this request."""
    who: Visitor = getattr(g, "visitor", NOBODY)
    return who


def person() -> Principal:
    """The signed-in person; only behind a rule that asks for one."""
    who = visitor().person
    if who is None:
        raise NotSignedIn(msg("Please sign in."))
    return who


def cookie_name() -> str:
    """The session cookie: bound to the host where the connection is encrypted."""
    return "__Host-alur" if request.is_secure else "alur"


def recognise() -> Visitor:
    """Find who asks; raises NotSignedIn for a bearer token that is none of ours."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        principal = signin.by_token(house(), token.strip())
        if principal is None:
            raise NotSignedIn(msg("This token is not valid."))
        return Visitor(principal)
    cookie = request.cookies.get(cookie_name())
    signed = signin.signed(house(), cookie) if cookie else None
    return Visitor(signed.principal, signed.csrf) if signed else NOBODY


def start_session(response: Response, token: str) -> None:
    """Hand the browser its session token."""
    response.set_cookie(
        cookie_name(), token, httponly=True, secure=request.is_secure, samesite="Lax", path="/"
    )


def end_session(response: Response) -> None:
    """End the session, here and in the browser."""
    cookie = request.cookies.get(cookie_name())
    if cookie:
        signin.sign_out(house(), cookie)
    response.delete_cookie(cookie_name(), httponly=True, secure=request.is_secure, samesite="Lax", path="/")
