"""``alur calendar`` over an installation: an agency's own days, distances, and the move of deadlines."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.people import agencies, keeping
from engine.runtime.house import House
from tests.integration.cli.kit import alur
from tests.support.agency import REPORT, open_agency, principal, put_in_force

ADMIN = "admin@contoh"
NOW = "2026-06-02T09:00+07:00"
MOVES = ("calendar", "preview", "--as", ADMIN)


@pytest.fixture
def env(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """An installation on a fake clock with one agency, its SOP and one report."""
    clock = tmp_path / "clock"
    clock.write_text(NOW)
    return {"ALUR_DATABASE_URL": sqlite_url, "ALUR_DATA": str(tmp_path), "ALUR_CLOCK_FILE": str(clock)}


@pytest.fixture
def house(env: dict[str, str]) -> Iterator[House]:
    opened = open_house(Settings.from_env(env))
    put_in_force(opened, open_agency(opened))
    file(opened, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    yield opened
    opened.database.close()


def rest(house: House, unit: str = "") -> None:
    keeping.add_change(house, principal(house, ADMIN), date(2026, 6, 3), "libur", "Cuti bersama", unit)


def test_a_limit_is_counted_by_an_agencys_and_a_units_own_days(env: dict[str, str], house: House) -> None:
    agencies.save_unit(house, principal(house, ADMIN), "bali", "Kanwil", fresh=True)
    rest(house, "bali")
    count = ("calendar", "explain", "1 HK", "--from", NOW, "--json")
    assert alur(*count, "--as", ADMIN, env=env).json["due"] == "2026-06-03T16:00:00+07:00"
    found = alur(*count, "--as", ADMIN, "--unit", "bali", env=env).json
    assert (found["due"], found["calendar"]) == ("2026-06-04T16:00:00+07:00", "id-nasional:bali")
    assert "tidak_ada" in alur(*count, "--as", ADMIN, "--unit", "tidak_ada", env=env).json["error"]
    assert alur(*count, "--unit", "bali", env=env).code == 2
    assert alur(*count, "--as", "siapa@contoh", env=env).code == 1


def test_counting_back_and_distances() -> None:
    back = ("calendar", "latest-start", "3 HK", "2026-07-09T16:00+07:00")
    assert alur(*back, "--json").json == {"start": "2026-07-06T23:59:00+07:00"}
    assert alur(*back).out == "2026-07-06T23:59:00+07:00\n"
    apart = ("calendar", "between", "2026-07-06T15:00+07:00", "2026-07-09T09:30+07:00")
    assert alur(*apart, "--json").json == {"days": 3, "minutes": 60 + 960 + 90}
    assert "18 h 30 min" in alur(*apart).out
    assert alur("calendar", "between", "kemarin", NOW).code == 2


def test_warnings_of_years_not_final_are_said() -> None:
    said = alur("calendar", "explain", "3 HK", "--from", "2028-02-01T09:00+07:00")
    assert "2028: joint leave not decreed yet" in said.out


def test_deadlines_move_after_a_look_at_the_preview(env: dict[str, str], house: House) -> None:
    assert "0 deadlines" in alur(*MOVES, env=env).out
    rest(house)
    shown = alur(*MOVES, "--json", env=env).json
    assert shown["total"] == len(shown["items"]) == 2
    assert "2 later" in alur(*MOVES, env=env).out
    order = ("calendar", "move", "--as", ADMIN, "--reason", "SKB 3 Menteri", "--version")
    assert alur(*order, "x", env=env).code == 1
    assert alur(*order, shown["version"], "--json", env=env).json == {"moved": 2}
    assert alur(*order, shown["version"], env=env).out == "0 deadlines moved.\n"
    assert alur("calendar", "preview", "--as", "apip@contoh", env=env).code == 1
