"""How large the figures of a run are, and on which databases."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sizes:
    """``small`` and ``large`` numbers of open cases are compared; ``timers`` fall due at once.

    ``kinds`` are the databases measured on; ``stores`` holds the URLs of seeded ones, to be the large ones.
    """

    small: int = 1_000
    large: int = 10_000
    timers: int = 1_000
    cases: int = 200
    kinds: tuple[str, ...] = ("sqlite", "postgresql")
    stores: dict[str, str] = field(default_factory=dict)


DEFAULT = Sizes()
