"""How a person can be reached: generous checks that catch slips, not proofs."""

import re

_PUNCTUATION = str.maketrans("", "", " -.()/")
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_LONGEST_EMAIL = 254


def is_phone(text: str) -> bool:
    """A telephone number as people write it: 0812-3456-7890, +62 21 1234567, 1500533."""
    return _PHONE.fullmatch(text.strip().translate(_PUNCTUATION)) is not None


def is_email(text: str) -> bool:
    """Something @ something with a dot, without spaces."""
    address = text.strip()
    name, at, domain = address.rpartition("@")
    if not at or len(address) > _LONGEST_EMAIL or any(character.isspace() for character in address):
        return False
    parts = domain.split(".")
    return bool(name) and "@" not in name and len(parts) > 1 and all(parts)


def is_contact(text: str) -> bool:
    """A telephone number or an e-mail address."""
    return is_phone(text) or is_email(text)
