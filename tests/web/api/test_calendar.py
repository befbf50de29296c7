"""Calendars by program: a decreed day, its preview, the move, and what is refused."""

from datetime import datetime

import pytest

from engine.runtime.house import House
from tests.support.agency import open_agency
from tests.web.api.client import Api
from tests.web.api.work import file

ADMIN = "admin@contoh"
REST = {"day": "2026-06-03", "kind": "libur", "name": "Cuti bersama"}
WEEK = [["08:00", "15:00"]] * 5 + [None, None]


def test_a_decree_is_previewed_and_then_moves_what_runs(api: Api) -> None:
    filed = file(api, "contoh")
    assert api.ok(api.get("/calendar/moves", ADMIN))["total"] == 0
    api.ok(api.post("/calendar/changes", ADMIN, REST), 201)
    shown = api.ok(api.get("/calendar/moves", ADMIN))
    assert (shown["total"], shown["later"], shown["next"]) == (2, 2, None)
    task = next(row for row in shown["items"] if row["kind"] == "item")
    assert task["case_number"] == filed["case_number"]
    assert (task["before"]["due"], task["after"]["due"]) == (
        "2026-06-03T16:00:00+07:00",
        "2026-06-04T16:00:00+07:00",
    )
    order = {"version": shown["version"], "reason": "SKB 3 Menteri"}
    assert api.post("/calendar/moves", ADMIN, {**order, "version": "old"}).status_code == 409
    assert api.ok(api.post("/calendar/moves", ADMIN, order)) == {"moved": 2}
    assert api.ok(api.post("/calendar/moves", ADMIN, order)) == {"moved": 0}
    row = api.ok(api.get("/work-items", "petugas_pengaduan@contoh"))["items"][0]
    assert datetime.fromisoformat(row["due_at"]) == datetime.fromisoformat("2026-06-04T16:00:00+07:00")
    history = api.ok(api.get(f"/instances/{row['instance_id']}/history", ADMIN))["items"]
    assert [each["data"]["reason"] for each in history if each["kind"] == "deadline_moved"] == [
        "SKB 3 Menteri"
    ] * 2


def test_hours_until_midnight_are_kept_and_hours_over_midnight_are_refused(api: Api) -> None:
    always = [["00:00", "24:00"]] * 7
    kept = api.ok(api.post("/calendar/hours", ADMIN, {"week": always, "name": "Layanan darurat"}), 201)
    assert kept["week"] == always
    for hours in (["22:00", "06:00"], ["24:00", "24:00"], ["08:00", "24:30"]):
        refused = api.post("/calendar/hours", ADMIN, {"week": [hours] * 7, "name": "x"})
        assert refused.status_code == 422, hours


def test_hours_of_the_agency_of_a_period_and_of_a_unit(api: Api) -> None:
    api.ok(api.post("/units", ADMIN, {"key": "bali", "name": "Kanwil Bali"}), 201)
    standing = api.ok(api.post("/calendar/hours", ADMIN, {"week": WEEK, "name": "Hari pendek"}), 201)
    ramadan = {"week": WEEK, "name": "Ramadan 1447 H", "first": "2026-02-19", "last": "2026-03-20"}
    api.ok(api.post("/calendar/hours", ADMIN, ramadan), 201)
    api.ok(api.post("/calendar/hours", ADMIN, {**ramadan, "unit": "bali"}), 201)
    listed = api.ok(api.get("/calendar/hours", ADMIN))["items"]
    assert [(row["first"], row["name"]) for row in listed] == [
        (None, "Hari pendek"),
        ("2026-02-19", "Ramadan 1447 H"),
    ]
    assert len(api.ok(api.get("/calendar/hours?unit=bali", ADMIN))["items"]) == 1
    assert api.delete(f"/calendar/hours/{standing['id']}", ADMIN).status_code == 204
    assert api.delete(f"/calendar/hours/{standing['id']}", ADMIN).status_code == 404
    zone = {"unit": "bali", "zone": "Asia/Makassar", "name": "Di Bali"}
    assert api.post("/calendar/zones", ADMIN, zone).status_code == 204
    assert api.post("/calendar/zones", ADMIN, {**zone, "unit": "tidak_ada"}).status_code == 404


