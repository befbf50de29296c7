"""Somebody whom an answer, a message or the flow names later is kept away as one named at filing is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import bpmn
from engine.cases import inbox
from engine.cases.intake import Incoming, receive
from engine.cases.opening import Opening, open_case
from engine.db.models import AccusedPerson, AccusedUnit, Case, Definition, Person, Unit, WorkItem
from engine.errors import NotFound
from engine.people.principals import SYSTEM
from engine.runtime import work_items
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.runtime.work_items import finish
from tests.conformance.bpmn.kit import MESSAGE, OUTSIDE, E, S, node, process, user
from tests.support.agency import open_agency, open_house, principal, put_files_in_force

NAMED, COLLEAGUE = "petugas_pengaduan@contoh", "petugas_pengaduan2@contoh"
ROLE = (
    '<extensionElements><zeebe:assignmentDefinition candidateGroups="petugas_pengaduan"/></extensionElements>'
)
SAID = (
    '<extensionElements><zeebe:script expression="= if disebut = null then terlapor_nama else disebut" '
    'resultVariable="terlapor_nama"/></extensionElements>'
)
KEYED = OUTSIDE.replace(
    '<message id="mx" name="pesan"/>',
    '<message id="mx" name="pesan"><extensionElements><zeebe:subscription correlationKey="= nomor_laporan"/>'
    "</extensionElements></message>",
)
# Two tasks and a message are awaited side by side; a script names whom an answer did by another word.
BESIDE = process(
    S,
    node("parallelGateway", "g"),
    user("periksa"),
    user("tulis", ROLE),
    node("intermediateCatchEvent", "kabar", MESSAGE),
    node("scriptTask", "sebut", SAID),
    user("lanjut", ROLE),
    node("parallelGateway", "h"),
    E,
    flows="s>g g>periksa g>tulis g>kabar periksa>sebut sebut>lanjut lanjut>h tulis>h kabar>h h>e",
    name="beriringan",
    outside=KEYED,
)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = open_house(database_url, tmp_path)
    agency = open_agency(opened)
    files = dict(bpmn.check({"p.bpmn": BESIDE}).files)
    definition = put_files_in_force(opened, agency, "beriringan", files)
    with opened.database.write() as session:
        session.execute(update(Person).where(Person.login == NAMED).values(name="Budi Contohwan"))
        session.add(Unit(id="U", agency_id=agency, key="loket", name="Loket Depan"))
        session.flush()
        session.execute(update(Person).where(Person.login == NAMED).values(unit_id="U"))
        open_case(opened, session, session.get_one(Definition, definition), Opening(report={}), SYSTEM)
    yield opened
    opened.database.close()


def item(house: House, element: str) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(select(WorkItem).where(WorkItem.element == element)).one()


def answer(house: House, **answers: Any) -> None:
    """The task beside is done with these answers."""
    with house.database.write() as session:
        step = Step.open(house, session, item(house, "periksa").instance_id, SYSTEM)
        finish(step, next(row for row in step.rows.items if row.element == "periksa"), answers, None)


def told(house: House, **payload: Any) -> None:
    receive(house, principal(house, "operator@contoh"), Incoming("pesan", payload, key=number(house)))


def number(house: House) -> str:
    with house.database.read() as session:
        return session.scalars(select(Case.case_number)).one()


def tells_by_answer(house: House, **named: str) -> None:
    answer(house, disebut=None, **named)


def tells_by_message(house: House, **named: str) -> None:
    told(house, **named)


@pytest.fixture(params=[tells_by_answer, tells_by_message])
def tells(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_the_named_person_gives_back_what_they_had_and_finds_it_no_more(house: House, tells: Any) -> None:
    who = principal(house, NAMED)
    work_items.claim(house, who, item(house, "tulis").id)
    tells(house, terlapor_nama="Bapak Budi Contohwan")
    assert item(house, "tulis").assignee_id is None
    assert inbox.page(house, who, inbox.Query()).rows == []
    with pytest.raises(NotFound):
        work_items.get(house, who, item(house, "tulis").id)
    assert inbox.page(house, principal(house, COLLEAGUE), inbox.Query()).rows != []


def test_whom_the_flow_itself_names_is_kept_away(house: House) -> None:
    work_items.claim(house, principal(house, NAMED), item(house, "tulis").id)
    answer(house, disebut="Budi Contohwan")
    assert item(house, "tulis").assignee_id is None
    assert inbox.page(house, principal(house, NAMED), inbox.Query()).rows == []


def test_the_named_unit_gives_back_what_its_people_had(house: House, tells: Any) -> None:
    who = principal(house, NAMED)
    work_items.claim(house, who, item(house, "tulis").id)
    tells(house, unit_terlapor="loket depan")
    late = item(house, "tulis")
    assert late.assignee_id is None
    assert inbox.page(house, who, inbox.Query()).rows == []
    with house.database.read() as session:
        assert session.scalars(select(AccusedUnit.unit)).one() == "loket"


@pytest.mark.parametrize(
    "named", [{"terlapor_nama": "Budi Contohwan"}, {"unit_terlapor": "loket"}], ids=["person", "unit"]
)
def test_where_only_the_named_held_the_role_what_is_open_falls_to_the_next_level(
    house: House, tells: Any, named: dict[str, str]
) -> None:
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == COLLEAGUE).values(active=False))
    tells(house, **named)
    assert item(house, "tulis").roles == ["petugas_pengaduan", "admin"]
    assert inbox.page(house, principal(house, "admin@contoh"), inbox.Query()).rows != []


def test_a_second_name_does_not_let_the_first_back_in(house: House) -> None:
    told(house, terlapor_nama="Budi Contohwan")
    answer(house, disebut=None, terlapor_nama="Orang Lain")
    with house.database.read() as session:
        assert session.scalars(select(AccusedPerson.person_id)).all() == [principal(house, NAMED).id]
