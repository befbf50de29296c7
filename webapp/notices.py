"""One sentence carried over a redirect, signed in the address: no cookie and no storage is needed."""

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.errors import Message
from webapp import tokens
from webapp.i18n import translate

PARAMETER = "kabar"
_SECONDS = 300


def go(url: str, message: Message, tone: str = "ok") -> Response:
    """Redirect after a POST and show ``message`` there once; tones are those of the status tag."""
    note = tokens.sign("notice", [message.template, message.params, tone])
    join = "&" if "?" in url else "?"
    return redirect(f"{url}{join}{PARAMETER}={note}", 303)


def notice() -> dict[str, Any] | None:
    """The sentence that the address carries: ``{"text", "tone"}``; None when there is none or it is old."""
    try:
        template, params, tone = tokens.read("notice", request.args.get(PARAMETER, ""), seconds=_SECONDS)
    except (tokens.Expired, tokens.Forged):
        return None
    return {"text": translate(Message(template, params)), "tone": tone}
