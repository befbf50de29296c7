"""What every change of the directory checks: keys, names, passwords, who may."""

import re

from engine.errors import FieldError, Forbidden, Invalid, msg
from engine.people.principals import ADMIN, Principal
from engine.people.signin import normalise_login

KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
CODE = re.compile(r"[A-Z]{2,8}")
LOGIN = re.compile(r"[a-z0-9_.-]{2,59}@[a-z0-9_]{2,60}")  # 120 characters, as the column holds
SHORTEST_PASSWORD = 12
LONGEST_NAME = 200
LONGEST_TEXT = 500


def key_faults(field: str, key: str) -> list[FieldError]:
    """What is wrong with a key."""
    if KEY.fullmatch(key):
        return []
    return [FieldError(field, msg("Use small letters, digits and underscores, beginning with a letter."))]


def name_faults(field: str, text: str) -> list[FieldError]:
    """What is wrong with a name or title."""
    if not text.strip():
        return [FieldError(field, msg("Write a name."))]
    return length_faults(field, text, LONGEST_NAME)


def length_faults(field: str, text: str, most: int = LONGEST_TEXT) -> list[FieldError]:
    """What is wrong with the length of a text."""
    if len(text.strip()) <= most:
        return []
    return [FieldError(field, msg("Write at most %(most)d characters.", most=most))]


def home_faults(login: str, agency_key: str) -> list[FieldError]:
    """A login ends with the key of its own agency, so that nobody takes a name of another one."""
    if normalise_login(login).endswith(f"@{agency_key}"):
        return []
    return [FieldError("login", msg("A login of this agency ends with @%(agency)s.", agency=agency_key))]


def person_faults(login: str, name: str, password: str | None) -> list[FieldError]:
    """What is wrong with a person's login, name and, if given, password."""
    faults = name_faults("name", name)
    if not LOGIN.fullmatch(normalise_login(login)):
        faults.append(FieldError("login", msg("A login looks like name@agency.")))
    if password is not None and len(password) < SHORTEST_PASSWORD:
        least = msg("A password has at least %(length)d characters.", length=SHORTEST_PASSWORD)
        faults.append(FieldError("password", least))
    return faults


def raise_faults(faults: list[FieldError]) -> None:
    """Raise Invalid with all faults, if there are any."""
    if faults:
        raise Invalid(msg("Some answers need correction."), faults)


def must_administer(who: Principal) -> None:
    """Raise Forbidden for everybody but an administrator of the agency."""
    if not who.has(ADMIN):
        raise Forbidden(msg("Only an administrator of the agency may do this."))
