"""Identifiers sort by their making, also within one millisecond, and cannot be guessed from a neighbour."""

from datetime import UTC, datetime, timedelta

from engine import ids

NOW = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)


def test_ids_of_one_millisecond_sort_by_their_making() -> None:
    made = [ids.new_id(NOW)]
    for _ in range(1000):
        made.append(ids.new_id(NOW, after=made[-1]))
    assert made == sorted(set(made))
    assert {each[:10] for each in made} == {made[0][:10]}
    assert all(len(each) == 26 for each in made)


def test_the_next_id_is_no_neighbour() -> None:
    first = ids.new_id(NOW, lambda n: bytes(n))
    near, far = ids.new_id(NOW, lambda n: bytes(n), first), ids.new_id(NOW, lambda n: b"\xff" * n, first)
    assert first[:-1] == near[:-1] and near[-1] == "1"
    assert first[:14] == far[:14] and far > near


def test_a_later_millisecond_starts_anew_and_spent_numbers_do_not_overflow() -> None:
    first = ids.new_id(NOW, lambda n: b"\xff" * n)
    assert ids.new_id(NOW + timedelta(milliseconds=1), lambda n: bytes(n), first).endswith("0" * 16)
    assert len(ids.new_id(NOW, lambda n: b"\xff" * n, first)) == 26
