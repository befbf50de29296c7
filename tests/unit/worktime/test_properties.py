"""Properties of the count, and agreement with the slow model that goes day by day and minute by minute."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.worktime import Kind, Limit, due, latest_start, working_days_between, working_time_between
from tests.unit.worktime import model
from tests.unit.worktime.offices import CALENDARS

OFFICE, DAYS = model.OFFICES["pusat"], CALENDARS["pusat"]
MINUTE = timedelta(minutes=1)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
counts = st.integers(1, 70)
offices = st.sampled_from(sorted(CALENDARS))
# Months differ in length: a month from the 28th and one from the 31st may end on the same day.
EVEN = [kind for kind in Kind if kind != Kind.MONTHS]
# Pauses as minutes: how long after the start asked, how long owed.
spans = st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 20_000)), max_size=4)
fives = st.integers(1, 40).map(lambda n: n * 5)


def working(amount: int, kind: Kind = Kind.WORKING_DAYS) -> Limit:
    return Limit(kind, Decimal(amount))


@settings(max_examples=150, deadline=None)
@given(offices, instants, counts, fives)
def test_days_agree_with_the_model(name: str, start: datetime, count: int, percent: int) -> None:
    office = model.OFFICES[name]
    expected = model.ends(office, f"{count} HK", start.astimezone(office.zone), percent)
    assert due(working(count), start, CALENDARS[name], percent=percent).at == expected


@settings(max_examples=60, deadline=None)
@given(offices, instants, st.integers(1, 16), st.sampled_from([25, 50, 80, 100, 120]))
def test_hours_agree_with_the_model(name: str, start: datetime, count: int, percent: int) -> None:
    office = model.OFFICES[name]
    expected = model.ends(office, f"{count} JK", start.astimezone(office.zone), percent)
    assert due(working(count, Kind.WORKING_HOURS), start, CALENDARS[name], percent=percent).at == expected


@settings(max_examples=150, deadline=None)
@given(instants, counts, st.integers(0, 40), st.integers(0, 40))
def test_one_pause_is_the_sentence_of_rule_6(start: datetime, count: int, asked: int, owed: int) -> None:
    question = start + timedelta(days=asked)
    reply = question + timedelta(days=owed)
    day0, asked_on = (moment.astimezone(DAYS.zone).date() for moment in (start, question))
    used = sum(OFFICE.open(day0 + timedelta(days=n)) for n in range(1, (asked_on - day0).days + 1))
    got = due(working(count), start, DAYS, pauses=[(question, reply)]).at
    plain = due(working(count), start, DAYS).at
    assert plain is not None and got is not None
    if plain <= question or owed == 0:
        assert got == plain
    elif used < count:
        assert got == due(working(count - used), reply, DAYS).at
    else:
        assert got > reply


@settings(max_examples=200, deadline=None)
@given(offices, instants, counts, spans)
def test_several_pauses_agree_with_the_model(
    name: str, start: datetime, count: int, minutes: list[tuple[int, int]]
) -> None:
    office, days = model.OFFICES[name], CALENDARS[name]
    pauses = [(start + a * MINUTE, start + (a + b) * MINUTE) for a, b in minutes]
    asked = [(a.astimezone(office.zone).date(), b.astimezone(office.zone).date()) for a, b in pauses]
    expected = model.ends_with_pauses(office, count, start.astimezone(office.zone), asked)
    # A question on the very day that a count ends on is the last sentence of rule 6: see test_pause.
    assume(expected.date() not in [question for question, _ in asked])
    assert due(working(count), start, days, pauses=pauses).at == expected


@settings(max_examples=150, deadline=None)
@given(offices, instants, counts, st.sampled_from(EVEN), spans, st.integers(0, 20_000))
def test_a_later_reply_never_makes_a_due_earlier(
    name: str, start: datetime, count: int, kind: Kind, minutes: list[tuple[int, int]], later: int
) -> None:
    assume(minutes)
    pauses = [(start + a * MINUTE, start + (a + b) * MINUTE) for a, b in minutes]
    (question, reply), *others = pauses
    replied = due(working(count, kind), start, CALENDARS[name], pauses=pauses).at
    longer = [(question, reply + later * MINUTE), *others]
    moved = due(working(count, kind), start, CALENDARS[name], pauses=longer).at
    assert replied is not None and moved is not None and replied <= moved


@settings(max_examples=8, deadline=None)
@given(offices, instants, st.integers(2_000, 5_000))
def test_decades_agree_with_the_model(name: str, start: datetime, count: int) -> None:
    office = model.OFFICES[name]
    expected = model.ends(office, f"{count} HK", start.astimezone(office.zone))
    assert due(working(count), start, CALENDARS[name]).at == expected


@settings(max_examples=150, deadline=None)
@given(offices, instants, counts, st.sampled_from(EVEN))
def test_counting_back_undoes_counting(name: str, end: datetime, count: int, kind: Kind) -> None:
    days = CALENDARS[name]
    start = latest_start(working(count, kind), end, days)
    in_time = due(working(count, kind), start, days).at
    too_late = due(working(count, kind), start + MINUTE, days).at
    assert in_time is not None and too_late is not None
    assert in_time <= end < too_late


@settings(max_examples=150, deadline=None)
@given(offices, instants, counts)
def test_the_distance_to_a_due_is_the_limit(name: str, start: datetime, count: int) -> None:
    days = CALENDARS[name]
    by_days = due(working(count), start, days).at
    by_hours = due(working(count, Kind.WORKING_HOURS), start, days).at
    assert by_days is not None and by_hours is not None
    assert working_days_between(start, by_days, days) == count
    assert working_time_between(start, by_hours, days) == timedelta(hours=count)


@settings(max_examples=150, deadline=None)
@given(offices, instants, st.integers(0, 30_000), st.integers(0, 30_000))
def test_distances_add_up(name: str, start: datetime, first: int, second: int) -> None:
    days, middle = CALENDARS[name], start + first * MINUTE
    end = middle + second * MINUTE
    for between in (working_days_between, working_time_between):
        assert between(start, middle, days) + between(middle, end, days) == between(start, end, days)


@settings(max_examples=100, deadline=None)
@given(offices, instants, st.integers(0, 10_000), counts, st.sampled_from(EVEN), fives)
def test_later_starts_and_longer_limits_never_end_earlier(
    name: str, start: datetime, later: int, count: int, kind: Kind, percent: int
) -> None:
    days = CALENDARS[name]
    if kind == Kind.CALENDAR_DAYS:
        percent = min(percent, 100)  # beyond the due, a later start means a shorter span to take a share of
    first = due(working(count, kind), start, days, percent=percent).at
    moved = due(working(count, kind), start + later * MINUTE, days, percent=percent).at
    longer = due(working(count + 1, kind), start, days, percent=percent).at
    fuller = due(working(count, kind), start, days, percent=percent + 5).at
    assert first is not None and moved is not None and longer is not None and fuller is not None
    assert start < first
    assert first <= moved
    assert first < longer
    assert first < fuller


@settings(max_examples=200, deadline=None)
@given(
    instants,
    counts,
    st.sampled_from([Kind.WORKING_DAYS, Kind.WORKING_HOURS]),
    st.sampled_from([40, 80, 100, 120]),
    spans,
)
def test_a_due_is_legal_and_never_inside_a_pause(
    start: datetime, count: int, kind: Kind, percent: int, minutes: list[tuple[int, int]]
) -> None:
    pauses = [(start + a * MINUTE, start + (a + b) * MINUTE) for a, b in minutes]
    answer = due(working(count, kind), start, DAYS, percent=percent, pauses=pauses)
    assert answer.at is not None
    local = answer.at.astimezone(DAYS.zone)
    assert OFFICE.open(local.date())
    assert OFFICE.hours(local.date())[0] <= local.time() <= OFFICE.hours(local.date())[1]
    assert not any(question < answer.at < reply for question, reply in pauses)
    plain = due(working(count, kind), start, DAYS, percent=percent).at
    assert plain is not None and answer.at >= plain
    receipt = answer.receipt
    listed = {*receipt["counted"], *(row["day"] for row in receipt["skipped"])}
    if not receipt["truncated"] and kind == Kind.WORKING_DAYS:
        first = start.astimezone(DAYS.zone).date()
        walked = [first + timedelta(days=n) for n in range(1, (local.date() - first).days + 1)]
        assert {day.isoformat() for day in walked[:-1]} <= listed <= {day.isoformat() for day in walked}


@settings(max_examples=150, deadline=None)
@given(instants, counts, st.sampled_from(list(Kind)), spans)
def test_reminder_due_and_second_step_keep_their_order(
    start: datetime, count: int, kind: Kind, minutes: list[tuple[int, int]]
) -> None:
    pauses = [(start + a * MINUTE, start + (a + b) * MINUTE) for a, b in minutes]
    points = [due(working(count, kind), start, DAYS, percent=p, pauses=pauses).at for p in (20, 80, 100, 120)]
    assert all(point is not None for point in points)
    assert points == sorted(points, key=lambda point: point or start)
