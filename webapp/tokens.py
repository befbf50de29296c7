"""Signed values that travel inside a page: proof that we made them, when, and for what.

Pages that must not set a cookie carry one in place of a session's token. Their time is the house's clock.
"""

from typing import Any

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from engine import ids
from webapp.house import now, page_secret

FORM_HOURS = 12


class Expired(Exception):
    """The value was ours and is too old; ``payload`` is what it held."""

    def __init__(self, payload: Any) -> None:
        super().__init__("expired")
        self.payload = payload


class Forged(Exception):
    """The value was not made by us, or for something else."""


class _ClockSigner(TimestampSigner):
    """Takes the time from the house's clock."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(page_secret(), salt=f"alur.page.{purpose}", signer=_ClockSigner)


def sign(purpose: str, payload: Any) -> str:
    """A text that only we can have made, for one purpose."""
    signed = _signer(purpose).dumps(payload)
    return signed if isinstance(signed, str) else signed.decode()


def read(purpose: str, text: str, *, seconds: int) -> Any:
    """What :func:`sign` was given; raises Expired when older than ``seconds``, Forged otherwise."""
    signer = _signer(purpose)
    try:
        return signer.loads(text, max_age=seconds)
    except SignatureExpired as error:
        raise Expired(signer.loads(text)) from error
    except BadSignature as error:
        raise Forged from error


def mint() -> str:
    """A fresh idempotency key."""
    return ids.new_id(now())


def form_token() -> str:
    """A token for a form on a page that sets no cookie; holds the form's idempotency key."""
    return sign("form", mint())


def form_key(token: str) -> str:
    """The idempotency key that :func:`form_token` minted; raises Expired or Forged."""
    key = read("form", token, seconds=FORM_HOURS * 3600)
    return str(key)
