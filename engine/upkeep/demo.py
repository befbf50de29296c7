"""Demo data: the pilot agencies with people in every role, their SOPs in force, and reports on their way.

The reports are the SOPs' own scenarios, begun some days ago and played up to now by the people whose roles
the steps name, through the same services as anybody's work, with the texts of invented complaints.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn import sop
from engine.cases import scenarios
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive_in
from engine.catalog import definitions, library
from engine.clock import ManualClock, instant
from engine.db.models import Agency, Case, Definition, Job, Person, WorkItem
from engine.errors import AlurError
from engine.people.agencies import add_agency
from engine.people.principals import (
    ADMIN,
    DESIGNER,
    OPERATOR,
    PLATFORM,
    PLATFORM_AGENCY,
    SYSTEM,
    Principal,
    holders,
    of_person,
)
from engine.people.signin import hash_password
from engine.people.staff import add_person, add_role, appoint
from engine.runtime import bundles, commands, jobs, work_items
from engine.runtime.advance import advance
from engine.runtime.house import House
from engine.runtime.program import build
from engine.states import DefinitionState, JobState, WorkItemState

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
REPORTS_EACH = 6
EARLIEST = timedelta(days=21)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

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
                    _person(house, session, agency, role, next(names), hashed)
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
    definitions.put_in_force(session, definition, build(bundle))


def _person(house: House, session: Session, agency: Agency, role: str, name: str, hashed: str) -> Person:
    person = add_person(house, session, agency.id, f"{role}@{agency.key}", name, hashed)
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
            _Story(
                house, key, process, scenario, now - age, texts[number % len(texts)] if texts else {}
            ).play(now)


def _texts(tree: library.Library, key: str) -> list[dict[str, Any]]:
    path = tree.root / "processes" / key / "contoh.jsonl"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.is_file() else []


class _Story:
    """One scenario played in the house: its times moved so that it began at ``start``."""

    def __init__(
        self,
        house: House,
        agency: str,
        process: str,
        scenario: scenarios.Scenario,
        start: datetime,
        text: dict[str, Any],
    ) -> None:
        self.clock = ManualClock(start)
        self.house = House(
            database=house.database,
            clock=self.clock,
            key=house.key,
            data_dir=house.data_dir,
            random=house.random,
            programs=house.programs,
            connectors=house.connectors,
            observers=house.observers,
        )
        self.agency, self.process, self.scenario = agency, process, scenario
        self.shift = start - instant(scenario.start)
        self.text = {key: text[key] for key in ("judul", "isi_laporan", "lokasi_kejadian") if text.get(key)}
        self.instance_id = ""

    def play(self, now: datetime) -> None:
        """File it and go on step by step, as far as time and the flow allow."""
        first = _moved(dict(self.scenario.steps[0].get("with") or {}), self.shift.days)
        answers = {**first, **{key: value for key, value in self.text.items() if key in first}}
        filed = file(
            self.house,
            Filing(self.agency, self.process, answers, key=f"demo:{self.scenario.id}", scope="demo"),
        )
        with self.house.database.read() as session:
            case = session.scalars(select(Case).where(Case.case_number == filed.case_number)).one()
            self.instance_id = case.instance_id
        for step in self.scenario.steps[1:]:
            if not self._until(min(self._time_of(step) or self.clock.now(), now)) or self.clock.now() >= now:
                break
            try:
                self._apply(step)
            except AlurError:
                break  # the story and the clock part ways here: the report waits where it is
        self._until(now)

    def _time_of(self, step: dict[str, Any]) -> datetime | None:
        return instant(step["until"]) + self.shift if "until" in step else None

    def _until(self, target: datetime) -> bool:
        """Let time pass; what falls due in this report on the way happens at its own time."""
        while True:
            with self.house.database.read() as session:
                due = session.scalar(
                    select(func.min(Job.due_at)).where(
                        Job.instance_id == self.instance_id,
                        Job.state == JobState.WAITING,
                        Job.kind.in_(jobs.DUE_KINDS),
                    )
                )
            if due is None or due > target:
                self.clock.set(max(target, self.clock.now()))
                return True
            self.clock.set(max(due, self.clock.now()))
            if jobs.run_due(self.house) == 0:
                return False

    def _apply(self, step: dict[str, Any]) -> None:
        if "complete" in step:
            self._complete(step)
        elif "message" in step:
            self._message(step)
        elif "topic" in step:
            self._topic(step)

    def _complete(self, step: dict[str, Any]) -> None:
        with self.house.database.read() as session:
            item = session.scalars(
                select(WorkItem)
                .where(
                    WorkItem.instance_id == self.instance_id,
                    WorkItem.element == step["complete"],
                    WorkItem.state == WorkItemState.OPEN,
                    WorkItem.kind == "task",
                )
                .order_by(WorkItem.id)
            ).first()
            who = self._holder(session, item) if item else None
        if item is not None and who is not None:
            work_items.complete(
                self.house, who, item.id, item.version, dict(step.get("with") or {}), take=True
            )

    def _holder(self, session: Session, item: WorkItem) -> Principal | None:
        for role in item.roles:
            for person in holders(session, item.agency_id, role, self.clock.now()):
                return of_person(session, person.id, self.clock.now())
        return None

    def _message(self, step: dict[str, Any]) -> None:
        with self.house.database.write() as session:
            case = session.scalars(select(Case).where(Case.instance_id == self.instance_id)).one()
            incoming = Incoming(step["message"], dict(step.get("with") or {}), key=case.case_number)
            receive_in(self.house, session, case.agency_id, SYSTEM, incoming)

    def _topic(self, step: dict[str, Any]) -> None:
        with self.house.database.write() as session:
            job = session.scalars(
                select(Job).where(
                    Job.instance_id == self.instance_id,
                    Job.topic == step["topic"],
                    Job.state == JobState.WAITING,
                )
            ).first()
            if job is None:
                return
            command: commands.Command
            if "error" in step:
                command = commands.ThrowError(job, str(step["error"]))
            else:
                command = commands.FinishJob(job, dict(step.get("with") or {}))
            advance(self.house, session, self.instance_id, command, SYSTEM)


def _moved(answers: dict[str, Any], days: int) -> dict[str, Any]:
    """The same answers with their dates moved by as many days as the story was."""
    return {
        key: (date.fromisoformat(value) + timedelta(days=days)).isoformat()
        if isinstance(value, str) and DATE.fullmatch(value)
        else value
        for key, value in answers.items()
    }


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
