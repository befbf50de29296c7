"""Whom a complaint accuses, in the words of the SOPs' forms (SOP conventions, section 2)."""

from collections.abc import Mapping
from typing import Any

from engine.runtime.accused import Named

PERSON = "terlapor_nama"  # a name, or words that hold one: "Bapak Budi Contoh di loket 3"
UNIT = "unit_terlapor"  # a unit's key or name


def named(variables: Mapping[str, Any]) -> Named:
    """Whom the report accuses, or an answer since."""
    return Named(_text(variables.get(PERSON)), _text(variables.get(UNIT)))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
