"""Rule 6: days after the question's day through the reply's day are not counted; none is given back."""

import pytest

from engine.errors import Invalid
from engine.worktime import Limit, calendar, due
from tests.unit.worktime.helpers import at, shown

DAYS = calendar()


def counted(
    limit: str, start: str, *pauses: tuple[str, str | None], percent: int = 100, ends: str | None = None
) -> str | None:
    spans = [(at(question), None if reply is None else at(reply)) for question, reply in pauses]
    return shown(due(Limit.parse(limit), at(start), DAYS, percent=percent, ends=ends, pauses=spans))


@pytest.mark.parametrize(
    ("percent", "expected"), [(100, "2026-03-17T16:00"), (80, "2026-03-16T16:00"), (120, "2026-03-25T16:00")]
)
def test_su_s7(percent: int, expected: str) -> None:
    pause = ("2026-03-04T09:00", "2026-03-12T10:00")
    assert counted("5 HK", "2026-03-02T09:00", pause, percent=percent) == expected


@pytest.mark.parametrize(("percent", "expected"), [(100, "2026-09-08T16:00"), (80, "2026-08-20T16:00")])
def test_bp_s14_asked_on_day_zero(percent: int, expected: str) -> None:
    pause = ("2026-06-08T09:00", "2026-06-11T09:00")
    assert counted("60 HK", "2026-06-08T09:00", pause, percent=percent) == expected


@pytest.mark.parametrize(("percent", "expected"), [(100, "2026-02-25T16:00"), (80, "2026-02-24T16:00")])
def test_ks_s4(percent: int, expected: str) -> None:
    pause = ("2026-02-12T09:00", "2026-02-20T09:00")
    assert counted("5 HK", "2026-02-10T09:00", pause, percent=percent) == expected


def test_extension_of_kh_s3_counts_from_the_same_start() -> None:
    longer = Limit.parse("14 HK").extended(Limit.parse("14 HK"))
    assert shown(due(longer, at("2026-03-12T09:00"), DAYS)) == "2026-04-29T16:00"
    assert shown(due(longer, at("2026-03-12T09:00"), DAYS, percent=80)) == "2026-04-22T11:12"


def test_two_pauses_add_up() -> None:
    first, second = ("2026-03-03T10:00", "2026-03-04T10:00"), ("2026-03-05T10:00", "2026-03-09T10:00")
    assert counted("3 HK", "2026-03-02T09:00", first) == "2026-03-06T16:00"
    assert counted("3 HK", "2026-03-02T09:00", first, second) == "2026-03-10T16:00"
    assert counted("3 HK", "2026-03-02T09:00", second, first) == "2026-03-10T16:00"


def test_a_pause_within_one_day_moves_no_day() -> None:
    assert counted("3 HK", "2026-03-02T09:00", ("2026-03-03T10:00", "2026-03-03T12:00")) == "2026-03-05T16:00"


def test_pauses_before_the_start_do_not_matter() -> None:
    assert counted("3 HK", "2026-03-02T09:00", ("2026-02-20T10:00", "2026-02-27T12:00")) == "2026-03-05T16:00"


def test_overlapping_pauses_are_one() -> None:
    spans = (("2026-03-03T10:00", "2026-03-05T10:00"), ("2026-03-04T10:00", "2026-03-05T09:00"))
    assert counted("3 HK", "2026-03-02T09:00", *spans) == counted("3 HK", "2026-03-02T09:00", spans[0])


def test_an_open_pause_leaves_the_due_unknown() -> None:
    answer = due(Limit.parse("5 HK"), at("2026-03-02T09:00"), DAYS, pauses=[(at("2026-03-04T09:00"), None)])
    assert answer.at is None
    assert answer.receipt["due"] is None
    assert answer.receipt["counted"] == ["2026-03-03", "2026-03-04"]
    assert answer.receipt["pauses"] == [{"from": "2026-03-04T09:00:00+07:00", "to": None}]


@pytest.mark.parametrize("reply", [None, "2026-03-20T09:00"])
@pytest.mark.parametrize("limit", ["3 HK", "4 JK", "3 hari", "P3D", "10 menit"])
def test_a_due_already_passed_before_the_question_stays(limit: str, reply: str | None) -> None:
    asked_after = ("2026-03-06T09:00", reply)
    assert counted(limit, "2026-03-02T09:00", asked_after) == counted(limit, "2026-03-02T09:00")


