"""An agency with people and a built-in SOP in force, over any database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from engine.bootstrap import furnish
from engine.catalog import definitions, library
from engine.clock import ManualClock
from engine.db.models import Definition, Person
from engine.db.session import Database
from engine.people.agencies import add_agency
from engine.people.appointments import appoint
from engine.people.principals import Principal, of_person
from engine.people.roles import add_role
from engine.people.staff import add_person
from engine.runtime import bundles
from engine.runtime.house import House
from engine.runtime.program import Programs, build

SECRET = "k" * 32  # of the house; a server beside it must have the same
START = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)  # Tuesday 09.00 WIB
PROGRAMS = Programs()

REPORT = {
    "jenis_laporan": "pengaduan",
    "kanal": "web",
    "judul": "Antrean loket tidak bergerak",
    "isi_laporan": "Sejak pagi antrean di loket tidak bergerak dan petugas tidak ada di tempat.",
    "tanggal_kejadian": "2026-05-29",
    "lokasi_kejadian": "Kota Contoh",
    "anonim": False,
    "rahasia": False,
    "pelapor_nama": "Sari Contohwati",
    "pelapor_kontak": "sari@contoh.example",
    "setuju_pdp": True,
    "kategori": "layanan",
    "unit_layanan": "Loket Contoh",
    "bahaya": False,
}


def open_house(url: str, data_dir: Path, start: datetime = START) -> tuple[House, ManualClock]:
    """A house on a fake clock; compiled SOPs are shared between tests."""
    clock = ManualClock(start)
    house = furnish(Database(url), clock, SECRET.encode(), data_dir)
    house.programs = PROGRAMS
    return house, clock


def open_agency(house: House, key: str = "contoh", code: str = "CT", password_hash: str = "-") -> str:
    """An agency with two people in each role of the generic SOP: ``<role>@key`` and ``<role>2@key``."""
    roles = (
        "petugas_pengaduan",
        "admin_instansi",
        "admin_unit",
        "pejabat_penghubung",
        "kepala_unit",
        "apip",
        "pimpinan",
        "penjaga_identitas",
        "admin",
        "perancang",
        "operator",
    )
    with house.database.write() as session:
        agency = add_agency(house, session, key, key.capitalize(), code, "Asia/Jakarta")
        for role in roles:
            add_role(house, session, agency.id, role, role)
            for number in ("", "2"):
                login = f"{role}{number}@{key}"
                person = add_person(house, session, agency.id, login, f"{role}{number}", password_hash)
                since = house.now() - timedelta(days=1)
                appoint(house, session, agency.id, person.id, role, None, since=since)
        return agency.id


def put_in_force(house: House, agency_id: str, owner: str = "sp4n_umum", process: str = "sp4n_umum") -> str:
    """A built-in SOP as the version in force."""
    tree = library.built_in()
    source = tree.package(owner, process)
    return put_files_in_force(house, agency_id, process, library.assemble(source, tree.resolve), source)


def put_files_in_force(
    house: House,
    agency_id: str,
    process: str,
    bundle: dict[str, bytes],
    source: dict[str, bytes] | None = None,
    version: int = 1,
) -> str:
    """These files as the version in force of a process."""
    with house.database.write() as session:
        now = house.now()
        definition = Definition(
            id=house.new_id(now),
            agency_id=agency_id,
            process_key=process,
            version=version,
            title=process,
            state="draft",
            source_hash=bundles.keep(session, source or bundle),
            bundle_hash=bundles.keep(session, bundle),
            verdict="RUN",
            uploaded_at=now,
        )
        session.add(definition)
        session.flush()
        definitions.put_in_force(house, session, definition, build(bundle))
        return definition.id


def principal(house: House, login: str) -> Principal:
    """The principal of a login."""
    with house.database.read() as session:
        person_id = session.scalars(select(Person.id).where(Person.login == login)).one()
        return of_person(session, person_id, house.now())
