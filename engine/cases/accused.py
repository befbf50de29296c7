"""Whom a complaint accuses, in the words of the SOPs' forms (SOP conventions, section 2)."""

from collections.abc import Mapping
from typing import Any

from engine.runtime.accused import Named

PERSON = "terlapor_nama"  # a name, or words that hold one: "Bapak Budi Contoh di loket 3"
UNIT = "unit_terlapor"  # a unit's key or name, or several: a list, or parted by commas


def named(variables: Mapping[str, Any]) -> Named:
    """Whom the report accuses, or an answer since."""
    return Named(_texts(variables.get(PERSON)), _texts(variables.get(UNIT)))


def _texts(value: Any) -> tuple[str, ...]:
    """What a field says: one text, or a list of them."""
    said = value if isinstance(value, list) else [value]
    return tuple(text for each in said if isinstance(each, str) and (text := each.strip()))
