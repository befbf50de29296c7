"""Whoever a report accuses reaches it by no path: whatever office they hold, whenever they were named."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, update

from engine import bpmn
from engine.cases import (
    attachments,
    board,
    documents,
    entries,
    erasing,
    handover,
    inbox,
    runs,
    search,
    timeliness,
    views,
)
from engine.cases.intake import Incoming, receive
from engine.cases.opening import Opening, open_case
from engine.db.models import (
    Case,
    Definition,
    File,
    Incident,
    OutboxEntry,
    Person,
    Role,
    RoleHolder,
    Substitution,
    Unit,
    WorkItem,
)
from engine.errors import AlurError
from engine.people import signin
from engine.people.principals import SYSTEM, Principal
from engine.runtime import jobs, operations, work_items
from engine.runtime.house import House
from tests.conformance.bpmn.kit import MESSAGE, E, S, node, process, user, work
from tests.integration.test_named_later import KEYED
from tests.support.agency import open_agency, open_house, principal, put_files_in_force

LIMITED = (
    '<extensionElements><zeebe:assignmentDefinition candidateGroups="petugas_pengaduan"/><zeebe:properties>'
    '<zeebe:property name="alur:serviceLevel" value="PT1H"/>'
    '<zeebe:property name="alur:escalateTo" value="admin_instansi"/></zeebe:properties></extensionElements>'
)
# Three tasks with a limit and a message are awaited side by side.
BESIDE = process(
    S,
    node("parallelGateway", "g"),
    *(user(name, LIMITED) for name in ("tulis", "periksa", "catat")),
    node("intermediateCatchEvent", "kabar", MESSAGE),
    node("intermediateCatchEvent", "susulan", MESSAGE),
    work("luar", "cek-luar"),
    node("parallelGateway", "h"),
    E,
    flows="s>g g>tulis g>periksa g>catat g>kabar g>susulan g>luar "
    "tulis>h periksa>h catat>h kabar>h susulan>h luar>h h>e",
    name="beriringan",
    outside=KEYED,
)
SOP = b"""process_id = "beriringan"
[eskalasi]
petugas_pengaduan = "admin_instansi"
[pesan.pesan]
dari = "petugas"
label = "Catat kabar"
formulir = "catat"
"""
FORM = b'{"id": "catat", "type": "default", "schemaVersion": 16, "components": []}'
ACCUSED, COLLEAGUE = "petugas_pengaduan@contoh", "petugas_pengaduan2@contoh"


class World(NamedTuple):
    """A report, what is open of it, what the accused did of it before, and the accused with every office."""

    house: House
    who: Principal
    number: str
    instance: str
    open: WorkItem
    done: WorkItem


def _listed(world: World, **query: Any) -> Any:
    return inbox.page(world.house, world.who, inbox.Query(**query)).rows


def _found(world: World, text: str) -> Any:
    return search.page(world.house, world.who, search.Query(text=text)).cases


def _led(world: World) -> Any:
    shown = board.board(world.house, world.who)
    loads = [load for load in shown.load if load.open]
    return [*shown.escalations, *shown.overdue, *loads, *([1] if shown.unclaimed or shown.next_due else [])]


def _told(world: World) -> Any:
    with world.house.database.read() as session:
        to = select(OutboxEntry.id).where(OutboxEntry.recipient == world.who.id)
        return list(session.scalars(to))


def _file(world: World) -> Any:
    with world.house.database.read() as session:
        file_id = session.scalars(select(File.id)).one()
    return documents.attachment(world.house, world.who, file_id)


def _incident(world: World) -> Any:
    with world.house.database.read() as session:
        incident_id = session.scalars(select(Incident.id).where(Incident.id == "I")).one()
    return operations.incident(world.house, world.who, incident_id)


def _figures(world: World) -> Any:
    day = world.house.now().date()
    shown = timeliness.timeliness(world.house, world.who, day - timedelta(days=7), day)
    return [*shown.clocks, *shown.steps]


def _by_token(world: World) -> Principal:
    who = signin.by_token(world.house, signin.create_token(world.house, ACCUSED, "program"))
    assert who is not None
    return who


PATHS: dict[str, Callable[[World], Any]] = {
    "list of the roles": lambda w: _listed(w),
    "list of one's own": lambda w: _listed(w, mine=True),
    "list of what is late": lambda w: _listed(w, overdue=True),
    "list of escalations": lambda w: _listed(w, escalations=True),
    "list of what one finished": lambda w: _listed(w, state="completed"),
    "list of a colleague's": lambda w: _listed(w, assignee=COLLEAGUE),
    "words in the list": lambda w: _listed(w, text="periksa"),
    "counts": lambda w: any(inbox.counts(w.house, w.who).values()),
    "search by number": lambda w: _found(w, w.number),
    "newest reports": lambda w: _found(w, ""),
    "report": lambda w: views.report(w.house, w.who, w.number),
    "open task": lambda w: views.task(w.house, w.who, w.open.id),
    "own finished task": lambda w: views.task(w.house, w.who, w.done.id),
    "be offered as candidate": lambda w: [
        one
        for one in handover.candidates(w.house, principal(w.house, "admin2@contoh"), w.open)
        if one.login == ACCUSED
    ],
    "board": _led,
    "running process": lambda w: runs.look(w.house, w.who, w.instance),
    "history": lambda w: runs.history(w.house, w.who, w.instance),
    "notices": _told,
    "incidents": lambda w: operations.incidents(w.house, w.who),
    "incident": _incident,
    "file": _file,
    "jobs": lambda w: operations.jobs(w.house, w.who),
    "deliveries": lambda w: operations.outbox(w.house, w.who),
    "messages to enter": lambda w: entries.open_entries(w.house, w.who, w.number),
    "work for a program": lambda w: jobs.fetch(w.house, w.who, ["cek-luar"], "x", timedelta(minutes=1)),
    "figures": lambda w: _figures(w),
    "tasks to hand over": lambda w: handover.tasks_of(w.house, w.who, COLLEAGUE)[1],
    "report by a program's token": lambda w: views.report(w.house, _by_token(w), w.number),
    "list by a program's token": lambda w: inbox.page(w.house, _by_token(w), inbox.Query()).rows,
}
ACTS: dict[str, Callable[[World], Any]] = {
    "take": lambda w: work_items.claim(w.house, w.who, w.open.id),
    "draft": lambda w: work_items.save_draft(w.house, w.who, w.open.id, {}) or True,
    "complete": lambda w: work_items.complete(w.house, w.who, w.open.id, w.open.version, {}, take=True),
    "release": lambda w: work_items.release(w.house, w.who, w.open.id),
    "give away": lambda w: work_items.reassign(w.house, w.who, w.open.id, COLLEAGUE),
    "be given": lambda w: work_items.reassign(
        w.house, principal(w.house, "admin2@contoh"), w.open.id, ACCUSED
    ),
    "enter a message": lambda w: entries.enter(w.house, w.who, w.number, "pesan", {}),
    "send a message": lambda w: receive(w.house, w.who, Incoming("pesan", {}, key=w.number)),
    "erase": lambda w: erasing.erase(w.house, w.who, w.number, "Diminta pelapor") or True,
    "terminate": lambda w: operations.terminate(w.house, w.who, w.instance, "x") or True,
}
NAMED = {
    "person": {"terlapor_nama": "Bapak Budi Contohwan"},
    "unit": {"unit_terlapor": "Loket Depan"},
    "unit above": {"unit_terlapor": "kanwil"},
}


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    agency = open_agency(house)
    files = {**bpmn.check({"p.bpmn": BESIDE}).files, "sop.toml": SOP, "catat.json": FORM}
    definition = put_files_in_force(house, agency, "beriringan", files)
    with house.database.write() as session:
        session.add(Unit(id="K", agency_id=agency, key="kanwil", name="Kantor Wilayah"))
        session.flush()
        session.add(Unit(id="L", agency_id=agency, key="loket", name="Loket Depan", parent_id="K"))
        session.flush()
        session.execute(
            update(Person).where(Person.login == ACCUSED).values(name="Budi Contohwan", unit_id="L")
        )
        open_case(house, session, session.get_one(Definition, definition), Opening(report={}), SYSTEM)
    yield house
    house.database.close()


def world_of(house: House, named: dict[str, str] | None) -> World:
    """The accused finished one task and has another, a colleague whom they stand for has the third; then they
    are named, and time passes."""
    number, instance = _report(house)
    done = _item(house, "tulis")
    work_items.complete(house, principal(house, ACCUSED), done.id, done.version, {}, take=True)
    work_items.claim(house, principal(house, ACCUSED), _item(house, "catat").id)
    work_items.claim(house, principal(house, COLLEAGUE), _item(house, "periksa").id)
    kept = attachments.keep(house, "contoh", "a.pdf", b"%PDF-1.4\n%%EOF\n", None, private=False)
    with house.database.write() as session:
        who = session.scalars(select(Person).where(Person.login == ACCUSED)).one()
        other = session.scalars(select(Person).where(Person.login == COLLEAGUE)).one()
        now = house.now()
        for role in session.scalars(select(Role.key).where(Role.key != "petugas_pengaduan")):
            one = RoleHolder(id=house.new_id(now), agency_id=who.agency_id, person_id=who.id, role=role)
            one.since, one.until, one.granted_by = now, None, None
            session.add(one)
        away = Substitution(id="S", agency_id=who.agency_id, absent_id=other.id, deputy_id=who.id)
        away.since, away.until, away.reason, away.created_at = now, now + timedelta(days=9), "Cuti", now
        session.add(away)
        case = session.scalars(select(Case)).one()
        session.get_one(File, kept).case_id = case.id
        fault = Incident(id="I", agency_id=case.agency_id, instance_id=instance, element="periksa", name="x")
        fault.kind, fault.message, fault.fingerprint, fault.state = "role", "x", "x", "open"
        fault.created_at = now
        session.add(fault)
    if named:
        receive(house, principal(house, "operator2@contoh"), Incoming("pesan", named, key=number))
    house.clock.set(house.now() + timedelta(minutes=65))  # type: ignore[attr-defined]
    jobs.run_due(house)
    return World(house, principal(house, ACCUSED), number, instance, _item(house, "periksa"), done)


def _report(house: House) -> tuple[str, str]:
    with house.database.read() as session:
        number, instance = session.execute(select(Case.case_number, Case.instance_id)).one()
        return number, instance


def _item(house: House, element: str) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(
            select(WorkItem).where(WorkItem.element == element, WorkItem.kind == "task")
        ).one()


def reached(world: World, path: Callable[[World], Any]) -> bool:
    try:
        return bool(path(world))
    except AlurError:
        return False


@pytest.mark.parametrize("named", NAMED.values(), ids=NAMED)
def test_by_no_path(house: House, named: dict[str, str]) -> None:
    world = world_of(house, named)
    assert [name for name, path in {**PATHS, **ACTS}.items() if reached(world, path)] == []


def test_the_same_paths_are_open_to_who_is_not_accused(house: House) -> None:
    """Else the table would prove nothing."""
    world = world_of(house, {"terlapor_nama": "Orang Lain"})
    shut = [name for name, path in PATHS.items() if not reached(world, path)]
    assert shut == []
    for name in ("take", "enter a message"):
        assert reached(world, ACTS[name]), name


def test_who_is_not_accused_may_send_it_a_message(house: House) -> None:
    world = world_of(house, {"terlapor_nama": "Orang Lain"})
    assert reached(world, ACTS["send a message"])
