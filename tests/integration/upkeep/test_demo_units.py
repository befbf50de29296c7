"""Demo agencies can be worked in: whatever a form asks of the agency's units, there is one to choose."""

from pathlib import Path

from sqlalchemy import select

from engine.bootstrap import furnish
from engine.clock import ManualClock
from engine.db import Database
from engine.db.models import Agency, Person, Unit
from engine.upkeep.demo import NAMES, furnish_demo
from tests.support.agency import PROGRAMS, START


def test_every_demo_agency_has_units_and_people_in_them(sqlite_url: str, tmp_path: Path) -> None:
    house = furnish(Database(sqlite_url), ManualClock(START), b"k" * 32, tmp_path)
    house.programs = PROGRAMS
    made = furnish_demo(house)
    assert made.fresh and made.reports == 42
    with house.database.read() as session:
        for key in NAMES:
            units = session.scalars(select(Unit).join(Agency).where(Agency.key == key)).all()
            assert units, key
            assert session.scalars(select(Person).where(Person.unit_id.in_([u.id for u in units]))).first(), (
                key
            )
    assert not furnish_demo(house).fresh
    house.database.close()
