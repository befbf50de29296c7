"""By which calendar a limit counts: that of the unit it names, else the one its SOP names."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine import worktime
from engine.people.calendars import Stamp, calendar_of, stamped
from engine.runtime.house import House


@dataclass
class Calendars:
    """The calendars of one agency's limits, as they stand in this transaction; each is looked up once."""

    house: House
    session: Session
    agency_id: str
    _stamp: Stamp | None = None
    _known: dict[tuple[str, str | None], worktime.Calendar] = field(default_factory=dict)

    def of(self, bundle_hash: str, unit: str | None) -> worktime.Calendar:
        """The calendar of a limit in an instance with this bundle; ``unit`` as its row keeps it."""
        key = ("" if unit else bundle_hash, unit)
        if key not in self._known:
            self._stamp = self._stamp or stamped(self.session, self.agency_id)
            sop = None if unit else self.house.programs.get(self.session, bundle_hash).sop
            named = unit or (sop.calendar if sop else None)
            self._known[key] = calendar_of(self.session, self.agency_id, named, self._stamp)
        return self._known[key]
