"""A small and a large store of open cases, seeded alike, to compare what looks cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.databases import TITLES, fresh
from benchmarks.office import open_engine
from benchmarks.seed import seed
from benchmarks.sizes import Sizes


@dataclass(frozen=True)
class Pair:
    """The URLs of both stores of one kind of database."""

    title: str
    small: str
    large: str


@contextmanager
def pair(kind: str, sizes: Sizes) -> Iterator[Pair]:
    """Seeds both, or only the small one where the run was given a large store."""
    with fresh(kind) as another:
        small, large = another(), sizes.stores.get(kind) or another()
        for url, cases in ((small, sizes.small), (large, sizes.large)):
            if url not in sizes.stores.values():
                with open_engine(url) as house:
                    seed(house, cases, quiet=True)
        yield Pair(TITLES[kind], small, large)
