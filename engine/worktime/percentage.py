"""Percentages as properties carry them: ``alur:reminderAt`` = ``80 %``."""

import re
from fractions import Fraction

from engine.errors import Invalid, msg

_WRITTEN = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,4})?)\s*%?")


def percentage(text: str) -> Fraction:
    """Read ``80 %``, ``80%``, ``80`` or ``87,5 %`` (also 120 %); raises Invalid for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    share = Fraction(found[1].replace(",", ".")) if found else Fraction(0)
    if share <= 0:
        raise Invalid(
            msg("%(text)s is not a percentage.", text=text.strip()[:40]), hint=msg("Write for example 80 %.")
        )
    return share
