"""Whatever is done to the history behind the program's back is found (T11)."""

import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from engine.cases.filing import Filing, file
from engine.db import events, history
from engine.db.entries import link_of, packed
from engine.db.history import HEADS, HISTORY, START
from engine.db.models import Agency
from engine.errors import Invalid
from engine.runtime import work_items
from engine.runtime.house import House
from engine.upkeep import chain
from tests.faults.world import open_items
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

ALTERED = ("agency_id", "instance_id", "content", "sealed", "link")
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
Entry = dict[str, Any]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Two agencies with a few reports each, some of them worked on."""
    house, _ = open_house(database_url, tmp_path)
    for key, code in (("contoh", "CT"), ("lain", "LN")):
        put_in_force(house, open_agency(house, key, code))
        officer = principal(house, f"petugas_pengaduan@{key}")
        for number in range(3):
            file(house, Filing(key, "sp4n_umum", dict(REPORT), key=f"{key}{number}"))
        for item in open_items(house):
            if item.agency_id == officer.agency_id:
                version = work_items.claim(house, officer, item.id).version
                work_items.complete(house, officer, item.id, version, {"nomor_register": f"R-{key}"})
    yield house
    house.database.close()


def problems(house: House, kept: list[chain.Head] | None = None) -> list[str]:
    with house.database.snapshot() as connection:
        return [problem["what"] for problem in chain.verify(connection, kept or [])]


def entries(connection: Connection) -> list[Entry]:
    query = select(HISTORY).order_by(HISTORY.c.agency_id, HISTORY.c.seq)
    return [dict(row) for row in connection.execute(query).mappings()]


def at(entry: Entry) -> Any:
    return (HISTORY.c.agency_id == entry["agency_id"]) & (HISTORY.c.seq == entry["seq"])


def put(connection: Connection, entry: Entry, **values: Any) -> None:
    connection.execute(update(HISTORY).where(at(entry)).values(values))


# Each tampering takes a chance and the events as they were, and changes the tables.
def edit(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Change one value of one entry."""
    entry, column = chance.choice(all_of_them), chance.choice(ALTERED)
    if column == "agency_id":
        other = next(each for each in all_of_them if each["agency_id"] != entry["agency_id"])
        put(connection, entry, agency_id=other["agency_id"], seq=10_000)
    elif column == "instance_id":
        others = {each[column] for each in all_of_them} - {entry[column]}
        put(connection, entry, instance_id=chance.choice(sorted(others, key=str)))
    else:
        before = bytearray(entry[column] or b"-" * 40)
        before[chance.randrange(len(before))] ^= 1 << chance.randrange(8)
        put(connection, entry, **{column: bytes(before)})


