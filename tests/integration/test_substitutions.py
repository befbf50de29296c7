"""A deputy receives the tasks of somebody who is away, for that time, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import inbox
from engine.cases.filing import Filing, file
from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import OutboxEntry, Person, WorkItem
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.people import appointments, substitutions
from engine.people.principals import Principal
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, principal

DAY = timedelta(days=1)
AWAY, DEPUTY, ADMIN = "petugas_pengaduan@contoh", "apip@contoh", "admin@contoh"


def person(house: House, login: str) -> Person:
    with house.database.read() as session:
        return session.scalars(select(Person).where(Person.login == login)).one()


def away(house: House, by: str = AWAY, deputy: str = DEPUTY, **changes: Any) -> Any:
    """The officer is away for a week from now."""
    asked = {"since": None, "until": house.now() + 7 * DAY, "reason": "Cuti tahunan", **changes}
    who = principal(house, by)
    return substitutions.substitute(house, who, person(house, AWAY).id, deputy, **asked)


def forward(house: House, by: timedelta) -> None:
    house.clock.set(house.now() + by)  # type: ignore[attr-defined]


def seen(house: House, login: str) -> list[str]:
    who = principal(house, login)
    return [row.item.element for row in inbox.page(house, who, inbox.Query()).rows]


def report(house: House) -> WorkItem:
    file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    with house.database.read() as session:
        return session.scalars(select(WorkItem).where(WorkItem.element == "T01_registrasi")).one()


def test_the_deputy_sees_takes_and_completes_what_is_for_the_absent(house: House) -> None:
    item = report(house)
    assert seen(house, DEPUTY) == []
    with pytest.raises(NotFound):
        work_items.claim(house, principal(house, DEPUTY), item.id)
    away(house)
    assert seen(house, DEPUTY) == ["T01_registrasi"]
    deputy = principal(house, DEPUTY)
    work_items.complete(house, deputy, item.id, item.version, {"nomor_register": "1"}, take=True)
    with house.database.read() as session:
        assert session.get_one(WorkItem, item.id).completed_by == deputy.id


def test_only_for_that_time(house: House) -> None:
    report(house)
    away(house, since=house.now() + DAY, until=house.now() + 3 * DAY)
    assert seen(house, DEPUTY) == []
    forward(house, DAY)
    assert seen(house, DEPUTY) == ["T01_registrasi"]
    forward(house, 2 * DAY)
    assert seen(house, DEPUTY) == []


def test_what_the_absent_had_taken_can_be_taken_over_by_the_deputy_alone(house: House) -> None:
    item = report(house)
    work_items.claim(house, principal(house, AWAY), item.id)
    colleague = principal(house, "petugas_pengaduan2@contoh")
    assert seen(house, "petugas_pengaduan2@contoh") == []
    away(house)
    with pytest.raises(Conflict):
        work_items.claim(house, colleague, item.id)
    assert seen(house, DEPUTY) == ["T01_registrasi"]
    taken = work_items.claim(house, principal(house, DEPUTY), item.id)
    assert taken.assignee_id == person(house, DEPUTY).id


def test_offices_do_not_pass_to_a_deputy(house: House) -> None:
    admin = principal(house, ADMIN)
    for role in ("penjaga_identitas", "perancang", "operator", "admin"):
        appointments.grant(house, admin, person(house, AWAY).id, role)
    away(house)
    roles = principal(house, DEPUTY).roles
    assert roles == {"apip", "petugas_pengaduan"}
    assert principal(house, AWAY).has("admin")  # who is away keeps what they hold


def test_a_deputy_is_reminded_and_told_of_escalations(house: House) -> None:
    report(house)
    away(house)
    forward(house, timedelta(hours=30))  # past 80 % of a day's limit
    jobs.run_due(house)
    with house.database.read() as session:
        told = set(session.scalars(select(OutboxEntry.recipient).where(OutboxEntry.kind == "notice")))
    assert person(house, DEPUTY).id in told


def test_no_chain_of_deputies_leaves_tasks_to_nobody(house: House) -> None:
    report(house)
    first = away(house)
    who, deputy = principal(house, ADMIN), person(house, DEPUTY).id
    until = house.now() + DAY
    with pytest.raises(Conflict):  # nobody stands for others while they are away themselves
        substitutions.substitute(house, who, person(house, "pimpinan@contoh").id, AWAY, None, until, "Cuti")
    with pytest.raises(Conflict) as refused:  # nor goes away while they stand for somebody
        substitutions.substitute(house, who, deputy, "pimpinan@contoh", None, until, "Sakit")
    assert person(house, AWAY).name in str(refused.value.message)
    later = first.until + DAY
    substitutions.substitute(house, who, deputy, "pimpinan@contoh", first.until, later, "Cuti")
    substitutions.end(house, who, first.id)
    away(house, deputy="pimpinan@contoh")
    assert seen(house, "pimpinan@contoh") != [] and seen(house, DEPUTY) == []


def test_it_is_set_by_the_person_or_an_administrator_and_written_down(house: House) -> None:
    with pytest.raises(Forbidden):
        away(house, by="petugas_pengaduan2@contoh")
    open_agency(house, "lain", "LN")
    with pytest.raises(NotFound):
        away(house, by="admin@lain")
    row = away(house, by=ADMIN)
    substitutions.end(house, principal(house, AWAY), row.id)
    with pytest.raises(Conflict):
        substitutions.end(house, principal(house, AWAY), row.id)
    assert principal(house, DEPUTY).roles == {"apip"}
    with house.database.read() as session:
        told = events.read(session, HISTORY.c.instance_id.is_(None))
    assert [(event.kind, event.name, event.actor_id) for event in told] == [
        ("substitution_set", "Cuti tahunan", person(house, ADMIN).id),
        ("substitution_ended", "Cuti tahunan", person(house, AWAY).id),
    ]
    assert told[0].data["deputy"] == person(house, DEPUTY).id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"deputy": "siapa@contoh"}, "deputy"),
        ({"deputy": AWAY}, "deputy"),
        ({"deputy": "apip@lain"}, "deputy"),
        ({"reason": " "}, "reason"),
        ({"days": -1}, "until"),
        ({"days": 400}, "until"),
    ],
)
def test_what_is_no_substitution(house: House, changes: dict[str, Any], field: str) -> None:
    open_agency(house, "lain", "LN")
    if "days" in changes:
        changes = {"until": house.now() + changes["days"] * DAY}
    with pytest.raises(Invalid) as refused:
        away(house, **changes)
    assert field in [fault.key for fault in refused.value.fields]


def test_somebody_may_be_away_without_a_deputy(house: House) -> None:
    row = away(house, deputy="")
    assert row.deputy_id is None
    found = [(each.absent, each.deputy) for each in _concerning(house, AWAY, AWAY)]
    assert found == [("petugas_pengaduan", None)]
    assert substitutions.of(house, principal(house, AWAY), row.id).deputy is None
    with pytest.raises(Conflict):
        away(house)
    substitutions.end(house, principal(house, AWAY), row.id)
    assert _concerning(house, AWAY, AWAY) == []


def test_a_deputy_may_fall_ill(house: House) -> None:
    away(house)
    who, deputy = principal(house, DEPUTY), person(house, DEPUTY).id
    substitutions.substitute(house, who, deputy, None, None, house.now() + DAY, "Sakit")
    assert len(_concerning(house, DEPUTY, DEPUTY)) == 2


def test_whom_a_substitution_concerns_sees_it(house: House) -> None:
    row = away(house)
    names = [(each.absent, each.deputy) for each in _concerning(house, DEPUTY, DEPUTY)]
    assert names == [("petugas_pengaduan", "apip")]
    assert len(_concerning(house, ADMIN, AWAY)) == 1
    with pytest.raises(Forbidden):
        _concerning(house, DEPUTY, AWAY)
    assert substitutions.of(house, principal(house, DEPUTY), row.id).absent == "petugas_pengaduan"
    with pytest.raises(NotFound):
        substitutions.of(house, principal(house, "pimpinan@contoh"), row.id)
    assert AWAY not in [each.login for each in _choices(house)]


def _concerning(house: House, by: str, about: str) -> list[substitutions.Standing]:
    who: Principal = principal(house, by)
    return substitutions.concerning(house, who, person(house, about).id)


def _choices(house: House) -> list[Person]:
    return substitutions.choices(house, principal(house, AWAY), person(house, AWAY).id)
