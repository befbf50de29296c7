"""Due times against effects, as Jepsen's checker of schedulers matches targets with runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Match:
    """Keys without an effect, with more than one, with one before its time; how late each was, in seconds."""

    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        return not (self.missed or self.extra or self.early)

    def late(self, share: float) -> float:
        """The lateness that this share of the effects stayed within."""
        ordered = sorted(self.lateness)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def match(due: Mapping[str, datetime], effects: Iterable[tuple[str, datetime]]) -> Match:
    """Each key is due once; an effect of a key that was never due is one too many."""
    came: dict[str, list[datetime]] = defaultdict(list)
    for key, at in effects:
        came[key].append(at)
    found = Match(
        missed=[key for key in due if key not in came],
        extra=[key for key, times in came.items() if key not in due or len(times) > 1],
    )
    for key in due.keys() & came.keys():
        late = (min(came[key]) - due[key]).total_seconds()
        found.lateness.append(late)
        if late < 0:
            found.early.append(key)
    return found
