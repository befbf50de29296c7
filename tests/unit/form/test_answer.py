"""One answer of each type against each rule."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.form.helpers import ENV, answer, faults, of, one, options

TEXT = one("textfield")
SHORT = one("textfield", rules={"minLength": 3, "maxLength": 5})
NIK = one("textfield", rules={"pattern": "^[0-9]{16}$"})
CONTACT = one("textfield", marks={"alur:contact": "true"})
WHOLE = one("number", decimalDigits=0, rules={"min": 1, "max": 14})
MONEY = one("number", decimalDigits=2)
PICK = one("select", values=options("ya", "tidak"))
TICKS = one("checklist", values=options("a", "b", "c"), rules={"maxItems": 2})
TAGS = one("taglist", marks={"alur:options": "unit"})
DATE = one("datetime", subtype="date")
PAST = one("datetime", subtype="date", marks={"alur:notFuture": "true"})
MOMENT = one("datetime", subtype="datetime", marks={"alur:notFuture": True})
FILES = one("filepicker", multiple=True, marks={"alur:maxFiles": "3"})


@pytest.mark.parametrize(
    ("component", "given", "kept"),
    [
        (TEXT, "Halo dunia", "Halo dunia"),
        (TEXT, "", None),
        (TEXT, "   ", None),
        (TEXT, None, None),
        (one("textarea"), "satu\r\ndua", "satu\ndua"),
        (SHORT, "abcde", "abcde"),
        (NIK, "1234567890123456", "1234567890123456"),
        (CONTACT, "sari@contoh.example", "sari@contoh.example"),
        (CONTACT, "0812-3456-7890", "0812-3456-7890"),
        (CONTACT, "+62 21 123 4567", "+62 21 123 4567"),
        (CONTACT, "1500533", "1500533"),
        (one("textfield", rules={"validationType": "email"}), "a@b.example", "a@b.example"),
        (one("number"), 3, 3),
        (one("number"), 3.0, 3),
        (one("number"), 3.25, 3.25),
        (one("number"), Decimal("3.25"), 3.25),
        (one("number"), "3,25", 3.25),
        (one("number"), "-7", -7),
        (one("number"), 0, 0),
        (one("number"), "", None),
        (WHOLE, 14, 14),
        (MONEY, 10.25, 10.25),
        (one("checkbox"), True, True),
        (one("checkbox"), False, False),
        (one("checkbox"), None, False),
        (PICK, "ya", "ya"),
        (PICK, "", None),
        (one("radio", values=options(1, 2)), 2, 2),
        (one("select", marks={"alur:options": "orang"}), "siapa-pun", "siapa-pun"),
        (one("select", valuesKey="daftar"), "apa pun", "apa pun"),
        (TICKS, ["a", "c"], ["a", "c"]),
        (TICKS, None, []),
        (TAGS, ["Unit A", "Unit B"], ["Unit A", "Unit B"]),
        (one("taglist"), ["bebas"], ["bebas"]),
        (DATE, "2026-02-28", "2026-02-28"),
        (one("datetime"), "2026-02-28", "2026-02-28"),
        (PAST, "2026-03-03", "2026-03-03"),
        (one("datetime", subtype="time"), "14:30", "14:30"),
        (MOMENT, "2026-03-03T00:30", "2026-03-03T00:30"),
        (MOMENT, "2026-03-02T17:30:00Z", "2026-03-02T17:30:00Z"),
        (one("datetime", subtype="date", disallowPassedDates=True), "2026-03-03", "2026-03-03"),
        (FILES, ["foto.jpg", "surat.pdf"], ["foto.jpg", "surat.pdf"]),
        (FILES, [], []),
    ],
)
def test_answers_that_will_do(component: dict[str, Any], given: Any, kept: Any) -> None:
    value = answer(component, given)
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(
    ("component", "given", "says"),
    [
        (TEXT, 5, "text"),
        (TEXT, ["a"], "text"),
        (TEXT, "a\x00b", "cannot be stored"),
        (TEXT, "a\ud800b", "cannot be stored"),
        (TEXT, "dua\nbaris", "one line"),
        (TEXT, "a" * 50_001, "at most 50000"),
        (SHORT, "ab", "at least 3"),
        (SHORT, "abcdef", "at most 5 characters; it has 6"),
        (NIK, "123456789012345", "expected form"),
        (NIK, "1234567890123456\n", "one line"),
        (one("textarea", rules={"pattern": "^[0-9]{4}$"}), "1234\n", "expected form"),
        (NIK, "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦", "expected form"),
        (CONTACT, "sari", "telephone number or an e-mail"),
        (CONTACT, "sari@contoh", "telephone number or an e-mail"),
        (CONTACT, "a b@contoh.example", "telephone number or an e-mail"),
        (CONTACT, "a@@contoh.example", "telephone number or an e-mail"),
        (CONTACT, "123", "telephone number or an e-mail"),
        (one("textfield", rules={"validationType": "email"}), "0812345678", "e-mail"),
        (one("textfield", rules={"validationType": "phone"}), "a@b.example", "telephone"),
        (one("number"), True, "number"),
        (one("number"), "dua", "number"),
        (one("number"), float("nan"), "number"),
        (one("number"), float("inf"), "number"),
        (one("number"), Decimal("Infinity"), "number"),
        (one("number"), "1.500", "without separators"),
        (one("number"), "1e5", "number"),
        (one("number"), 10**16, "too large"),
        (one("number"), "0.1234567890123456", "more digits"),
        (WHOLE, 0, "at least 1"),
        (WHOLE, 15, "at most 14"),
        (WHOLE, 2.5, "0 decimal"),
        (MONEY, 1.005, "2 decimal"),
        (one("checkbox"), "true", "ticked or not"),
        (one("checkbox"), 1, "ticked or not"),
        (PICK, "mungkin", "one of the options"),
        (PICK, True, "one of the options"),
        (PICK, {"a": 1}, "one of the options"),
        (one("radio", values=options(1, 2)), "2", "one of the options"),
        (one("radio", values=options(1, 2)), True, "one of the options"),
        (one("select", marks={"alur:options": "orang"}), "x" * 501, "one of the options"),
        (one("select", marks={"alur:options": "orang"}), 7, "one of the options"),
        (TICKS, ["a", "a"], "twice"),
        (TICKS, ["a", "b", "c"], "at most 2"),
        (one("taglist", marks={"alur:minItems": "2"}), ["a"], "at least 2"),
        (TICKS, ["z"], "one of the options"),
        (TICKS, "a", "list"),
        (TICKS, ["a"] * 100, "at most 2"),
        (DATE, "2026-02-30", "date written as"),
        (DATE, "20260228", "date written as"),
        (DATE, "28/02/2026", "date written as"),
        (DATE, "0001-01-01", "date written as"),
        (DATE, 20260228, "text"),
        (PAST, "2026-03-04", "future"),
        (one("datetime", subtype="time"), "25:00", "time written as"),
        (MOMENT, "2026-03-03", "date and time"),
        (MOMENT, "2026-03-03T00:31", "future"),
        (MOMENT, "2026-03-02T17:31:00Z", "future"),
        (one("datetime", subtype="date", disallowPassedDates=True), "2026-03-02", "past"),
        (FILES, ["a", "b", "c", "d"], "at most 3"),
        (FILES, "foto.jpg", "list"),
        (FILES, [3], "text"),
        (FILES, [" "], "usable name"),
        (one("filepicker"), ["a", "b"], "at most 1"),
    ],
)
def test_answers_that_are_refused(component: dict[str, Any], given: Any, says: str) -> None:
    value = answer(component, given)
    assert isinstance(value, str)
    assert value.startswith("!"), value
    assert says in value
    assert "Isian" in value


@pytest.mark.parametrize(
    ("component", "empty", "says"),
    [
        (one("textfield", rules={"required": True}), "  ", "Fill in Isian."),
        (one("textfield", rules={"required": True}), None, "Fill in Isian."),
        (one("number", rules={"required": True}), "", "Fill in Isian."),
        (one("checkbox", rules={"required": True}), False, "Isian must be ticked."),
        (one("radio", values=options("ya"), rules={"required": True}), None, "Choose Isian."),
        (one("taglist", marks={"alur:options": "unit", "alur:minItems": "1"}), [], "Choose Isian."),
        (one("filepicker", rules={"required": True}), [], "Isian needs a file."),
        (one("datetime", rules={"required": True}), "", "Fill in Isian."),
    ],
)
def test_required(component: dict[str, Any], empty: Any, says: str) -> None:
    assert answer(component, empty) == f"!{says}"
    assert faults(of(component).validate({}, {}, ENV)) == {"isian": says}


def test_a_required_choice_may_be_false() -> None:
    component = one("radio", values=options(True, False), rules={"required": True})
    assert answer(component, False) is False


def test_dynamic_options_are_checked_when_they_are_known() -> None:
    form = of(one("select", marks={"alur:options": "unit"}), one("taglist", "unit", valuesKey="daftar"))
    given = {"isian": "keuangan", "unit": ["a", "b"]}
    assert not form.validate(given, {}, ENV).errors
    known = {"isian": ["humas"], "unit": {"a", "b"}}
    assert faults(form.validate(given, {}, ENV, options=known)) == {
        "isian": "Isian must be one of the options."
    }
    assert faults(form.validate(given, {}, ENV, options={"isian": [], "unit": []})).keys() == {
        "isian",
        "unit",
    }
