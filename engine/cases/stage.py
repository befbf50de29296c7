"""Where a process is played: a house over a database in memory, with one agency and one version in force."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from engine.cases import accused, connectors, observer
from engine.clock import ManualClock
from engine.db import Database
from engine.db.models import Agency, Base, Definition
from engine.runtime import bundles
from engine.runtime.house import House
from engine.runtime.program import Programs

AGENCY = "main"


class Stage:
    """The furnished house and the id of the version to start."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        process: str,
        start: datetime,
        calendar: str,
        zone: str,
        programs: Programs | None,
    ) -> None:
        self.clock = ManualClock(start)
        self.house = House(
            database=Database("sqlite://"),
            clock=self.clock,
            key=b"played",
            data_dir=Path(tempfile.gettempdir()),
            random=_Sequence(),
            connectors=dict(connectors.CONNECTORS),
            observers=[observer.observe],
            accused=accused.named,
            programs=programs or Programs(),
        )
        Base.metadata.create_all(self.house.database.engine)
        with self.house.database.write() as session:
            self.definition_id = _furnish(self.house, session, files, process, calendar, zone)
            self.program = self.house.programs.get(session, bundles.content_hash(files))


def _furnish(
    house: House, session: Session, files: Mapping[str, bytes], process: str, calendar: str, zone: str
) -> str:
    now = house.now()
    agency = Agency(
        id=house.new_id(now), key=AGENCY, name=AGENCY, code="XX", zone=zone, calendar=calendar, created_at=now
    )
    definition = Definition(
        id=house.new_id(now),
        agency_id=agency.id,
        process_key=process,
        version=1,
        title=process,
        state="active",
        source_hash=bundles.keep(session, files),
        bundle_hash=bundles.content_hash(files),
        verdict="RUN",
        uploaded_at=now,
    )
    session.add(agency)
    session.flush()
    session.add(definition)
    return definition.id


class _Sequence:
    """Bytes that count up: ids made at one instant of the fake clock still sort in the order of making."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(length, "big")
