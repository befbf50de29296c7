"""Whole forms: visibility, lists, groups, unknown keys; every fault at once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import form
from tests.unit.form.helpers import ENV, faults, of, one, options

VERIFY = of(
    one("radio", "hasil", values=options("lengkap", "duplikat", "tidak_layak"), rules={"required": True}),
    one("textarea", "alasan", rules={"required": True}, hide='=not(not(hasil = "lengkap"))'),
    one(
        "select", "induk", values=options("A", "B"), rules={"required": True}, hide='=not(hasil = "duplikat")'
    ),
)
WITNESSES = of(
    one(
        "dynamiclist",
        "saksi",
        path="saksi",
        marks={"alur:minItems": "1", "alur:maxItems": "3"},
        components=[
            one("textfield", "nama", rules={"maxLength": 20}),
            one("textfield", "kontak", marks={"alur:contact": "true"}),
            one("textfield", "alasan", rules={"required": True}, hide="=not(kontak = null)"),
        ],
    )
)


def test_hidden_fields_are_dropped_and_not_required() -> None:
    checked = VERIFY.validate({"hasil": "lengkap", "alasan": "ikut", "induk": "salah"}, {}, ENV)
    assert checked == form.Checked({"hasil": "lengkap"}, [])


def test_visible_required_fields_are_all_named() -> None:
    assert faults(VERIFY.validate({"hasil": "duplikat"}, {}, ENV)) == {
        "alasan": "Fill in Alasan.",
        "induk": "Choose Induk.",
    }
    assert faults(VERIFY.validate({}, {}, ENV)) == {"hasil": "Choose Hasil.", "alasan": "Fill in Alasan."}


def test_visible() -> None:
    assert VERIFY.visible({"hasil": "duplikat"}, {}, ENV) == {"hasil", "alasan", "induk"}
    assert VERIFY.visible({"hasil": "lengkap"}, {}, ENV) == {"hasil"}
    assert VERIFY.visible({"hasil": "tidak ada itu"}, {}, ENV) == {"hasil", "alasan"}


def test_a_hidden_field_is_null_to_later_conditions() -> None:
    chain = of(
        one("checkbox", "a"),
        one("textfield", "b", hide="=not(a = true)"),
        one("textfield", "c", hide="=b = null"),
        one("textfield", "d", hide="=c = null", rules={"required": True}),
    )
    everything = {"a": False, "b": "x", "c": "y", "d": "z"}
    assert chain.validate(everything, {}, ENV) == form.Checked({"a": False}, [])
    assert chain.validate(everything | {"a": True}, {}, ENV).values == everything | {"a": True}


def test_conditions_may_look_at_later_fields_and_never_loop() -> None:
    later = of(one("textfield", "a", hide='=b = "x"'), one("textfield", "b"))
    assert later.visible({"a": "1", "b": "x"}, {}, ENV) == {"b"}
    paradox = of(one("textfield", "a", hide="=not(b = null)"), one("textfield", "b", hide="=a = null"))
    assert paradox.visible({"a": "1", "b": "2"}, {}, ENV) == {"a", "b"}


def test_conditions_see_the_context_but_the_answers_come_first() -> None:
    both = of(
        one("textfield", "ringkasan", hide="=laporan.rahasia = true"),
        one("checkbox", "anonim"),
        one("textfield", "nama", hide="=anonim = true"),
    )
    assert both.visible({}, {"laporan": {"rahasia": True}, "anonim": True}, ENV) == {"anonim", "nama"}
    assert both.visible({}, {"laporan": {"rahasia": False}}, ENV) == {"ringkasan", "anonim", "nama"}


def test_a_condition_that_fails_shows() -> None:
    assert of(one("textfield", hide='=1 + "a"')).visible({}, {}, ENV) == {"isian"}
    assert of(one("textfield", hide=True)).visible({}, {}, ENV) == set()


def test_groups_hide_what_is_in_them() -> None:
    grouped = of(
        one("checkbox", "anonim"),
        {
            "type": "group",
            "id": "Group_1",
            "label": "Identitas",
            "conditional": {"hide": "=anonim = true"},
            "components": [
                {"type": "text", "id": "Text_1", "text": "Data Anda"},
                one("textfield", "nama", rules={"required": True}),
            ],
        },
        one("textfield", "sapaan", hide="=nama = null"),
    )
    assert grouped.visible({"nama": "Sari"}, {}, ENV) == {"anonim", "Group_1", "Text_1", "nama", "sapaan"}
    hidden = {"anonim": True, "nama": "Sari", "sapaan": "Ibu"}
    assert grouped.visible(hidden, {}, ENV) == {"anonim"}
    assert grouped.validate(hidden, {}, ENV) == form.Checked({"anonim": True}, [])
    assert [each.key for each in grouped.inputs] == ["anonim", "nama", "sapaan"]


def test_a_group_with_a_path_is_an_object() -> None:
    nested = of(
        {
            "type": "group",
            "path": "alamat",
            "label": "Alamat",
            "components": [one("textfield", "kota", rules={"required": True}), one("textfield", "pos")],
        },
    )
    assert nested.validate({"alamat": {"kota": "Kupang"}}, {}, ENV).values == {
        "alamat": {"kota": "Kupang", "pos": None}
    }
    assert faults(nested.validate({"alamat": {"desa": "x"}}, {}, ENV)) == {
        "alamat.desa": "The form has no field desa.",
        "alamat.kota": "Fill in Kota.",
    }
    assert faults(nested.validate({"alamat": "Kupang"}, {}, ENV)) == {
        "alamat": "Alamat must be made of its fields."
    }


def test_items_of_a_list() -> None:
    answers = {"saksi": [{"nama": "Sari", "kontak": "0812345678"}, {"nama": "", "kontak": None}, None]}
    checked = WITNESSES.validate(answers, {}, ENV)
    assert checked == form.Checked({"saksi": [{"nama": "Sari", "kontak": "0812345678"}]}, [])


def test_faults_in_items_are_named_by_their_path() -> None:
    answers = {
        "saksi": [
            {"kontak": "0812345678"},
            {"nama": "x" * 21, "kontak": "salah"},
            {"nama": "Budi"},
        ]
    }
    assert faults(WITNESSES.validate(answers, {}, ENV)) == {
        "saksi[0].nama": "Fill in Nama.",
        "saksi[1].nama": "Nama may have at most 20 characters; it has 21.",
        "saksi[1].kontak": "Kontak must be a telephone number or an e-mail address.",
        "saksi[1].alasan": "Fill in Alasan.",
        "saksi[2].alasan": "Fill in Alasan.",
    }


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "Fill in Saksi."),
        (None, "Fill in Saksi."),
        ([{"nama": str(n)} for n in range(4)], "Saksi may have at most 3."),
        ([{"nama": str(n)} for n in range(4000)], "Saksi may have at most 3."),
        (["Sari"], "Saksi must be made of its fields."),
        ("Sari", "Saksi must be a list."),
    ],
)
def test_lists_that_are_refused(rows: Any, says: str) -> None:
    assert faults(WITNESSES.validate({"saksi": rows}, {}, ENV)) == {"saksi": says}


def test_unknown_and_reserved_keys() -> None:
    free = of(one("textfield"))
    assert faults(free.validate({"lain": 1, "typename": "datetime", "a\x00b": 2}, {}, ENV)) == {
        "lain": "The form has no field lain.",
        "typename": "The form has no field typename.",
        "a?b": "The form has no field a?b.",
    }
    assert len(free.validate({str(n): n for n in range(10_000)}, {}, ENV).errors) == 50


@pytest.mark.parametrize("answers", [None, [], "x", 3])
def test_answers_that_are_no_object(answers: Any) -> None:
    assert free_errors(answers) == [("", "The answers must be an object of fields.")]


def free_errors(answers: Any) -> list[tuple[str, str]]:
    return [(e.key, str(e.message)) for e in of(one("textfield")).validate(answers, {}, ENV).errors]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
keys = st.sampled_from(["hasil", "alasan", "induk", "saksi", "nama", "typename", ""])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(keys | st.text(max_size=5), json_values, max_size=6))
def test_no_answer_breaks_the_check(answers: dict[str, Any]) -> None:
    for each in (VERIFY, WITNESSES):
        checked = each.validate(answers, {}, ENV)
        known = {field.key for field in each.inputs}
        assert set(checked.values) <= known
        assert {key for key in answers if key not in known and key.isprintable() and key} <= {
            error.key for error in checked.errors
        }
        assert each.visible(answers, {}, ENV) <= known


TOTAL = one("expression", "total", expression="= jumlah * harga")


def test_a_computed_field_holds_what_its_expression_gives() -> None:
    form = of(one("number", "jumlah"), one("number", "harga"), TOTAL)
    checked = form.validate({"jumlah": 3, "harga": 2.5, "total": 1_000_000}, {}, ENV)
    assert checked.values == {"jumlah": 3, "harga": 2.5, "total": 7.5}
    assert not checked.errors
    assert form.validate({"jumlah": 3}, {}, ENV).values["total"] is None
    assert not form.validate({}, {}, ENV).errors


def test_conditions_see_what_was_computed() -> None:
    form = of(
        one("number", "jumlah"),
        one("number", "harga"),
        TOTAL,
        one("textfield", "alasan", hide="= total < 10"),
    )
    assert "alasan" not in form.visible({"jumlah": 2, "harga": 3}, {}, ENV)
    assert "alasan" in form.visible({"jumlah": 4, "harga": 3}, {}, ENV)


def test_each_row_computes_its_own_and_a_hidden_one_none() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "barang",
        "components": [one("number", "jumlah"), one("number", "harga"), TOTAL],
    }
    hidden = one("expression", "lain", expression="= 1", hide="= true")
    sum_ = one("expression", "semua", expression="= count(barang)")
    values = (
        of(rows, hidden, sum_)
        .validate({"barang": [{"jumlah": 2, "harga": 3}, {"jumlah": 1}]}, {}, ENV)
        .values
    )
    assert [row["total"] for row in values["barang"]] == [6, None]
    assert values["semua"] == 2
    assert "lain" not in values


def test_what_is_computed_from_personal_data_is_personal() -> None:
    name = one("textfield", "nama", marks={"alur:personal": "ya"})
    form = of(name, one("expression", "sapaan", expression='= "Yth. " + nama'))
    assert form.personal_keys() == {"nama": "ya", "sapaan": "ya"}
