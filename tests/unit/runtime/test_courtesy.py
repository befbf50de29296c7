"""Work stands back while somebody is served, and goes on in the end whoever is served."""

import threading

from engine.runtime.courtesy import Courtesy

LONG = 30.0


def test_work_waits_until_the_last_one_was_served() -> None:
    courtesy, order = Courtesy(), []

    def work() -> None:
        order.append("work" if courtesy.stand_back(LONG) else "in vain")

    working = threading.Thread(target=work)
    with courtesy:
        with courtesy:
            working.start()
        order.append("first")
        working.join(timeout=0.05)
        order.append("second")
    working.join(timeout=LONG)
    assert order == ["first", "second", "work"]


def test_work_waits_no_longer_than_it_may() -> None:
    courtesy = Courtesy()
    with courtesy:
        assert not courtesy.stand_back(0.01)
    assert courtesy.stand_back(0.01)


def test_who_was_served_a_moment_ago_may_come_again() -> None:
    courtesy = Courtesy()
    assert not courtesy.is_wanted
    with courtesy:
        assert courtesy.is_wanted
    assert courtesy.is_wanted


def test_who_failed_is_not_served_any_more() -> None:
    courtesy = Courtesy()
    try:
        with courtesy:
            raise ValueError
    except ValueError:
        pass
    working = threading.Thread(target=courtesy.stand_back, args=(LONG,))
    working.start()
    working.join(timeout=LONG / 2)
    assert not working.is_alive()