@pytest.mark.parametrize(
    ("reply", "reminder", "end"),
    [
        ("2026-03-05T15:00", "2026-03-05T15:00", "2026-03-05T16:00"),
        ("2026-03-09T09:00", "2026-03-09T11:12", "2026-03-09T16:00"),
        ("2026-03-09T12:00", "2026-03-09T12:00", "2026-03-09T16:00"),
        ("2026-03-09T17:00", "2026-03-10T11:12", "2026-03-10T16:00"),
        ("2026-03-07T09:00", "2026-03-09T11:12", "2026-03-09T16:00"),
    ],
)
def test_asked_on_the_last_day_nothing_falls_due_while_the_reporter_owes(
    reply: str, reminder: str, end: str
) -> None:
    pause = ("2026-03-05T10:00", reply)
    assert counted("3 HK", "2026-03-02T09:00", pause, percent=80) == reminder
    assert counted("3 HK", "2026-03-02T09:00", pause) == end


def test_asked_on_the_last_day_of_a_citizens_limit() -> None:
    pause = ("2026-03-05T10:00", "2026-03-06T18:00")
    assert counted("3 HK", "2026-03-02T09:00", pause, ends="day") == "2026-03-06T23:59"
    assert counted("3 HK", "2026-03-02T09:00", pause, ends="day", percent=80) == "2026-03-06T18:00"


def test_the_second_step_never_comes_before_a_due_that_a_late_reply_moved() -> None:
    pause = ("2026-03-03T10:00", "2026-03-03T17:00")
    steps = [counted("1 HK", "2026-03-02T09:00", pause, percent=percent) for percent in (80, 100, 120)]
    assert steps == ["2026-03-04T14:24", "2026-03-04T16:00", "2026-03-04T16:00"]


def test_hours_stand_still_from_question_to_reply() -> None:
    assert counted("4 JK", "2026-03-02T09:00", ("2026-03-02T10:00", "2026-03-04T10:30")) == "2026-03-04T13:30"
    assert counted("4 JK", "2026-03-02T09:00", ("2026-03-02T10:00", "2026-03-02T18:00")) == "2026-03-03T11:00"
    assert counted("4 JK", "2026-03-02T09:00", ("2026-03-02T10:00", None)) is None
    answer = due(
        Limit.parse("4 JK"),
        at("2026-03-02T15:00"),
        DAYS,
        pauses=[(at("2026-03-02T15:30"), at("2026-03-04T09:00"))],
    )
    assert shown(answer) == "2026-03-04T12:30"
    assert answer.receipt["counted"] == ["2026-03-02", "2026-03-04"]
    assert answer.receipt["skipped"] == [{"day": "2026-03-03", "why": "pause"}]


def test_exact_time_stands_still_from_question_to_reply() -> None:
    assert counted("P3D", "2026-03-02T09:00", ("2026-03-03T10:00", "2026-03-04T12:00")) == "2026-03-06T11:00"
    two = (("2026-03-02T10:00", "2026-03-02T11:00"), ("2026-03-02T11:30", "2026-03-02T11:40"))
    assert counted("2 jam", "2026-03-02T09:00", *two) == "2026-03-02T12:10"


def test_calendar_days_skip_the_days_of_the_pause() -> None:
    pause = ("2026-03-04T10:00", "2026-03-07T12:00")
    assert counted("5 hari", "2026-03-02T09:00", pause) == "2026-03-10T23:59"
    # 4/5 of 5 days 14:59 from Monday 09:00, with three whole days left out
    assert counted("5 hari", "2026-03-02T09:00", pause, percent=80) == "2026-03-09T20:59"
    assert (
        counted("2 hari", "2026-03-02T09:00", ("2026-03-04T10:00", "2026-03-07T12:00")) == "2026-03-07T23:59"
    )


def test_a_backward_pause_is_refused() -> None:
    with pytest.raises(Invalid, match="ends before it starts"):
        counted("3 HK", "2026-03-02T09:00", ("2026-03-04T10:00", "2026-03-03T10:00"))


def test_the_receipt_tells_each_day_of_a_pause() -> None:
    receipt = due(
        Limit.parse("5 HK"),
        at("2026-03-02T09:00"),
        DAYS,
        pauses=[(at("2026-03-04T09:00"), at("2026-03-12T10:00"))],
    ).receipt
    assert receipt["counted"] == ["2026-03-03", "2026-03-04", "2026-03-13", "2026-03-16", "2026-03-17"]
    assert [row["day"] for row in receipt["skipped"] if row["why"] == "pause"] == [
        "2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12",
    ]  # fmt: skip
    assert receipt["due"] == "2026-03-17T16:00:00+07:00"
