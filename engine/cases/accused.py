"""Whom a complaint accuses, in the words of the SOPs' forms (SOP conventions, section 2)."""

from collections.abc import Mapping
from typing import Any

from engine.runtime.accused import Named

PERSON = "terlapor_nama"  # a name, or words that hold one: "Bapak Budi Contoh di loket 3"
UNIT = "unit_terlapor"  # a unit's key or name, or several: a list, or parted by commas
REPORT = "laporan"


def named(variables: Mapping[str, Any]) -> Named:
    """Whom the report accuses, or an answer since; a forwarded report stands in the variables as a whole."""
    report = variables.get(REPORT)
    said = (variables, report if isinstance(report, Mapping) else {})
    return Named(_said(PERSON, said), _said(UNIT, said))


def _said(key: str, where: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for each in where for text in _texts(each.get(key))))


def _texts(value: Any) -> tuple[str, ...]:
    """What a field says: one text, or a list of them."""
    said = value if isinstance(value, list) else [value]
    return tuple(text for each in said if isinstance(each, str) and (text := each.strip()))
