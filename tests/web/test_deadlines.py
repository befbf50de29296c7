"""Chips and receipts: how much time is left, and how that was counted."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from engine import worktime
from engine.clock import ManualClock
from webapp import deadlines, format

CALENDAR = worktime.calendar()
TUESDAY = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)  # 09.00 WIB
THREE = worktime.due(worktime.Limit.parse("3 HK"), TUESDAY, CALENDAR)  # Friday 5 June 16.00 WIB
FRIDAY_CLOSE = datetime(2026, 6, 5, 9, 0, tzinfo=UTC)
REMINDER = datetime(2026, 6, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "mark", "text"),
    [
        (TUESDAY, "○", "Sisa 3 hari kerja"),
        (TUESDAY + timedelta(days=2), "○", "Sisa 1 hari kerja"),
        (FRIDAY_CLOSE - timedelta(hours=7), "◕", "Hari ini 16.00 WIB"),
        (FRIDAY_CLOSE, "!", "Lewat sejak hari ini"),
        (datetime(2026, 6, 8, 4, 0, tzinfo=UTC), "!", "Lewat 1 hari kerja"),
        (datetime(2026, 6, 9, 1, 30, tzinfo=UTC), "!", "Lewat 2 hari kerja"),
    ],
)
def test_a_chip_says_mark_and_words(
    app: Flask, clock: ManualClock, now: datetime, mark: str, text: str
) -> None:
    clock.set(now)
    with app.test_request_context("/"):
        chip = deadlines.chip(FRIDAY_CLOSE, CALENDAR)
    assert (chip.mark, chip.text) == (mark, text)


def test_little_left_from_the_reminder_on(app: Flask, clock: ManualClock) -> None:
    due = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
    with app.test_request_context("/"):
        clock.set(REMINDER - timedelta(minutes=1))
        assert deadlines.chip(due, CALENDAR, soon_from=REMINDER).mark == "○"
        clock.set(REMINDER)
        chip = deadlines.chip(due, CALENDAR, soon_from=REMINDER)
    assert (chip.mark, chip.text, chip.tone) == ("◔", "Sisa 1 hari kerja", "warn")


def deadline(**values: Any) -> Any:
    return SimpleNamespace(
        **{"state": "running", "due_at": FRIDAY_CLOSE, "reminder_at": None, "receipt": {}} | values
    )


def test_stored_deadlines(app: Flask, clock: ManualClock) -> None:
    clock.set(TUESDAY)
    paused = worktime.due(
        worktime.Limit.parse("9 HK"), TUESDAY, CALENDAR, pauses=[(TUESDAY + timedelta(days=2), None)]
    )
    with app.test_request_context("/"):
        assert deadlines.of_deadline(deadline(), CALENDAR).text == "Sisa 3 hari kerja"
        chip = deadlines.of_deadline(deadline(state="paused", due_at=None, receipt=paused.receipt), CALENDAR)
        assert (chip.mark, chip.text) == ("⏸", "Dijeda, sisa 7 hari kerja")
        hours = {"limit": "PT4WH", "days": 0}
        assert deadlines.of_deadline(deadline(state="paused", receipt=hours), CALENDAR).text == "Dijeda"
        assert deadlines.of_deadline(deadline(due_at=None), CALENDAR).text == "Tanpa tenggat"
        assert deadlines.of_deadline(deadline(state="stopped"), CALENDAR).text == "Berhenti"


def test_a_receipt_explains_itself(app: Flask) -> None:
    start = datetime(2026, 5, 13, 2, 0, tzinfo=UTC)
    counted = worktime.due(
        worktime.Limit.parse("5 HK"),
        start,
        CALENDAR,
        pauses=[(start + timedelta(days=6), start + timedelta(days=7))],
    )
    with app.test_request_context("/"):
        words = deadlines.explain(counted.receipt)
    text = "\n".join(words["lines"])
    assert "Dihitung dari Rab 13 Mei 2026 09.00 WIB." in text
    assert "Batas: 5 hari kerja." in text
    assert (
        "Dijeda dari Sel 19 Mei 2026 09.00 WIB sampai Rab 20 Mei 2026 09.00 WIB: jawaban pelapor ditunggu."
        in text
    )
    assert "hari akhir pekan tidak dihitung" in text
    skipped = {row["day"]: row["why"] for row in words["skipped"]}
    assert "Kenaikan" in skipped["Kam 14 Mei 2026"]
    assert skipped["Rab 20 Mei 2026"] == "dijeda"


def test_a_receipt_is_told_in_the_zone_it_was_counted_in(app: Flask) -> None:
    half = worktime.Change(date(2026, 6, 3), "kerja", "Upacara", worktime.Hours(time(8), time(11, 30)))
    jayapura = worktime.calendar(zone="WIT", changes=[half])
    receipt = worktime.due(worktime.Limit.parse("1 HK"), TUESDAY, jayapura).receipt
    with app.test_request_context("/"):
        lines = deadlines.explain(receipt)["lines"]
        assert format.when(TUESDAY) == "Sel 2 Jun 2026 09.00 WIB"  # the page goes on in its own zone
        of_a_day = deadlines.explain({**receipt, "start": "2026-06-01T17:00:00+00:00"})["lines"]
    assert lines[0] == "Dihitung dari Sel 2 Jun 2026 11.00 WIT."
    assert "Jam kerja sejak Rab 3 Jun 2026 (Upacara): 08.00 sampai 11.30." in lines
    assert "1 hari dihitung, Rab 3 Jun 2026." in lines
    assert "Tenggat: Rab 3 Jun 2026 11.30 WIT." in lines
    assert of_a_day[0] == "Dihitung dari Sel 2 Jun 2026."  # of an anonymous report the agency tells the day


def test_a_share_of_a_limit_says_so(app: Flask) -> None:
    eighty = worktime.due(worktime.Limit.parse("3 HK"), TUESDAY, CALENDAR, percent=80)
    with app.test_request_context("/"):
        assert any("80 % dari batas" in line for line in deadlines.explain(eighty.receipt)["lines"])


@pytest.mark.parametrize(
    ("literal", "words"),
    [("P3WD", "3 hari kerja"), ("PT4WH", "4 jam kerja"), ("P14CD", "14 hari kalender"), ("PT1H", "1 jam")],
)
def test_limits_in_words(app: Flask, literal: str, words: str) -> None:
    with app.test_request_context("/"):
        assert deadlines.limit_words(literal) == words
