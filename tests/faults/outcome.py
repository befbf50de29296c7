"""What a proof found, as a line of the table that ``make test-faults`` ends with."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """``size`` says what was done how often; ``lost``, ``twice``, ``missed`` must be 0, ``faults`` empty."""

    what: str
    size: str
    lost: int = 0
    twice: int = 0
    missed: int = 0
    note: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.twice or self.missed or self.faults)

    def add(self, part: "Outcome") -> None:
        """Take in what a part of the proof found."""
        self.lost, self.twice = self.lost + part.lost, self.twice + part.twice
        self.missed, self.faults = self.missed + part.missed, self.faults + part.faults

    def told(self) -> str:
        """Everything that is wrong, for a failing test."""
        head = f"{self.what}: lost {self.lost}, twice {self.twice}, missed {self.missed}"
        return "\n".join([head, *self.faults[:30]])


def table(outcomes: list[Outcome]) -> str:
    """All of them, one line each."""
    rows = [("what", "size", "lost", "twice", "missed", "holds", "note")]
    rows += [
        (one.what, one.size, str(one.lost), str(one.twice), str(one.missed), _yes(one.holds), one.note)
        for one in outcomes
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"
