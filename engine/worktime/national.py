"""The national list of non-working days, from the ``holidays`` package, country ID."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

VERSION = holidays.__version__
ESTIMATED = "(perkiraan)"  # the package's own mark for dates that follow a sighting of the moon


@dataclass(frozen=True)
class Year:
    """One year's list.

    ``estimated`` holds the names whose dates are not decreed yet; ``decreed_leave`` tells whether the
    list has the year's joint leave (cuti bersama), which is decreed late in the year before.
    """

    days: Mapping[date, str]
    estimated: tuple[str, ...]
    decreed_leave: bool


@lru_cache(maxsize=256)
def year(number: int) -> Year:
    """The holidays and joint leave of one year (categories PUBLIC and GOVERNMENT, Indonesian names)."""
    public = _category(number, "public")
    leave = _category(number, "government")
    days = dict(sorted({**leave, **public}.items()))
    estimated = tuple(name for name in days.values() if ESTIMATED in name)
    return Year(days, estimated, bool(leave))


def _category(number: int, category: str) -> dict[date, str]:
    found = holidays.country_holidays("ID", years=number, categories=(category,), language="id", expand=False)
    return {day: found[day] for day in found}
