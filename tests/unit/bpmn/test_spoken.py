"""Times in words beside a timer are offered as answers."""

import pytest

from engine.bpmn.spoken import spoken


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5 hari kerja", ["P5WD"]),
        ("Lewat 20 HK", ["P20WD"]),
        ("tiga hari saja", ["P3CD"]),
        ("3 (tiga) hari kerja", ["P3WD"]),
        ("30 hari kalender", ["P30CD"]),
        ("setelah 24 jam", ["P1D"]),
        ("4 jam kerja", ["PT4WH"]),
        ("Nach 2 Wochen", ["P14CD"]),
        ("nach drei Arbeitstagen", ["P3WD"]),
        ("after 10 business days or 1 month", ["P10WD", "P1M"]),
        ("15 menit", ["PT15M"]),
        ("besok pagi", []),
        ("tanggal 5 tiap bulan", []),
        ("0 hari", []),
        ("Pasal 14 haribaan", []),
    ],
)
def test_a_time_in_words_is_understood(text: str, wanted: list[str]) -> None:
    assert [str(limit) for limit in spoken(text)] == wanted
