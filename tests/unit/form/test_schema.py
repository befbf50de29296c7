"""The derived JSON Schema is valid, and fits what the check accepts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.unit.form.helpers import ENV, of, one, options

FORM = of(
    one(
        "textfield", "judul", rules={"required": True, "minLength": 3, "maxLength": 10}, description="Singkat"
    ),
    one("textfield", "nik", rules={"pattern": "^[0-9]{4}$"}),
    one("number", "jumlah", decimalDigits=0, rules={"min": 1, "max": 9}),
    one("datetime", "tanggal", subtype="date"),
    one("datetime", "pukul", subtype="time"),
    one("datetime", "saat", subtype="datetime"),
    one("checkbox", "setuju", rules={"required": True}),
    one("checkbox", "anonim"),
    one("radio", "jenis", values=options("a", "b"), rules={"required": True}),
    one("select", "unit", marks={"alur:options": "unit"}),
    one("checklist", "berkas", values=options("x", "y"), rules={"required": True}),
    one("filepicker", "bukti", multiple=True),
    one("textfield", "nama", rules={"required": True}, hide="=anonim = true"),
    one(
        "dynamiclist",
        "saksi",
        components=[one("textfield", "nama"), one("textfield", "peran")],
        marks={"alur:maxItems": "2"},
    ),
    {"type": "group", "hide": "", "components": [one("textfield", "dalam", rules={"required": True})]},
    {"type": "group", "path": "alamat", "components": [one("textfield", "kota")]},
)
SCHEMA = FORM.json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
GOOD: dict[str, Any] = {
    "judul": "Contoh",
    "nik": "1234",
    "jumlah": 3,
    "tanggal": "2026-01-05",
    "pukul": "08:30",
    "saat": "2026-01-05T08:30:00+07:00",
    "setuju": True,
    "anonim": False,
    "jenis": "a",
    "unit": "humas",
    "berkas": ["x"],
    "bukti": ["a.pdf"],
    "nama": "Sari",
    "saksi": [{"nama": "Budi"}],
    "dalam": "isi",
    "alamat": {"kota": "Kupang"},
}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["additionalProperties"] is False


def test_required_only_what_nothing_can_hide() -> None:
    assert SCHEMA["required"] == ["judul", "setuju", "jenis", "berkas", "dalam"]
    assert SCHEMA["properties"]["nama"]["description"] == (
        "Hidden, and then not submitted, when: anonim = true. Required when shown."
    )
    assert SCHEMA["properties"]["saksi"]["items"]["required"] == ["nama"]


def test_good_answers_fit_both() -> None:
    assert list(VALIDATOR.iter_errors(GOOD)) == []
    checked = FORM.validate(GOOD, {}, ENV)
    assert checked.errors == []
    assert list(VALIDATOR.iter_errors(checked.values)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"judul": "ab"}, {"judul": "x" * 11}, {"judul": None}, {"nik": "12"}, {"jumlah": 10},
        {"jumlah": 1.5}, {"tanggal": "5 Januari"}, {"pukul": "8.30"}, {"saat": "2026-01-05"},
        {"setuju": False}, {"anonim": "ya"}, {"jenis": "c"}, {"unit": 3}, {"berkas": []},
        {"berkas": ["x", "x"]}, {"bukti": [""]}, {"saksi": [{"peran": "p"}]},
        {"saksi": [{"nama": "a"}] * 3}, {"lain": 1}, {"alamat": {"desa": "x"}},
    ],
)  # fmt: skip
def test_bad_answers_fit_neither(change: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(GOOD | change))
    assert FORM.validate(GOOD | change, {}, ENV).errors


@pytest.mark.parametrize("key", SCHEMA["required"])
def test_missing_answers_fit_neither(key: str) -> None:
    less = {name: value for name, value in GOOD.items() if name != key}
    assert list(VALIDATOR.iter_errors(less))
    assert FORM.validate(less, {}, ENV).errors


texts = st.none() | st.text(max_size=12) | st.sampled_from(["1234", "a", "x", "2026-01-05", "08:30"])
loose = st.dictionaries(
    st.sampled_from(sorted(GOOD)),
    texts | st.booleans() | st.integers(-3, 12) | st.lists(texts, max_size=3),
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(loose)
def test_accepted_values_always_fit_the_schema(change: dict[str, Any]) -> None:
    checked = FORM.validate(GOOD | change, {}, ENV)
    if not checked.errors:
        assert list(VALIDATOR.iter_errors(checked.values)) == []
