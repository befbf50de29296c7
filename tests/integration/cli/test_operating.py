"""Accounts, tokens, migrations, demo data, backup and the settings, through the commands."""

import errno
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.db import history
from engine.db.models import Agency, ApiToken, Base, Case, ChainHead, HistoryEntry, Person
from engine.runtime import operations
from engine.upkeep import demo
from tests.integration.cli.kit import Said, Table, alur
from tests.support.agency import REPORT, open_agency, principal, put_in_force
from webapp.cli.lazy import LazyGroup
from webapp.cli.main import COMMANDS, main

PASSWORD = "kata sandi panjang"


@pytest.fixture
def env(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """A migrated installation with one agency, as the environment names it."""
    data = tmp_path / "data"
    house = open_house(Settings(database_url=sqlite_url, data_dir=data))
    open_agency(house)
    house.database.close()
    return {"ALUR_DATABASE_URL": sqlite_url, "ALUR_DATA": str(data)}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation of which nothing is there yet."""
    yield {"ALUR_DATA": str(tmp_path / "nothing")}


def one_line(said: Said, *words: str) -> None:
    """A refusal of one clear line (and perhaps a hint) without a traceback."""
    assert said.code in (1, 2)
    assert said.out == ""
    lines = said.err.strip().splitlines()
    assert 1 <= len(lines) <= 2, said.err
    assert all(word in said.err for word in words), said.err


def test_people_are_added_listed_and_given_new_passwords(env: dict[str, str]) -> None:
    arguments = ("user", "add", "rina@contoh", "--name", "Rina", "--role", "apip", "--password", PASSWORD)
    assert alur(*arguments, env=env).code == 0
    people = {row["login"]: row for row in alur("user", "list", "contoh", "--json", env=env).json}
    assert people["rina@contoh"] == {
        "login": "rina@contoh",
        "name": "Rina",
        "active": True,
        "roles": ["apip"],
    }
    assert "rina@contoh" in alur("user", "list", "contoh", env=env).out
    assert alur("user", "password", "rina@contoh", "--password", PASSWORD + "!", env=env).code == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("user", "add", "rina@tiada", "--name", "R", "--password", PASSWORD), "tiada"),
        (("user", "add", "rina@contoh", "--name", "R", "--password", "pendek"), "password"),
        (("user", "add", "apip@contoh", "--name", "R", "--password", PASSWORD), "apip@contoh"),
        (("user", "add", "rina@contoh", "--name", "R", "--role", "x", "--password", PASSWORD), "x"),
        (("user", "password", "siapa@contoh", "--password", PASSWORD), "siapa@contoh"),
        (("user", "list", "tiada"), "tiada"),
        (("token", "create", "siapa@contoh"), "siapa@contoh"),
    ],
)
def test_what_cannot_be_done_to_people_is_said(
    env: dict[str, str], arguments: tuple[str, ...], word: str
) -> None:
    said = alur(*arguments, env=env)
    assert (said.code, said.out) == (1, "")
    assert word in said.err


def test_a_token_is_shown_once_and_kept_as_a_hash(env: dict[str, str]) -> None:
    made = alur("token", "create", "operator@contoh", "--json", env=env)
    assert made.code == 0 and set(made.json) == {"token"}
    assert len(made.json["token"]) >= 32
    house = open_house(Settings.from_env(env))
    with house.database.read() as session:
        kept = session.scalars(select(ApiToken.token_hash)).one()
    house.database.close()
    assert made.json["token"] not in kept


@pytest.mark.parametrize(
    "command",
    [
        ("user", "list", "contoh"),
        ("token", "create", "a@b"),
        ("demo",),
        ("verify",),
        ("backup", "x.zip"),
        ("serve",),
        ("migrate-store", "sqlite://"),
    ],
)
def test_a_house_without_tables_is_told_to_migrate(empty: dict[str, str], command: tuple[str, ...]) -> None:
    one_line(alur(*command, env=empty), "lacks tables", "alur migrate")


def test_migrate_says_what_it_did_and_does_it_once(empty: dict[str, str]) -> None:
    first = alur("migrate", "--json", env=empty)
    assert first.code == 0 and first.json["migrated"]
    assert alur("migrate", "--json", env=empty).json == {"migrated": []}
    assert "up to date" in alur("migrate", env=empty).out


@pytest.mark.parametrize("command", ["scheduler", "worker"])
def test_on_sqlite_scheduler_and_worker_do_not_start_alone(empty: dict[str, str], command: str) -> None:
    one_line(alur(command, env=empty), "SQLite", "alur serve")


def test_on_sqlite_serve_keeps_its_scheduler(env: dict[str, str]) -> None:
    one_line(alur("serve", "--without-scheduler", env=env), "SQLite")


@pytest.mark.parametrize("command", [("serve",), ("verify",), ("user", "list", "contoh"), ("migrate",)])
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ALUR_PORT": "http"}, ("ALUR_PORT", "http")),
        ({"ALUR_PORT": "70000"}, ("ALUR_PORT", "70000")),
        ({"ALUR_PRODUCTION": "1"}, ("ALUR_SECRET_KEY",)),
        (
            {"ALUR_PRODUCTION": "1", "ALUR_SECRET_KEY": "k" * 32, "ALUR_CLOCK_FILE": "clock"},
            ("ALUR_CLOCK_FILE", "production"),
        ),
        ({"ALUR_DATABASE_URL": "no url"}, ("database",)),
        ({"ALUR_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/x?connect_timeout=2"}, ("database",)),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_clear_line(
    env: dict[str, str], command: tuple[str, ...], settings: dict[str, str], words: tuple[str, ...]
) -> None:
    one_line(alur(*command, env={**env, **settings}), *words)


@pytest.mark.parametrize("content", [None, "", "soon", "2026-03-02T09:00"])
def test_a_clock_file_that_tells_no_time_is_said_at_once(
    env: dict[str, str], tmp_path: Path, content: str | None
) -> None:
    clock = tmp_path / "clock"
    if content is not None:
        clock.write_text(content)
    for command in (("serve",), ("demo",), ("token", "create", "apip@contoh")):
        one_line(alur(*command, env={**env, "ALUR_CLOCK_FILE": str(clock)}), str(clock))


def test_a_port_in_use_is_said(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object, **__: object) -> None:
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr("webapp.cli.serve.create_server", taken)
    one_line(alur("serve", env={**env, "ALUR_PORT": "8765"}), "8765", "already in use", "--port")


def test_demo_data_is_refused_in_production(env: dict[str, str]) -> None:
    production = {"ALUR_PRODUCTION": "1", "ALUR_SECRET_KEY": "k" * 32}
    said = alur("demo", "--json", env={**env, **production})
    assert said.code == 1 and "production" in said.json["error"]


def test_demo_data_is_made_once(empty: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "NAMES", {"sp4n_umum": demo.NAMES["sp4n_umum"]})
    monkeypatch.setattr(demo, "REPORTS_EACH", 1)
    alur("migrate", env=empty)
    first = alur("demo", "--json", env=empty)
    assert first.code == 0 and first.json["password"] == demo.PASSWORD
    before = _counts(empty)
    again = alur("demo", "--json", env=empty)
    assert (again.code, again.json) == (0, first.json)
    assert _counts(empty) == before and before["cases"] == 1


def _counts(env: dict[str, str]) -> dict[str, int]:
    house = open_house(Settings.from_env(env))
    try:
        with house.database.read() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }
    finally:
        house.database.close()


def test_backup_restore_and_verify_through_the_commands(env: dict[str, str], table: Table) -> None:
    target = table.folder / "alur.zip"
    saved = alur("backup", target, "--json", env=env)
    assert saved.code == 0
    new = {"ALUR_DATA": str(table.folder / "new")}
    brought = alur("restore", target, "--json", env=new)
    assert (brought.code, brought.json["erased"]) == (0, 0)
    assert saved.json["rows"].items() < brought.json["rows"].items()
    for ending in ("", ".keys", ".erasures"):
        assert f"{target}{ending}" in saved.err
    assert alur("verify", "--json", env=new).json == {"problems": []}
    again = alur("restore", target, "--json", env=new)
    assert again.code == 1 and "holds data" in again.json["error"]
    one_line(alur("restore", table.put("text.zip", "halo"), env=empty_beside(table)), "no archive")
    (table.folder / "alur.zip.keys").rename(table.folder / "away.keys")
    one_line(alur("restore", target, env=empty_beside(table)), "keys of this archive are not at")
    given = ("--keys", table.folder / "away.keys", "--erasures", table.folder / "alur.zip.erasures")
    assert alur("restore", target, *given, env=empty_beside(table)).code == 0
    one_line(
        alur("restore", target, "--erasures", table.put("x.json", "[]"), env=empty_beside(table)),
        "no list of erasures",
    )
    one_line(alur("backup", table.folder / "no" / "folder" / "x.zip", env=env), "No such file")
    moved = alur("migrate-store", f"sqlite:///{table.folder}/moved.db", "--json", env=env)
    assert (moved.code, moved.json["rows"]) == (0, brought.json["rows"])
    one_line(alur("migrate-store", "no url", env=env), "database")


def empty_beside(table: Table) -> dict[str, str]:
    return {"ALUR_DATA": str(table.folder / "empty")}


def test_verify_with_the_ends_that_somebody_else_keeps(env: dict[str, str], table: Table) -> None:
    house = open_house(Settings.from_env(env))
    try:
        with house.database.write() as session:
            agency = session.scalars(select(Agency.id)).first()
            for kind in ("first", "second"):
                happened = history.entry(
                    history.event(kind), agency_id=str(agency), at=house.now(), actor_id=None, actor="-"
                )
                history.remember(session, happened)
        kept = table.put("heads.json", alur("heads", env=env).out)
        assert alur("verify", "--heads", kept, "--json", env=env).json == {"problems": []}
        with house.database.write() as session:  # as the owner of the database could: all of it anew
            session.execute(delete(HistoryEntry))
            session.execute(delete(ChainHead))
            history.remember(session, happened)
        assert alur("verify", env=env).code == 0
        said = alur("verify", "--heads", kept, "--json", env=env)
        assert (said.code, [each["kind"] for each in said.json["problems"]]) == (1, ["history"])
    finally:
        house.database.close()
    one_line(alur("verify", "--heads", table.put("x.json", "{}"), env=env), "no list of chain heads")


def test_a_report_is_erased_through_the_command(env: dict[str, str]) -> None:
    house = open_house(Settings.from_env(env))
    try:
        put_in_force(house, open_agency(house, "hapus", "HP"))
        file(house, Filing("hapus", "sp4n_umum", dict(REPORT), key="k"))
        wanted = ("erase", "HP-2026-000001", "--as", "penjaga_identitas@hapus", "--reason", "Diminta")
        one_line(alur(*wanted, "--yes", env=env), "being handled")
        with house.database.read() as session:
            instance_id = session.scalars(select(Case.instance_id)).one()
        operations.terminate(house, principal(house, "operator@hapus"), instance_id, "selesai")
        assert alur(*wanted, env=env).code != 0, "nobody confirmed it"
        assert alur("erasures", env=env).json == {"erasures": []}
        assert alur(*wanted, "--yes", "--json", env=env).json == {"erased": "HP-2026-000001"}
        assert [row["case"] for row in alur("erasures", env=env).json["erasures"]] == ["HP-2026-000001"]
    finally:
        house.database.close()


def test_verify_says_no_when_something_is_wrong(env: dict[str, str]) -> None:
    house = open_house(Settings.from_env(env))
    with house.database.write() as session:
        person = session.scalars(select(Person)).first()
        assert person is not None and session.scalar(select(func.count()).select_from(Case)) == 0
        session.execute(
            Base.metadata.tables["files"].insert(),
            {
                "id": "F" * 26, "agency_id": person.agency_id, "name": "x.pdf", "size": 1,
                "media_type": "application/pdf", "sha256": "0" * 64, "created_at": house.now(),
            },
        )  # fmt: skip
    house.database.close()
    said = alur("verify", "--json", env=env)
    assert (said.code, said.json) == (
        1,
        {"problems": [{"kind": "file", "what": f"attachment {'F' * 26}"}]},
    )
    assert "1 problems." in alur("verify", env=env).out


def test_the_list_of_commands_is_what_there_is() -> None:
    listed = alur("--help")
    assert listed.code == 0
    assert isinstance(main, LazyGroup)
    for name, place in COMMANDS.items():
        assert f"  {name} " in listed.out
        helped = alur(name, "--help")
        assert helped.code == 0 and f"Usage: main {name}" in helped.out
        assert place.summary
    assert alur("nonsense").code == 2
    assert alur("--version").out.startswith("alur, version ")


IMPORTS = """
import sys
from click.testing import CliRunner
from webapp.cli import main
result = CliRunner().invoke(main, sys.argv[1:])
heavy = {"flask", "apiflask", "sqlalchemy", "SpiffWorkflow", "apscheduler", "alembic", "lxml", "waitress"}
print(result.exit_code, sorted(heavy & set(sys.modules)))
"""


@pytest.mark.parametrize("arguments", [("--help",), ("feel", "1 + 1"), ("calendar", "explain", "3 HK")])
def test_quick_commands_load_neither_server_nor_database_nor_engine(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "0 []"
