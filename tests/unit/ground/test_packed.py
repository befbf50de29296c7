"""JSON that is stored compressed comes back as it was."""

from datetime import UTC, datetime

import orjson
from hypothesis import given
from hypothesis import strategies as st

from engine import worktime
from engine.db.models.packed import pack, unpack

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8"), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", max_size=5), JSON, max_size=5))
def test_what_is_packed_comes_back(value: dict[str, object]) -> None:
    assert unpack(pack(value)) == value


def test_a_receipt_takes_a_third_of_its_text() -> None:
    calendar = worktime.calendar("id-nasional", zone="Asia/Jakarta")
    due = worktime.due(worktime.Limit.parse("P5WD"), datetime(2026, 7, 6, 2, 13, 44, 92_000, UTC), calendar)
    assert len(pack(due.receipt)) * 3 < len(orjson.dumps(due.receipt))


def test_what_was_packed_before_still_opens() -> None:
    """The stored form is for ever: this was packed by the first release that packs."""
    assert unpack(bytes.fromhex("c38859ec6186d05f0b00")) == {
        "limit": "P5WD",
        "zone": "Asia/Jakarta",
        "pauses": [],
    }
