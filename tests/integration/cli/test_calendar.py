"""``alur calendar`` over an installation: an agency's own days, distances, and the move of deadlines."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.db.models import AccessLog, Instance
from engine.people import agencies, keeping
from engine.people.principals import SYSTEM
from engine.runtime import deadlines, pausing
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.worktime import Hours, Limit
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


def test_an_explanation_says_the_hours_of_half_a_day_and_why(env: dict[str, str], house: House) -> None:
    half = Hours(closing=time(11, 30))
    keeping.add_change(house, principal(house, ADMIN), date(2026, 6, 3), "kerja", "Upacara", hours=half)
    told = alur("calendar", "explain", "2 HK", "--from", NOW, "--as", ADMIN, env=env).out
    assert "  office hours from 2026-06-03: 08:00-11:30 (Upacara)\n" in told
    assert "  office hours from 2026-06-04: 08:00-16:00\n" in told


def test_counting_back_and_distances() -> None:
    back = ("calendar", "latest-start", "3 HK", "2026-07-09T16:00+07:00")
    assert alur(*back, "--json").json == {"start": "2026-07-06T23:59:00+07:00"}
    assert alur(*back).out == "2026-07-06T23:59:00+07:00\n"
    apart = ("calendar", "between", "2026-07-06T15:00+07:00", "2026-07-09T09:30+07:00")
    assert alur(*apart, "--json").json == {"days": 3, "minutes": 60 + 960 + 90}
    assert "18 h 30 min" in alur(*apart).out
    assert alur("calendar", "between", "kemarin", NOW).code == 2


def test_the_due_times_of_a_report_are_explained_by_what_was_kept_with_them(
    env: dict[str, str], house: House
) -> None:
    rest(house)  # a day off since: what was counted before stays as it was counted
    case = ("calendar", "explain", "--case", "CT-2026-000001", "--as", "petugas_pengaduan@contoh")
    found = alur(*case, "--json", env=env).json
    kinds = {each["kind"]: each for each in found["items"]}
    assert set(kinds) >= {"item", "clock"}
    for each in found["items"]:
        assert each["receipt"]["start"] == NOW.replace("09:00", "09:00:00")
        assert datetime.fromisoformat(each["receipt"]["due"]) == datetime.fromisoformat(each["due"])
    said = alur(*case, env=env).out
    assert f"item {kinds['item']['element']} (" in said and "calendar id-nasional, version" in said
    assert "running: 2026-06-03T16:00:00+07:00\n" in said  # in the zone that it was counted in
    assert alur(*case[:-1], "siapa@contoh", env=env).code == 1
    assert alur("calendar", "explain", "--case", "CT-2026-000009", *case[4:], env=env).code == 1
    assert alur("calendar", "explain", "--case", "CT-2026-000001", env=env).code == 2
    assert alur("calendar", "explain", env=env).code == 2
    assert alur("calendar", "explain", "3 HK", *case[2:], env=env).code == 2


def test_an_extension_and_an_open_pause_are_explained(env: dict[str, str], house: House) -> None:
    with house.database.write() as session:
        instance = session.scalars(select(Instance.id)).one()
        step = Step.open(house, session, instance, SYSTEM)
        clock = deadlines.find(step, "clock", "jam_tanggapan")
        assert clock is not None
        deadlines.extend(step, clock, Limit.parse("2 HK"))
        version = clock.receipt["version"]
        pausing.begin(step, clock, Limit.parse("3 HK"), 2)
        step.save()
    case = ("calendar", "explain", "--case", "CT-2026-000001", "--as", "petugas_pengaduan@contoh")
    said = alur(*case, env=env).out
    extended = "  extended by 2 HK, from 2026-06-09T16:00:00+07:00, on calendar version"
    assert f"{extended} {version}\n" in said
    assert "  pause 1 of 2, until 2026-06-05T23:59:00+07:00 at most (P3WD)\n" in said


def test_reading_how_a_secret_report_was_counted_is_written_down(env: dict[str, str], house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", {**REPORT, "rahasia": True}, key="rahasia"))
    case = ("calendar", "explain", "--case", "CT-2026-000002", "--as")
    assert alur(*case, "petugas_pengaduan@contoh", env=env).code == 0
    assert alur(*case, "apip@contoh", env=env).code == 1
    with house.database.read() as session:
        assert session.scalars(select(AccessLog.what)).all() == ["laporan"]


def test_warnings_of_years_not_final_are_said() -> None:
    said = alur("calendar", "explain", "3 HK", "--from", "2028-02-01T09:00+07:00")
    assert "2028: joint leave not decreed yet" in said.out


def test_deadlines_move_after_a_look_at_the_preview(env: dict[str, str], house: House) -> None:
    assert "0 deadlines" in alur(*MOVES, env=env).out
    rest(house)
    shown = alur(*MOVES, "--json", env=env).json
    assert shown["total"] == len(shown["items"]) == 2
    listed = alur(*MOVES, env=env).out
    assert "2 later" in listed
    assert "T01_registrasi  2026-06-03T16:00:00+07:00 -> 2026-06-04T16:00:00+07:00" in listed
    order = ("calendar", "move", "--as", ADMIN, "--reason", "SKB 3 Menteri", "--version")
    assert alur(*order, "x", env=env).code == 1
    assert alur(*order, shown["version"], "--json", env=env).json == {"moved": 2}
    assert alur(*order, shown["version"], env=env).out == "0 deadlines moved.\n"
    case = ("calendar", "explain", "--case", "CT-2026-000001", "--as", "petugas_pengaduan@contoh")
    said = alur(*case, env=env).out
    assert "running: 2026-06-04T16:00:00+07:00\n" in said
    assert "  moved from 2026-06-03T16:00:00+07:00: SKB 3 Menteri\n" in said
    assert alur("calendar", "preview", "--as", "apip@contoh", env=env).code == 1