def take_out(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Delete some entries that follow each other: in the middle, at the beginning, at the end."""
    start = chance.randrange(len(all_of_them))
    for entry in all_of_them[start : start + chance.randint(1, 5)]:
        connection.execute(delete(HISTORY).where(at(entry)))


def close_up(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Delete one entry and number those behind it anew."""
    entry = chance.choice(all_of_them)
    connection.execute(delete(HISTORY).where(at(entry)))
    later = [each for each in all_of_them if each["agency_id"] == entry["agency_id"]]
    for each in later[entry["seq"] :]:
        put(connection, each, seq=each["seq"] - 1)


def put_in(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Write an entry that never was, in front of another, rightly linked to the one before it."""
    entry = chance.choice(all_of_them)
    own = [each for each in all_of_them if each["agency_id"] == entry["agency_id"]]
    for each in reversed(own[entry["seq"] - 1 :]):
        put(connection, each, seq=each["seq"] + 1)
    before = own[entry["seq"] - 2]["link"] if entry["seq"] > 1 else START
    new = {**entry, "content": packed(NEVER, None, "orang lain", [history.event("rated")])}
    new["link"] = link_of(before, new)
    connection.execute(insert(HISTORY), new)


def add_on(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Go on with the chain, rightly linked, as if one more thing had happened."""
    entry = chance.choice(all_of_them)
    last = [each for each in all_of_them if each["agency_id"] == entry["agency_id"]][-1]
    new = {**entry, "seq": last["seq"] + 1}
    new["link"] = link_of(last["link"], new)
    connection.execute(insert(HISTORY), new)


def swap(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Let two events of an agency change places."""
    one = chance.choice(all_of_them)
    same = [each for each in all_of_them if each["agency_id"] == one["agency_id"] and each != one]
    other = chance.choice(same)
    put(connection, one, seq=10_000)
    put(connection, other, seq=one["seq"])
    put(connection, {**one, "seq": 10_000}, seq=other["seq"])


def trade(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Let two entries of an agency change what they tell, each with its seal."""
    one = chance.choice(all_of_them)
    other = chance.choice([e for e in all_of_them if e["agency_id"] == one["agency_id"] and e != one])
    put(connection, one, content=other["content"], sealed=other["sealed"])
    put(connection, other, content=one["content"], sealed=one["sealed"])


def shift(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Move bytes between what is readable and what is sealed of an entry."""
    entry = chance.choice([each for each in all_of_them if each["sealed"]])
    content, sealed = entry["content"], entry["sealed"]
    put(connection, entry, content=content + sealed[:1], sealed=sealed[1:])


def cut(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Leave out the end of a chain."""
    entry = chance.choice(all_of_them)
    later = (HISTORY.c.agency_id == entry["agency_id"]) & (HISTORY.c.seq >= entry["seq"])
    connection.execute(delete(HISTORY).where(later))


def turn_head(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Change, move or delete what is kept of a chain's end."""
    own = HEADS.c.agency_id == chance.choice(all_of_them)["agency_id"]
    change = chance.choice(
        (
            update(HEADS).where(own).values(seq=HEADS.c.seq + chance.choice((-1, 1))),
            update(HEADS).where(own).values(link=chance.randbytes(32)),
            delete(HEADS).where(own),
        )
    )
    connection.execute(change)


def rewrite(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Change an event and link everything anew, the end as well: only who kept an end can tell."""
    entry = chance.choice(all_of_them)
    link = START
    for each in (each for each in all_of_them if each["agency_id"] == entry["agency_id"]):
        changed = {**each, "content": each["content"] + b"x"} if each == entry else each
        link = link_of(link, changed)
        put(connection, each, content=changed["content"], link=link)
    connection.execute(update(HEADS).where(HEADS.c.agency_id == entry["agency_id"]).values(link=link))


def cut_rightly(connection: Connection, chance: random.Random, all_of_them: list[Entry]) -> None:
    """Leave out the end of a chain and move the head back: only who kept an end can tell."""
    entry = chance.choice(all_of_them)
    cut_at = (HISTORY.c.agency_id == entry["agency_id"]) & (HISTORY.c.seq >= entry["seq"])
    connection.execute(delete(HISTORY).where(cut_at))
    own = [each for each in all_of_them if each["agency_id"] == entry["agency_id"]]
    end = own[entry["seq"] - 2]["link"] if entry["seq"] > 1 else START
    head = update(HEADS).where(HEADS.c.agency_id == entry["agency_id"])
    connection.execute(head.values(seq=entry["seq"] - 1, link=end))


SEEN_ALONE = (edit, take_out, close_up, put_in, add_on, swap, trade, shift, cut, turn_head)
SEEN_WITH_HEADS = (rewrite, cut_rightly)


def unseen(house: House, number: int, seed: int) -> list[tuple[int, str]]:
    """The tamperings that nobody noticed, of this many, each on the sound history and undone again."""
    missed = []
    with house.database.snapshot() as connection:
        before = entries(connection)
        kept = chain.read_heads({"heads": chain.heads(connection)})
    for count in range(number):
        chance = random.Random(seed + count)
        tamper = chance.choice(SEEN_ALONE + SEEN_WITH_HEADS)
        with house.database.engine.connect() as connection, connection.begin() as transaction:
            tamper(connection, chance, before)
            heads = kept if tamper in SEEN_WITH_HEADS else []
            if not list(chain.verify(connection, heads)):
                missed.append((seed + count, tamper.__name__))
            transaction.rollback()
    return missed


def test_a_sound_history_has_one_chain_for_each_agency(house: House) -> None:
    assert problems(house) == []
    with house.database.snapshot() as connection:
        agencies = connection.execute(select(Agency.id)).scalars().all()
        heads = chain.heads(connection)
        counted = dict(
            connection.execute(select(HISTORY.c.agency_id, func.count()).group_by(HISTORY.c.agency_id)).all()
        )
    assert {head["agency"]: head["seq"] for head in heads} == counted
    assert set(counted) == set(agencies)
    assert problems(house, chain.read_heads({"heads": heads})) == []


@pytest.mark.parametrize("tamper", SEEN_ALONE + SEEN_WITH_HEADS, ids=lambda tamper: tamper.__name__)
def test_each_kind_of_tampering_is_found(
    house: House, tamper: Callable[[Connection, random.Random, list[Entry]], None]
) -> None:
    with house.database.snapshot() as connection:
        kept = chain.read_heads({"heads": chain.heads(connection)})
        before = entries(connection)
    with house.database.engine.connect() as connection, connection.begin():
        tamper(connection, random.Random(1), before)
        assert bool(list(chain.verify(connection))) == (tamper in SEEN_ALONE)
        assert list(chain.verify(connection, kept))
        connection.rollback()


def test_a_hundred_tamperings_are_found(house: House) -> None:
    assert unseen(house, 100, seed=0) == []


@pytest.mark.slow
def test_a_thousand_tamperings_are_found(house: House) -> None:
    assert unseen(house, 1000, seed=5000) == []


def test_an_emptied_history_is_found(house: House) -> None:
    with house.database.engine.connect() as connection, connection.begin():
        connection.execute(delete(HISTORY))
        assert len(list(chain.verify(connection))) == 2
        kept = chain.read_heads({"heads": chain.heads(connection)})
        connection.execute(delete(HEADS))
        assert list(chain.verify(connection)) == []
        assert len(list(chain.verify(connection, kept))) == 2
        connection.rollback()


def test_what_no_program_of_ours_wrote_is_told_and_not_a_crash(house: House) -> None:
    if not house.database.is_sqlite:
        pytest.skip("PostgreSQL holds its types")
    with house.database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE history SET content = 'kemarin' WHERE seq = 2")
        (problem,) = chain.verify(connection)
        assert "after 1 " in problem["what"] and "cannot be read" in problem["what"]
        connection.rollback()


def test_what_fails_alone_leaves_no_history(house: House) -> None:
    with house.database.read() as session:
        agency_id = session.scalars(select(Agency.id)).first()

    def happened(kind: str, **data: Any) -> Entry:
        told = history.event(kind, data=data)
        return history.entry(told, agency_id=str(agency_id), at=house.now(), actor_id=None, actor="-")

    with house.database.write() as session:
        history.remember(session, happened("first"))
        with pytest.raises(Invalid), history.savepoint(session):
            history.remember(session, happened("undone"))
            raise Invalid("no")
        history.remember(session, happened("last"))
    with pytest.raises(Invalid), house.database.write() as session:
        history.remember(session, happened("broken", half="\ud800"))
    with house.database.read() as session:
        kinds = [event.kind for event in events.read(session, HISTORY.c.agency_id == agency_id)]
    assert kinds[-2:] == ["first", "last"]
    assert problems(house) == []


def test_transactions_over_several_agencies_meet_without_a_deadlock(house: House) -> None:
    with house.database.read() as session:
        agencies = list(session.scalars(select(Agency.id)))
        before = session.scalar(select(func.count()).select_from(HISTORY)) or 0
    failed: list[Exception] = []

    def work(order: list[str]) -> None:
        try:
            for _ in range(10):
                with house.database.write() as session:
                    for agency_id in order:
                        happened = history.event("x")
                        entry = history.entry(
                            happened, agency_id=agency_id, at=house.now(), actor_id=None, actor=""
                        )
                        history.remember(session, entry)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(agencies[:: 1 if n % 2 else -1],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(HISTORY)) == before + 120
    assert problems(house) == []
