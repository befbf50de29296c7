"""Writers of one process take turns in the order in which they came."""

import threading
import time
from collections.abc import Callable
from functools import partial

from engine.db.turns import Turns


def test_turns_are_given_in_the_order_they_were_asked_for() -> None:
    turns, order = Turns(), []

    def take(name: int) -> None:
        with turns:
            order.append(name)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(5)]
    with turns:
        assert not turns.wanted
        for asked, thread in enumerate(threads, 1):
            thread.start()
            _wait(partial(_are_waiting, turns, asked))
        assert turns.wanted
        order.append(-1)
    for thread in threads:
        thread.join(timeout=10)
    assert order == [-1, 0, 1, 2, 3, 4]
    assert not turns.wanted


def test_whoever_asks_again_is_behind_who_waits() -> None:
    turns, order = Turns(), []
    person = threading.Thread(target=lambda: _note(turns, order, "person"))
    with turns:
        person.start()
        _wait(lambda: turns.wanted)
    _note(turns, order, "next batch")
    person.join(timeout=10)
    assert order == ["person", "next batch"]


def test_a_turn_ends_also_when_its_work_fails() -> None:
    turns = Turns()
    try:
        with turns:
            raise ValueError
    except ValueError:
        pass
    order: list[str] = []
    _note(turns, order, "next")
    assert order == ["next"]


def _note(turns: Turns, order: list[str], name: str) -> None:
    with turns:
        order.append(name)


def _are_waiting(turns: Turns, number: int) -> bool:
    return len(turns._waiting) == number


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)
