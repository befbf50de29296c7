"""What it costs to move an open deadline when a calendar changes, beside a durable step."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar

from benchmarks import gate
from benchmarks.databases import TITLES, fresh
from benchmarks.floor import Ground
from benchmarks.office import open_engine
from benchmarks.report import Ratio, timed
from benchmarks.seed import seed
from benchmarks.staff import BENCH, officer
from engine.db import events
from engine.db.models import RoleHolder
from engine.people import keeping
from engine.people.principals import ADMIN, Principal, of_person
from engine.runtime import moving, recount
from engine.runtime.house import House

GOAL = 0.5  # of F
Answer = TypeVar("Answer")


def run(ground: Ground) -> Iterator[Ratio]:
    """One day off decreed: the preview of every deadline of an agency, and the command that moves them."""
    for kind in ground.sizes.kinds:
        with fresh(kind) as another, open_engine(another()) as house:
            seed(house, ground.sizes.large, quiet=True)
            keeper = _keeper(house)
            keeping.add_change(house, keeper, house.now().date() - timedelta(days=3), "libur", "Libur")
            floor = ground.measure().total
            preview, found = _timed(partial(recount.preview, house, keeper))
            took, moved = _timed(partial(moving.move, house, keeper, "Libur bersama", found.version))
            _check(house, keeper, moved)
        detail = f"{moved:,} moved in {took / 1000:.1f} s, F {floor:.2f} ms"
        title = TITLES[kind]
        yield Ratio(f"move a deadline ÷ F, {title}", [took / moved / floor], GOAL, detail)
        detail = f"{found.total:,} previewed in {preview / 1000:.1f} s"
        yield Ratio(f"preview a move ÷ F, {title}", [preview / moved / floor], GOAL, detail)


def _timed(act: Callable[[], Answer]) -> tuple[float, Answer]:
    """Milliseconds that ``act`` takes, and what it answers."""
    answers: list[Answer] = []
    return timed(lambda: answers.append(act())), answers[0]


def _keeper(house: House) -> Principal:
    """The first officer, who keeps the calendars too."""
    with house.database.write() as session:
        session.add(
            RoleHolder(
                id="H-keeper",
                agency_id=f"A-{BENCH}",
                person_id=officer(BENCH),
                role=ADMIN,
                since=house.now() - timedelta(days=1),
            )
        )
    with house.database.read() as session:
        return of_person(session, officer(BENCH), house.now())


def _check(house: House, keeper: Principal, moved: int) -> None:
    """Each move left its event, and nothing is left to move."""
    with house.database.read() as session:
        told = len(events.read(session, kinds=(moving.MOVED,)))
    left = recount.preview(house, keeper).total
    gate.must_equal("after the move", {"told": moved, "left": 0}, {"told": told, "left": left})
