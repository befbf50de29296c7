"""A second agency with its administrator, and the platform with its own."""

import pytest

from engine.db.models import Agency, Person, RoleHolder
from engine.runtime.house import House
from tests.web.conftest import START


@pytest.fixture
def others(house: House, password_hash: str) -> House:
    """``admin@kemenkes`` of another agency and ``pengelola@alur`` of the platform."""
    with house.database.write() as session:
        for number, (key, code, role) in enumerate(
            (("kemenkes", "KS", "admin"), ("alur", "AL", "pengelola")), 2
        ):
            session.add(
                Agency(
                    id=f"A{number}",
                    key=key,
                    name=key.title(),
                    code=code,
                    zone="Asia/Jakarta",
                    calendar="id-nasional",
                    created_at=START,
                )
            )
            session.flush()
            session.add(
                Person(
                    id=f"P-{key}",
                    agency_id=f"A{number}",
                    login=f"{role}@{key}",
                    name=f"{role} {key}",
                    password_hash=password_hash,
                    created_at=START,
                )
            )
            session.flush()
            session.add(
                RoleHolder(
                    id=f"H-{key}", agency_id=f"A{number}", person_id=f"P-{key}", role=role, since=START
                )
            )
    return house
