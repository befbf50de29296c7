"""What a designer is told about expressions written by the habits of other languages."""

from pathlib import Path

import pytest

from engine import feel
from tests.support.effort import at_most

NAMES = ("amount", "kelas", "jumlah hari", "tanggal lahir", "Status Laporan", "daftar", "orang")
ROWS = (Path(__file__).parent / "advice.txt").read_text().splitlines()
"""Lines of expression, position, and what is said, parted by arrows."""


@pytest.mark.parametrize("row", ROWS)
def test_a_fault_says_what_to_write_instead(row: str) -> None:
    text, position, message = row.split("  →  ")
    with pytest.raises(feel.FeelSyntaxError) as fault:
        feel.parse(text, NAMES)
    assert (fault.value.position, str(fault.value)) == (int(position), message)


def test_advice_is_quick_however_many_words_stand_side_by_side() -> None:
    with pytest.raises(feel.FeelSyntaxError), at_most(50_000):
        feel.parse("1 " + "kata " * 1_900, NAMES)
