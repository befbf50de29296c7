"""More people and reports for the officers' tests."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.cases.filing import Filed, Filing, file
from engine.db.models import AccusedUnit, Agency, Case, Instance, Person, RoleHolder, Unit, WorkItem
from engine.people.principals import Principal, of_person
from engine.runtime import jobs
from engine.runtime.house import House
from tests.web.pages import forms

ANSWERS = {
    "jenis_laporan": "pengaduan",
    "kanal": "web",
    "kategori": "layanan",
    "judul": "Antre terlalu lama",
    "isi_laporan": "Petugas loket meminta uang lima puluh ribu rupiah tanpa kuitansi.",
    "unit_layanan": "Loket 3",
    "tanggal_kejadian": "2026-05-30",
    "pelapor_nama": "Sari Contohwati",
    "pelapor_kontak": "sari@contoh.example",
    "setuju_pdp": True,
}


def employ(
    house: House, login: str, *roles: str, agency: str = "A1", unit: str | None = None, name: str = ""
) -> None:
    """A person with these roles, with the password of the others."""
    with house.database.write() as session:
        known = session.get_one(Person, "P-admin")
        if unit is not None and session.get(Unit, f"U-{unit}") is None:
            session.add(Unit(id=f"U-{unit}", agency_id=agency, key=unit, name=unit.title()))
            session.flush()
        session.add(
            Person(
                id=f"P-{login}"[:26],
                agency_id=agency,
                unit_id=f"U-{unit}" if unit else None,
                login=login,
                name=name or login.partition("@")[0].replace("_", " ").title(),
                password_hash=known.password_hash,
                created_at=house.now(),
            )
        )
        session.flush()
        for number, role in enumerate(roles):
            session.add(
                RoleHolder(
                    id=f"H{number}-{login}"[:26],
                    agency_id=agency,
                    person_id=f"P-{login}"[:26],
                    role=role,
                    since=house.now() - timedelta(days=1),
                )
            )


def second_agency(house: House) -> None:
    """Agency ``kemenkes`` with a person who has the same roles there."""
    with house.database.write() as session:
        session.add(
            Agency(
                id="A2",
                key="kemenkes",
                name="Kemenkes",
                code="KS",
                zone="Asia/Jakarta",
                calendar="id-nasional",
                created_at=house.now(),
            )
        )
    employ(house, "petugas@kemenkes", "petugas_pengaduan", "admin_instansi", "admin", agency="A2")


def report(house: House, key: str = "1", **answers: Any) -> Filed:
    """A report as it comes from the web."""
    given = {name: value for name, value in {**ANSWERS, **answers}.items() if value is not None}
    house.clock.advance(timedelta(milliseconds=1))  # type: ignore[attr-defined]  # ids follow the clock
    return file(house, Filing("bpom", "sp4n_umum", given, key=key))


def who(house: House, login: str) -> Principal:
    """The principal who signs in so."""
    with house.database.read() as session:
        person = session.scalars(select(Person).where(Person.login == login)).one()
        return of_person(session, person.id, house.now())


def item_of(house: House, element: str, *, kind: str = "task") -> str:
    """The id of the open item of an element."""
    with house.database.read() as session:
        return (
            session.scalars(
                select(WorkItem.id)
                .where(WorkItem.element == element, WorkItem.kind == kind, WorkItem.state == "open")
                .order_by(WorkItem.id)
            ).first()
            or ""
        )


def row(house: House, item_id: str) -> WorkItem:
    """A work item as it is stored now, with draft and outcome."""
    with house.database.read() as session:
        found = session.get_one(WorkItem, item_id)
        assert found.draft is not None and found.outcome is not None
        return found


def accuse(house: House, filed: Filed, unit: str) -> None:
    """The report is about this unit: nobody of it sees the report or its tasks."""
    with house.database.write() as session:
        case = session.scalars(select(Case).where(Case.case_number == filed.case_number)).one()
        session.add(AccusedUnit(instance_id=case.instance_id, unit=unit))
        session.get_one(Instance, case.instance_id).accuses_units = True


def let_time_pass(house: House, **time: float) -> None:
    """Move the clock, and do what falls due on the way."""
    house.clock.advance(timedelta(**time))  # type: ignore[attr-defined]
    for _ in range(20):
        if jobs.run_due(house) == 0:
            return


def submit(client: FlaskClient, page: TestResponse, /, **values: Any) -> TestResponse:
    """Fill in the task's own form on its page and send it; ``_aksi`` is the button, "kirim" if not said."""
    found = next(one for one in forms(page) if "_versi" in one["fields"])
    given = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    fields = {**found["fields"], "_aksi": ["kirim"], **given}
    return client.post(found["action"], data=fields, content_type="multipart/form-data")
