"""The reporter's key: number and code, typed once, then carried in the page, signed and short-lived."""

from dataclasses import dataclass

from flask import g, request

from engine.errors import NotFound, msg
from webapp import tokens
from webapp.access import Rule
from webapp.visitor import Visitor

FIELD = "_akses"
NUMBER, CODE = "nomor", "kode"
_HOURS = 2
_LONGEST = 60


@dataclass(frozen=True)
class Key:
    """What opens a report to its reporter; the engine checks whether both fit."""

    number: str
    code: str

    def packed(self) -> str:
        """The key as the reporter's own page carries it."""
        return tokens.sign("reporter", [self.number, self.code])


class KeyExpired(Exception):
    """The page was open too long: number and code are asked for again, what was typed is kept."""


def current() -> Key:
    """The key of this request."""
    found: Key = g.reporter_key
    return found


def _check(_: Visitor) -> None:
    number, code = request.form.get(NUMBER, "").strip(), request.form.get(CODE, "").strip()
    if number and code:
        g.reporter_key = Key(number[:_LONGEST], code[:_LONGEST])
        return
    try:
        g.reporter_key = Key(*tokens.read("reporter", request.form.get(FIELD, ""), seconds=_HOURS * 3600))
    except tokens.Expired as error:
        raise KeyExpired from error
    except tokens.Forged:
        raise NotFound(msg("Number or code does not match.")) from None


with_receipt = Rule("number and code of a report", _check, cookieless=True)
