"""Who works in the benchmarks' agencies, and the procedure that is in force there."""

from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.sop5 import PROCESS, ROLE, package
from engine.db.models import Agency, Definition, Person, RoleHolder
from engine.runtime import bundles
from engine.runtime.house import House

BENCH = "bench"


def login(agency: str, number: int = 0) -> str:
    """How the officer with this number signs in; the first is ``petugas@bench``."""
    return f"{ROLE}{number or ''}@{agency}"


def officer(agency: str, number: int = 0) -> str:
    """The id of the officer with this number."""
    return f"P-{agency}-{number}"


def found(house: House, agency: str = BENCH, officers: int = 1) -> None:
    """An agency with so many officers of one role, and the five-task procedure in force."""
    now = house.now()
    numbers = range(officers)
    with house.database.write() as session:
        session.add(
            Agency(
                id=f"A-{agency}",
                key=agency,
                name=agency.title(),
                code=agency[:4].upper(),
                zone="Asia/Jakarta",
                calendar="id-nasional",
                contact="",
                created_at=now,
            )
        )
        session.flush()
        people = [
            {
                "id": officer(agency, number),
                "agency_id": f"A-{agency}",
                "login": login(agency, number),
                "name": f"Petugas {number}",
                "password_hash": "",
                "created_at": now,
            }
            for number in numbers
        ]
        holders = [
            {
                "id": f"H-{agency}-{number}",
                "agency_id": f"A-{agency}",
                "person_id": officer(agency, number),
                "role": ROLE,
                "since": now - timedelta(days=1),
            }
            for number in numbers
        ]
        session.execute(insert(Person), people)
        session.execute(insert(RoleHolder), holders)
        _put_in_force(house, session, agency)


def _put_in_force(house: House, session: Session, agency: str) -> None:
    kept = bundles.keep(session, package())
    session.flush()
    session.add(
        Definition(
            id=f"D-{agency}",
            agency_id=f"A-{agency}",
            process_key=PROCESS,
            version=1,
            title="Lima langkah",
            state="active",
            source_hash=kept,
            bundle_hash=kept,
            verdict="RUN",
            uploaded_at=house.now(),
        )
    )
