"""A thrown signal reaches every other case of the agency that waits for it, once, and starts processes."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import bpmn
from engine.cases.opening import Opening, open_case
from engine.cases.starting import DEPTH
from engine.db import events
from engine.db.models import Agency, Definition, Incident, Instance, OutboxEntry, WorkItem
from engine.people.principals import SYSTEM
from engine.runtime import outbox
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.runtime.work_items import finish
from tests.conformance.bpmn.kit import SIGNAL, E, S, node, process, user
from tests.support.agency import open_agency, open_house, put_files_in_force

HEARD = node("intermediateCatchEvent", "c", SIGNAL)
THROWN = node("intermediateThrowEvent", "t", SIGNAL)
WAITS = process(S, HEARD, user("u"), E, flows="s>c c>u u>e", name="menunggu")
THROWS = process(S, user("a"), THROWN, E, flows="s>a a>t t>e", name="melempar")
BEGUN = process(node("startEvent", "s", SIGNAL), user("b"), E, flows="s>b b>e", name="dimulai")


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = open_house(database_url, tmp_path)
    open_agency(opened)
    yield opened
    opened.database.close()


def publish(house: House, data: bytes, key: str, version: int = 1) -> str:
    files = dict(bpmn.check({"p.bpmn": data}).files)
    with house.database.read() as session:
        agency = session.scalars(select(Agency.id)).one()
    return put_files_in_force(house, agency, key, files, version=version)


def begin(house: House, definition: str, **variables: Any) -> str:
    """A case of this version; its instance."""
    with house.database.write() as session:
        opening = Opening(report={}, extra=variables)
        return open_case(house, session, session.get_one(Definition, definition), opening, SYSTEM)[
            0
        ].instance_id


def open_tasks(house: House) -> list[tuple[str, str]]:
    with house.database.read() as session:
        query = select(WorkItem.instance_id, WorkItem.element).where(WorkItem.state == "open")
        return sorted((row[0], row[1]) for row in session.execute(query))


def complete(house: House, instance: str, **answers: Any) -> None:
    """The case's one task is done."""
    with house.database.write() as session:
        step = Step.open(house, session, instance, SYSTEM)
        finish(step, step.rows.items[0], answers, None)


def deliver(house: House) -> None:
    while outbox.deliver_due(house):
        pass


def test_every_waiting_case_hears_it_once(house: House) -> None:
    waiting = publish(house, WAITS, "menunggu")
    cases = sorted(begin(house, waiting) for _ in range(3))
    thrower = begin(house, publish(house, THROWS, "melempar"))
    complete(house, thrower)
    assert open_tasks(house) == []  # not in the thrower's own step: each case has its own
    threads = [threading.Thread(target=deliver, args=(house,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver(house)
    assert open_tasks(house) == [(case, "u") for case in cases]
    with house.database.read() as session:
        heard = events.read(session, kinds=("message_received",))
        assert sorted(str(event.instance_id) for event in heard) == cases


def test_what_waits_only_later_does_not_hear_it(house: House) -> None:
    waiting = publish(house, WAITS, "menunggu")
    complete(house, begin(house, publish(house, THROWS, "melempar")))
    begin(house, waiting)
    deliver(house)
    assert open_tasks(house) == []


def test_a_case_that_has_gone_on_meanwhile_is_left_alone(house: House) -> None:
    waiting = begin(house, publish(house, WAITS, "menunggu"))
    throws = publish(house, THROWS, "melempar")
    for thrower in [begin(house, throws), begin(house, throws)]:
        complete(house, thrower)
    deliver(house)
    complete(house, waiting)
    with house.database.read() as session:
        assert session.get_one(Instance, waiting).state == "completed"
        assert set(session.scalars(select(OutboxEntry.state))) == {"delivered"}


def test_a_signal_starts_a_case_of_each_process_that_begins_with_it(house: House) -> None:
    publish(house, BEGUN, "dimulai")
    publish(house, BEGUN.replace(b'id="b"', b'id="b2"').replace(b'"b"', b'"b2"'), "dimulai", version=2)
    data = THROWS.replace(
        b'<bpmn:intermediateThrowEvent id="t">',
        b'<bpmn:intermediateThrowEvent id="t"><bpmn:extensionElements><zeebe:ioMapping>'
        b'<zeebe:input source="= nomor" target="dari"/></zeebe:ioMapping></bpmn:extensionElements>',
    )
    complete(house, begin(house, publish(house, data, "melempar"), nomor=7))
    deliver(house)
    [(instance, element)] = open_tasks(house)
    assert element == "b2"  # the version in force, and it alone
    with house.database.read() as session:
        assert Step.look(house, session, instance).run.variables["dari"] == 7


def test_cases_that_begin_each_other_without_an_end_are_stopped(house: House) -> None:
    data = process(node("startEvent", "s", SIGNAL), THROWN, E, flows="s>t t>e", name="berputar")
    begin(house, publish(house, data, "berputar"))
    deliver(house)
    with house.database.read() as session:
        assert len(list(session.scalars(select(Instance.id)))) == 1 + DEPTH
        assert "without an end" in session.scalars(select(Incident.message)).one()
