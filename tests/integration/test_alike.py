"""Incidents of one cause are shown as one, and tried again or given up together, a batch at a time."""

import pytest
from sqlalchemy import select

from engine.cases.filing import Filing, file
from engine.db.models import Incident, Instance, OutboxEntry
from engine.errors import AlurError, Conflict, Forbidden, Invalid, NotFound
from engine.people.principals import SYSTEM, Principal
from engine.runtime import alike, incidents, operations, sending
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.upkeep import audit
from tests.support.agency import REPORT, open_agency, principal, put_in_force

KIND, LAST = "luar", "Z" * 26
REASON = "Penerima dibubarkan."


@pytest.fixture
def operator(house: House) -> Principal:
    return principal(house, "operator@contoh")


@pytest.fixture
def failed(house: House) -> House:
    """Three reports, with nothing given up yet."""
    for number in range(3):
        file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=f"k{number}"))
    return house


def _give_up(
    house: House, recipient: str, number: int, why: str = "The receiver answered 503.", first: int = 0
) -> None:
    """Deliveries given up, of all reports in turn."""
    with house.database.write() as session:
        ids = session.scalars(select(Instance.id).order_by(Instance.id)).all()
        for count in range(number):
            step = Step.open(house, session, ids[count % len(ids)], SYSTEM)
            entry = OutboxEntry(
                id=house.new_id(house.now()),
                key=f"{recipient}:{first + count}",
                agency_id=step.instance.agency_id,
                instance_id=step.instance.id,
                kind=KIND,
                recipient=recipient,
                payload={},
                state="failed",
                attempts=sending.ATTEMPTS,
                created_at=house.now(),
            )
            session.add(entry)
            session.flush()
            incidents.open_incident(
                step, recipient, incidents.DELIVERY, AlurError(why), entry.id, stops=False
            )
            step.save()


def _states(house: House, recipient: str) -> set[str]:
    with house.database.read() as session:
        return set(session.scalars(select(OutboxEntry.state).where(OutboxEntry.recipient == recipient)))


def test_what_one_repair_ends_is_one_group(failed: House, operator: Principal) -> None:
    _give_up(failed, "sp4n", 4)
    _give_up(failed, "register", 2)
    _give_up(failed, "sp4n", 1, "The receiver could not be reached.", first=4)
    found = alike.groups(failed, operator)
    assert [(each.newest.element, each.count) for each in found] == [("sp4n", 5), ("register", 2)]
    assert found[0].newest.message == "The receiver could not be reached."
    (rest,) = alike.groups(failed, operator, after=found[0].newest.id)
    (first,) = alike.groups(failed, operator, limit=1)
    assert (first.newest.id, rest.newest.id) == (found[0].newest.id, found[1].newest.id)


def test_a_group_is_tried_again_in_batches_and_goes_out_in_order(failed: House, operator: Principal) -> None:
    _give_up(failed, "sp4n", 7)
    _give_up(failed, "register", 1)
    group = next(each for each in alike.groups(failed, operator) if each.newest.element == "sp4n")
    until, after, sizes = group.newest.id, None, []
    while True:
        dealt = alike.retry(failed, operator, group.newest.id, until, after, limit=3)
        sizes.append(dealt.done)
        if (after := dealt.after) is None:
            break
    assert sizes == [3, 3, 1]
    assert (_states(failed, "sp4n"), _states(failed, "register")) == ({"pending"}, {"failed"})
    told: list[str] = []
    failed.senders[KIND] = lambda house, parcel: told.append(parcel.key)
    while sending.is_any_to_send(failed):
        sending.send_due(failed)
    assert told == [f"sp4n:{number}" for number in range(7)]
    with pytest.raises(NotFound):
        alike.group(failed, operator, group.newest.id)
    assert not audit.verify(failed)


def test_what_comes_in_meanwhile_is_left_alone(failed: House, operator: Principal) -> None:
    _give_up(failed, "sp4n", 2)
    until = alike.groups(failed, operator)[0].newest.id
    operations.retry(failed, operator, until)
    _give_up(failed, "sp4n", 1, first=2)
    dealt = alike.retry(failed, operator, until, until)
    assert (dealt.done, dealt.refused, dealt.after) == (1, 0, None)
    assert alike.group(failed, operator, until).count == 1


def test_a_group_is_given_up_with_a_reason(failed: House, operator: Principal) -> None:
    _give_up(failed, "sp4n", 3)
    newest = alike.groups(failed, operator)[0].newest.id
    with pytest.raises(Invalid):
        alike.cancel(failed, operator, newest, " ", LAST)
    assert alike.cancel(failed, operator, newest, REASON, LAST).done == 3
    assert _states(failed, "sp4n") == {"cancelled"}
    assert not audit.verify(failed)


def test_what_cases_stand_on_is_not_given_up_in_a_heap(failed: House, operator: Principal) -> None:
    with failed.database.write() as session:
        for instance_id in session.scalars(select(Instance.id)):
            step = Step.open(failed, session, instance_id, SYSTEM)
            incidents.open_incident(step, "T01_registrasi", "flow", ValueError("Registri diam."))
            step.save()
    (group,) = alike.groups(failed, operator)
    assert group.count == 3
    with pytest.raises(Conflict):
        alike.cancel(failed, operator, group.newest.id, REASON, LAST)
    assert alike.retry(failed, operator, group.newest.id, LAST).done == 3
    assert not alike.groups(failed, operator)


def test_another_agency_finds_none_of_it(failed: House) -> None:
    _give_up(failed, "sp4n", 2)
    put_in_force(failed, open_agency(failed, "lain", "LN"))
    theirs, other = (
        alike.groups(failed, principal(failed, "operator@contoh")),
        principal(failed, "operator@lain"),
    )
    assert alike.groups(failed, other) == []
    for deal in (alike.group, lambda *given: alike.retry(*given, LAST)):
        with pytest.raises(NotFound):
            deal(failed, other, theirs[0].newest.id)
    with pytest.raises(Forbidden):
        alike.groups(failed, principal(failed, "apip@contoh"))
    with failed.database.read() as session:
        assert set(session.scalars(select(Incident.state))) == {"open"}
