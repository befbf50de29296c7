"""A page of an inbox costs the same however many cases are open: the first, one deep inside, one's own."""

from collections.abc import Callable, Iterator

from sqlalchemy import select

from benchmarks.floor import Ground
from benchmarks.office import open_engine
from benchmarks.report import ROUNDS, Ratio, p50
from benchmarks.seed import SOLO
from benchmarks.staff import BENCH, officer
from benchmarks.stores import pair
from engine.cases import inbox
from engine.db.models import WorkItem
from engine.people.principals import Principal, of_person
from engine.runtime.house import House

LOOKS = 40
DEEP = 0.9  # of what is open lies before the deep page
QUIET = 700  # the rank of an officer who has few tasks

Look = Callable[[], object]


def run(ground: Ground) -> Iterator[Ratio]:
    """Each list at both sizes, alternating, on each database."""
    for kind in ground.sizes.kinds:
        with (
            pair(kind, ground.sizes) as stores,
            open_engine(stores.small) as small,
            open_engine(stores.large) as large,
        ):
            for name, look in LOOKS_AT.items():
                yield compare(f"{name}, {stores.title}", look, small, large)


def compare(name: str, look: Callable[[House], Look], small: House, large: House) -> Ratio:
    """The median look at both sizes, round by round."""
    few_of, many_of = look(small), look(large)
    ratios, few, many = [], 0.0, 0.0
    for _ in range(ROUNDS):
        few, many = p50(few_of, LOOKS), p50(many_of, LOOKS)
        ratios.append(many / few)
    return Ratio(f"{name}, many ÷ few open", ratios, 1.5, f"{few:.2f} → {many:.2f} ms")


def _who(house: House, agency: str = BENCH, number: int = 0) -> Principal:
    with house.database.read() as session:
        return of_person(session, officer(agency, number), house.now())


def _page(house: House, asking: Principal, query: inbox.Query) -> Look:
    """Look at a page, which must be full."""

    def look() -> None:
        found = len(inbox.page(house, asking, query).rows)
        if found < query.limit:
            raise RuntimeError(f"{found} rows on a page of {query.limit}")

    return look


def _deep(house: House, agency: str) -> str:
    """The place in the agency's queue behind which the last tenth of its open tasks stands."""
    with house.database.read() as session:
        keys = select(WorkItem.sort_key).where(WorkItem.agency_id == f"A-{agency}", WorkItem.state == "open")
        ordered = list(session.scalars(keys.order_by(WorkItem.sort_key)))
        return ordered[int(len(ordered) * DEEP)]


LOOKS_AT: dict[str, Callable[[House], Look]] = {
    "first page of a role's inbox": lambda house: _page(house, _who(house, number=QUIET), inbox.Query()),
    "deep page of a role's inbox": lambda house: _page(
        house, _who(house, number=QUIET), inbox.Query(after=_deep(house, BENCH), limit=20)
    ),
    "first page of who owns all": lambda house: _page(house, _who(house, SOLO), inbox.Query(mine=True)),
    "deep page of who owns all": lambda house: _page(
        house, _who(house, SOLO), inbox.Query(mine=True, after=_deep(house, SOLO), limit=20)
    ),
}
