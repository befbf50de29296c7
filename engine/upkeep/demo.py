"""Demo data: the pilot agencies with people in every role, their SOPs in force, and reports on their way.

The reports are the SOPs' own scenarios, begun some days ago and played up to now by the people whose roles
the steps name, through the same services as anybody's work, with the texts of invented complaints.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn import sop
from engine.cases import scenarios
from engine.catalog import definitions, library
from engine.db.models import Agency, Case, Definition, Person, Unit
from engine.people.agencies import add_agency
from engine.people.appointments import appoint
from engine.people.principals import (
    ADMIN,
    DESIGNER,
    OPERATOR,
    PLATFORM,
    PLATFORM_AGENCY,
    holders,
)
from engine.people.roles import add_role
from engine.people.signin import hash_password
from engine.people.staff import add_person
from engine.runtime import bundles
from engine.runtime.house import House
from engine.runtime.program import build
from engine.states import DefinitionState
from engine.upkeep.stories import Story

PASSWORD = "alur-demo-2026"  # noqa: S105  # printed by `alur demo`; demo data is refused in production mode
NAMES = {
    "bpom": ("Badan Pengawas Obat dan Makanan", "BP", "Halo BPOM 1500533"),
    "kejaksaan_agung": ("Kejaksaan Agung", "KJ", ""),
    "kemendikbud": ("Kementerian Pendidikan dan Kebudayaan", "PD", "ULT 177"),
    "kemenkes": ("Kementerian Kesehatan", "KS", "Halo Kemenkes 1500567"),
    "kemenkumham": ("Kementerian Hukum dan HAM", "KH", ""),
    "mahkamah_agung": ("Mahkamah Agung", "MA", ""),
    "sp4n_umum": ("Instansi Contoh (SOP umum SP4N)", "SU", ""),
}
GIVEN = ("Sari", "Budi", "Dewi", "Agus", "Rina", "Joko", "Wulan", "Hendra", "Maya", "Tono", "Lestari", "Bayu")
FAMILY = ("Contohwati", "Rekaan", "Fiktianto", "Umpama", "Misalkan", "Karangan", "Andaikan")
UNIT = re.compile(r"(?!.* (atau|lewat) )[A-Z][A-Za-z0-9 ]{3,59}")
NO_UNITS = ("Lembaga luar", "Masyarakat", "Tim kasus")
REPORTS_EACH = 6
EARLIEST = timedelta(days=21)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """What the demo holds: agencies with logins, and how many reports there are."""

    agencies: list[tuple[str, str, list[str]]]
    reports: int
    fresh: bool


def furnish_demo(house: House, tell: Progress = lambda text: None) -> Made:
    """Make whatever of the demo data is not there yet; running it again changes nothing."""
    made = False
    for key in (PLATFORM_AGENCY, *NAMES):
        with house.database.read() as session:
            agency = session.scalar(select(Agency.id).where(Agency.key == key))
            reports = session.scalar(select(func.count()).select_from(Case).where(Case.agency_id == agency))
        if agency is None:
            made = True
            tell(NAMES[key][0] if key in NAMES else key)
            if key in NAMES:
                _agency(house, key, _hashed())
            else:
                _platform(house, _hashed())
        if key in NAMES and not reports:
            _reports(house, key)
    return _summary(house, made)


@cache
def _hashed() -> str:
    """One hash for everybody: making it is slow on purpose."""
    return hash_password(PASSWORD)


def _platform(house: House, hashed: str) -> None:
    with house.database.write() as session:
        agency = add_agency(house, session, PLATFORM_AGENCY, "Pengelola Alur", "AL", "Asia/Jakarta")
        add_role(house, session, agency.id, PLATFORM, "Pengelola platform")
        _person(house, session, agency, PLATFORM, "Pengelola Platform", hashed)


def _agency(house: House, key: str, hashed: str) -> None:
    """The agency, its roles from its SOPs, one person for each, and its SOPs in force."""
    name, code, contact = NAMES[key]
    tree = library.built_in()
    processes = [process for agency, process in tree.names() if agency == key]
    with house.database.write() as session:
        agency = add_agency(house, session, key, name, code, "Asia/Jakarta", contact)
        names = _names()
        for role in (ADMIN, DESIGNER, OPERATOR):
            _person(house, session, agency, role, next(names), hashed)
        reviewer = add_person(house, session, agency.id, f"perancang2@{key}", next(names), hashed)
        appoint(house, session, agency.id, reviewer.id, DESIGNER, None)
        for process in processes:
            for role, meaning in sop.load(tree.package(key, process)["sop.toml"]).roles.items():
                if role != "pelapor" and not holders(session, agency.id, role, house.now()):
                    add_role(house, session, agency.id, role, meaning.title, meaning.note)
                    unit = _unit(house, session, agency, meaning.unit)
                    _person(house, session, agency, role, next(names), hashed, unit)
        for process in processes:
            _in_force(house, session, agency, process, tree)


def _in_force(house: House, session: Session, agency: Agency, process: str, tree: library.Library) -> None:
    source = tree.package(agency.key, process)
    bundle = library.assemble(source, tree.resolve)
    now = house.now() - EARLIEST
    designer = holders(session, agency.id, DESIGNER, house.now())
    definition = Definition(
        id=house.new_id(now),
        agency_id=agency.id,
        process_key=process,
        version=1,
        title=definitions.title_of(bundle, process),
        state=DefinitionState.DRAFT,
        source_hash=bundles.keep(session, source),
        bundle_hash=bundles.keep(session, bundle),
        verdict="RUN",
        findings=[],
        answers={},
        uploaded_by=designer[0].id,
        uploaded_at=now,
        decided_by=designer[-1].id,
        decided_at=now,
        revision=1,
    )
    session.add(definition)
    session.flush()
    definitions.put_in_force(house, session, definition, build(bundle))


def _unit(house: House, session: Session, agency: Agency, name: str) -> Unit | None:
    """The unit that an SOP names for a role; descriptions such as "Tim kasus" or "A, B" name none."""
    if not UNIT.fullmatch(name) or name in NO_UNITS:
        return None
    unit = session.scalar(select(Unit).where(Unit.agency_id == agency.id, Unit.name == name))
    if unit is None:
        key = name.lower().replace(" ", "_")
        unit = Unit(id=house.new_id(house.now()), agency_id=agency.id, key=key, name=name, active=True)
        session.add(unit)
        session.flush()
    return unit


def _person(
    house: House,
    session: Session,
    agency: Agency,
    role: str,
    name: str,
    hashed: str,
    unit: Unit | None = None,
) -> Person:
    login, unit_id = f"{role}@{agency.key}", unit.id if unit else None
    person = add_person(house, session, agency.id, login, name, hashed, unit_id=unit_id)
    appoint(house, session, agency.id, person.id, role, None, since=house.now() - 2 * EARLIEST)
    return person


def _names() -> Iterator[str]:
    for family in FAMILY:
        for given in GIVEN:
            yield f"{given} {family}"


def _reports(house: House, key: str) -> None:
    """Begin scenarios in the past, each a few days after the one before, and play them up to now."""
    tree = library.built_in()
    texts = _texts(tree, key)
    now = house.now()
    for agency, process in tree.names():
        files = tree.package(agency, process) if agency == key else {}
        if "scenarios.toml" not in files:
            continue
        told = [one for one in scenarios.read(files["scenarios.toml"]) if "start" in one.steps[0]]
        for number, scenario in enumerate(told[:REPORTS_EACH]):
            age = timedelta(days=EARLIEST.days - 3 * number, hours=number)
            Story(house, key, process, scenario, now - age, texts[number % len(texts)] if texts else {}).play(
                now
            )


def _texts(tree: library.Library, key: str) -> list[dict[str, Any]]:
    path = tree.root / "processes" / key / "contoh.jsonl"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.is_file() else []


def _summary(house: House, fresh: bool) -> Made:
    with house.database.read() as session:
        found = []
        for agency in session.scalars(select(Agency).order_by(Agency.key)):
            logins = session.scalars(
                select(Person.login).where(Person.agency_id == agency.id).order_by(Person.login).limit(100)
            )
            found.append((agency.key, agency.name, list(logins)))
        reports = session.scalar(select(func.count()).select_from(Case)) or 0
    return Made(found, reports, fresh)
