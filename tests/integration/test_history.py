"""The history read back: page by page, with what is sealed of each event in its place."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.cases.filing import Filing, file
from engine.db import entries, events, history
from engine.db.history import HISTORY
from engine.db.keys import KEYS, of_case
from engine.db.models import Case
from engine.runtime.house import House
from tests.support.agency import REPORT

AT = datetime(2026, 3, 2, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def case(house: House) -> Case:
    """A report to which three more steps happened, some of them personal."""
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    with house.database.write() as session:
        case = session.query(Case).one()
        _step(house, session, case, [("message_received", {"payload": {"teks": "satu"}}), ("rated", {})])
        _step(house, session, case, [("rated", {"rating": 5})])
        _step(
            house,
            session,
            case,
            [("entered", {}), ("terminated", {}), ("completed", {"payload": "dua", "item": "x"})],
        )
    return case


def _step(house: House, session: Session, case: Case, told: list[tuple[str, dict[str, Any]]]) -> None:
    made = [history.event(kind, "e", f"nama {kind}", data) for kind, data in told]
    key = of_case(house.keyring, session.connection(), case.instance_id)
    sealed = history.seal(made, key) if any(map(history.is_personal, made)) else None
    entry = history.entry(
        *made,
        agency_id=case.agency_id,
        instance_id=case.instance_id,
        at=AT,
        actor_id=None,
        actor="Sari",
        sealed=sealed,
    )
    history.remember(session, entry)


def _told(house: House, case: Case, ring: bool) -> list[tuple[str, str, Any]]:
    with house.database.read() as session:
        own = HISTORY.c.instance_id == case.instance_id
        found = events.read(session, own, ring=house.keyring if ring else None)[-6:]
    return [(event.kind, event.name, event.data) for event in found]


def test_each_event_gets_its_own_sealed_part_back(house: House, case: Case) -> None:
    assert _told(house, case, ring=True) == [
        ("message_received", "nama message_received", {"payload": {"teks": "satu"}}),
        ("rated", "nama rated", {}),
        ("rated", "nama rated", {"rating": 5}),
        ("entered", "nama entered", {}),
        ("terminated", "nama terminated", {}),
        ("completed", "nama completed", {"payload": "dua", "item": "x"}),
    ]
    assert _told(house, case, ring=False)[4:] == [
        ("terminated", "", {}),
        ("completed", "nama completed", {"item": "x"}),
    ]


def test_of_a_destroyed_key_only_what_was_sealed_is_gone(house: House, case: Case) -> None:
    with house.database.write() as session:
        session.execute(KEYS.update().where(KEYS.c.instance_id == case.instance_id).values(wrapped=None))
    assert _told(house, case, ring=True) == [
        ("message_received", "nama message_received", {"erased": True}),
        ("rated", "nama rated", {}),
        ("rated", "nama rated", {"rating": 5}),
        ("entered", "nama entered", {}),
        ("terminated", "", {"erased": True}),
        ("completed", "nama completed", {"item": "x", "erased": True}),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("kinds", [(), ("rated", "completed"), ("started",), ("never",)])
def test_pages_hold_every_event_once_and_the_last_one_says_so(
    house: House, case: Case, limit: int, kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "AT_A_TIME", 2)
    with house.database.read() as session:
        own = HISTORY.c.instance_id == case.instance_id
        whole = events.read(session, own, kinds=kinds, ring=house.keyring)[::-1]
        pages, before = [], None
        while True:
            found, before = events.page(
                session, house.keyring, case.instance_id, limit, before=before, kinds=kinds
            )
            pages.append(found)
            if before is None:
                break
    assert [event for page in pages for event in page] == whole
    assert all(len(page) >= limit for page in pages[:-1])
    assert pages[-1] or not whole


def test_an_instant_comes_back_to_the_microsecond() -> None:
    at, *_ = entries.unpacked(entries.packed(AT, None, "Sari", []))
    assert at == AT


def test_the_stored_forms_never_change() -> None:
    """What was written once must be read for ever; the last link is reckoned as 0.1.0 did."""
    content = entries.packed(AT, "P1", "Sari", [history.event("rated", "e", "Nilai", {"rating": 5})])
    entry = {"agency_id": "A", "seq": 7, "instance_id": "I", "content": STORED, "sealed": b"s"}
    assert entries.unpacked(STORED) == entries.unpacked(content)
    assert entries.link_of(b"before", entry).hex() == LINK
    assert entries.link_of(b"before", {**entry, "content": ALONE}).hex() == LINK_ALONE


STORED = bytes.fromhex(
    "0283059bb1ae81518881a195819195813124d84ce02605180289e0c4a24cb04f8ba00e01e531bf4c6010819c0314cccc4b57b23285180b00"
)
ALONE = entries.ALONE + STORED[1:]
LINK, LINK_ALONE = (
    "8c26bf47ed8fbc57b45ae4e0c6c488ea0e0509222fba4e46e4c8b6ab73e5ab1c",
    "11c52c396132ecc99da5131262f3f0629eda8d1d4c7b2b2bfac69b4a681b3764",
)
