"""What a column cannot hold is cut where it is only shown, and refused where it was somebody's input."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.cases import inbox, search
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive
from engine.db import events
from engine.db.models import AccusedUnit, Agency, Base, Case, WorkItem
from engine.db.session import Database
from engine.errors import Invalid
from engine.runtime import operations, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


def _file(house: House) -> str:
    return file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k")).case_number


def test_a_long_reason_is_kept_as_far_as_the_history_shows_it(house: House) -> None:
    _file(house)
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
    operations.terminate(house, principal(house, "operator@contoh"), case.instance_id, "a" * 500)
    with house.database.read() as session:
        (event,) = events.read(session, kinds=("terminated",), ring=house.keyring)
    assert event.name == "a" * 300


def test_a_unit_told_in_many_words_does_not_stop_a_report(house: House) -> None:
    who = principal(house, "operator@contoh")
    report = {**REPORT, "unit_terlapor": "Seksi " + "panjang " * 20}
    receive(house, who, Incoming("laporan_diteruskan", {"laporan": report, "unit_terlapor": "u" * 300}))
    with house.database.read() as session:
        assert "u" * 200 in session.scalars(select(AccusedUnit.unit)).all()


@pytest.mark.parametrize("text", ["nol\x00", "separuh \ud800"])
def test_characters_that_cannot_be_kept_are_refused_or_found_nowhere(house: House, text: str) -> None:
    _file(house)
    who = principal(house, "petugas_pengaduan@contoh")
    for call in (
        lambda: search.page(house, who, search.Query(text=text)),
        lambda: inbox.page(house, who, inbox.Query(text=text)),
        lambda: work_items.get(house, who, text),
    ):
        try:
            found = call()
        except Exception as error:
            assert type(error).__name__ in ("Invalid", "NotFound"), repr(error)
        else:
            assert not getattr(found, "cases", None) and not getattr(found, "rows", None)


@pytest.mark.parametrize("value", [10**30, "separuh \ud800"])
def test_a_draft_that_cannot_be_kept_is_refused(house: House, value: object) -> None:
    _file(house)
    who = principal(house, "petugas_pengaduan@contoh")
    with house.database.read() as session:
        item = session.scalars(select(WorkItem)).one()
    work_items.claim(house, who, item.id)
    with pytest.raises(Invalid):
        work_items.save_draft(house, who, item.id, {"nomor_register": value})
    work_items.save_draft(house, who, item.id, {"nomor_register": "1"})


@pytest.mark.postgres
def test_an_address_without_a_driver_uses_ours(postgres_url: str) -> None:
    opened = Database(postgres_url.replace("postgresql+psycopg", "postgresql"))
    with opened.read() as session:
        assert session.scalars(select(Agency.id)).all() == []
    opened.close()


def test_models_and_migrations_say_the_same(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    opened = Database(database_url)
    with opened.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    opened.close()
    assert differences == []