def test_half_a_day_and_what_is_entered_already(api: Api) -> None:
    half = {"day": "2026-06-03", "kind": "kerja", "name": "Upacara", "hours": ["08:00", "11:30"]}
    assert api.ok(api.post("/calendar/changes", ADMIN, half), 201)["hours"] == ["08:00", "11:30"]
    assert api.post("/calendar/changes", ADMIN, REST).status_code == 409
    shown = api.ok(api.get("/calendar/moves", ADMIN))
    assert shown["total"] == 0
    file(api, "contoh")
    row = api.ok(api.get("/work-items", "petugas_pengaduan@contoh"))["items"][0]
    assert datetime.fromisoformat(row["due_at"]) == datetime.fromisoformat("2026-06-03T11:30:00+07:00")
    period = {"week": WEEK, "name": "Ramadan", "first": "2026-06-10", "last": "2026-06-20"}
    api.ok(api.post("/calendar/hours", ADMIN, period), 201)
    assert api.post("/calendar/hours", ADMIN, {**period, "first": "2026-06-01"}).status_code == 409


def test_the_zone_of_the_whole_agency(api: Api) -> None:
    assert api.post("/calendar/zones", ADMIN, {"zone": "Asia/Jayapura", "name": "Pindah"}).status_code == 204
    file(api, "contoh")
    row = api.ok(api.get("/work-items", "petugas_pengaduan@contoh"))["items"][0]
    assert datetime.fromisoformat(row["due_at"]) == datetime.fromisoformat("2026-06-03T16:00:00+09:00")


def test_a_year_is_confirmed(api: Api) -> None:
    api.clock.set(datetime.fromisoformat("2027-12-28T09:00+07:00"))
    file(api, "contoh")
    assert [row["year"] for row in api.ok(api.get("/calendar/years", ADMIN))["items"]] == [2027, 2028]
    assert api.post("/calendar/years", ADMIN, {"year": 2028, "name": "SKB"}).status_code == 204
    assert [row["year"] for row in api.ok(api.get("/calendar/years", ADMIN))["items"]] == [2027]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/calendar/hours", {"week": [None] * 7, "name": "x"}, 422),
        ("/calendar/hours", {"week": WEEK[:6], "name": "x"}, 422),
        ("/calendar/hours", {"week": [["16:00", "08:00"]] * 7, "name": "x"}, 422),
        ("/calendar/hours", {"week": [["8", "16"]] * 7, "name": "x"}, 422),
        ("/calendar/hours", {"week": WEEK, "name": "x", "first": "2026-03-02", "last": "2026-03-01"}, 422),
        ("/calendar/hours", {"week": WEEK, "name": " "}, 422),
        ("/calendar/changes", {**REST, "unit": "tidak_ada"}, 404),
        ("/calendar/changes", {**REST, "day": "9999-12-31"}, 422),
        ("/calendar/changes", {**REST, "day": "2027-02-29"}, 422),
        ("/calendar/changes", {**REST, "hours": ["08:00", "12:00"]}, 422),
        ("/calendar/changes", {**REST, "kind": "kerja", "hours": ["12:00", "08:00"]}, 422),
        ("/calendar/changes", {**REST, "kind": "kerja", "hours": ["22:00", "24:30"]}, 422),
        ("/calendar/zones", {"zone": None, "name": "x"}, 422),
        ("/calendar/zones", {"zone": "Mars/Olympus", "name": "x"}, 422),
        ("/calendar/zones", {"zone": "../etc/passwd", "name": "x"}, 422),
        ("/calendar/years", {"year": 1850, "name": "x"}, 422),
        ("/calendar/moves", {"version": "x", "reason": ""}, 422),
    ],
)
def test_what_is_refused(api: Api, path: str, body: dict[str, object], status: int) -> None:
    assert api.post(path, ADMIN, body).status_code == status


def test_another_agency_sees_and_moves_nothing(api: Api, house: House) -> None:
    file(api, "contoh")
    open_agency(house, "jauh", "JH")
    api.ok(api.post("/calendar/changes", ADMIN, REST), 201)
    assert api.ok(api.get("/calendar/moves", "admin@jauh"))["total"] == 0
    assert api.ok(api.get("/calendar/changes", "admin@jauh"))["items"] == []
