"""Reading definitions: generous with layout, strict with what could never work, all faults at once."""

import json
from typing import Any

import pytest

from engine import form
from engine.form import FormError, Option
from tests.unit.form.helpers import ENV, of, one, options


def told(*components: Any) -> list[tuple[str, str]]:
    with pytest.raises(FormError) as caught:
        of(*components)
    return [(fault.key, str(fault.message)) for fault in caught.value.findings]


def test_a_form_as_the_editor_writes_it() -> None:
    exported = {
        "schemaVersion": 18,
        "type": "default",
        "id": "sp_laporan",
        "exporter": {"name": "form-js (https://demo.bpmn.io)", "version": "1.15.0"},
        "executionPlatform": "Camunda Cloud",
        "components": [
            {
                "type": "html",
                "id": "H1",
                "content": "<b>Halo</b>",
                "layout": {"row": "Row_1", "columns": None},
            },
            {"type": "spacer", "id": "S1", "height": 60},
            {
                "type": "textfield",
                "id": "F1",
                "key": "judul",
                "label": "Judul",
                "description": "Singkat saja",
                "layout": {"row": "Row_2"},
                "appearance": {"prefixAdorner": "-"},
                "validate": {"required": True, "maxLength": "150"},
                "defaultValue": "Laporan",
                "properties": {"alur:visibleTo": "penangan, pelapor", "lain": "boleh"},
            },
            {"type": "button", "id": "B1", "action": "submit", "label": "Kirim"},
        ],
    }
    read = form.load(json.dumps(exported).encode())
    assert read.id == "sp_laporan"
    assert [field.type for field in read.fields] == ["html", "spacer", "textfield", "button"]
    assert read.fields[0].text == "<b>Halo</b>"
    title = read.field("judul")
    assert title is not None
    assert (title.label, title.description, title.required) == ("Judul", "Singkat saja", True)
    assert title.validate.longest == 150
    assert title.visible_to == ("penangan", "pelapor")
    assert read.defaults() == {"judul": "Laporan"}


def test_what_the_pages_ask_of_a_form() -> None:
    read = of(
        one("checkbox", "anonim", marks={"alur:flag": "anonim"}),
        one("checkbox", "rahasia", marks={"alur:flag": "rahasia"}),
        one(
            "textfield", "nama", marks={"alur:personal": "ya", "alur:reporter": "true", "alur:visibleTo": "a"}
        ),
        one("textarea", "diagnosis", marks={"alur:personal": "kesehatan"}),
        one(
            "dynamiclist",
            "saksi",
            components=[one("textfield", "nama", marks={"alur:personal": "ya"}), one("textfield", "peran")],
        ),
        one(
            "filepicker",
            "bukti",
            marks={"alur:accept": "pdf, .JPG", "alur:maxSize": "10", "alur:maxFiles": "5"},
        ),
        one("select", "unit", marks={"alur:options": "unit"}),
        one("select", "induk", valuesKey="calon"),
        one("select", "nomor", valuesExpression="=[1, 2]"),
        one("radio", "yakin", values=options("ya", "tidak"), marks={"alur:boolean": "true"}),
    )
    assert read.flags() == {"anonim": "anonim", "rahasia": "rahasia"}
    assert read.personal_keys() == {"nama": "ya", "diagnosis": "kesehatan", "saksi": "ya"}
    assert read.reporter_keys() == {"nama"}
    assert read.visible_to("nama") == ("a",)
    assert read.visible_to("tidak_ada") == ()
    assert read.dynamic() == {"unit": "unit"}
    (files,) = read.files()
    assert (files.accept, files.validate.megabytes, files.validate.most) == (("pdf", "jpg"), 10, 5)
    context = {"calon": [{"label": "Laporan 1", "value": "L1"}, "L2", {"label": "tanpa nilai"}]}
    assert read.choices(context, ENV) == {
        "induk": (Option("L1", "Laporan 1"), Option("L2", "L2")),
        "nomor": (Option(1, "1"), Option(2, "2")),
    }
    yes = read.field("yakin")
    assert yes is not None
    assert yes.options == (Option("ya", "Ya"), Option("tidak", "Tidak"))
    assert yes.properties["alur:boolean"] == "true"


@pytest.mark.parametrize(
    ("component", "says"),
    [
        ({"type": "textfield", "id": "F1"}, "has no key"),
        (one("textfield", "typename"), "reserved"),
        (one("textfield", "nama lengkap"), "letters, digits and underscores"),
        (one("textfield", "a.b"), "letters, digits and underscores"),
        (one("hologram"), "hologram is not supported"),
        (one("select"), "has no options"),
        (one("radio", values=[]), "has no options"),
        (one("radio", values=options("a", "a")), "same value"),
        (one("radio", values=[{"label": "kosong"}]), "no value"),
        (one("radio", values="a,b"), "reasonable length"),
        (one("textfield", rules={"maxLength": "banyak"}), "maxLength must be a number"),
        (one("textfield", rules={"maxLength": -1}), "whole number"),
        (one("textfield", rules={"minLength": 5, "maxLength": 2}), "exceeds"),
        (one("number", rules={"min": True}), "min must be a number"),
        (one("number", rules={"min": "=batas"}), "min must be a number"),
        (one("number", decimalDigits=1.5), "whole number"),
        (one("textfield", rules="wajib"), "must be an object"),
        (one("textfield", rules={"pattern": "(a+)+$"}), "could take for ever"),
        (one("textfield", rules={"pattern": "["}), "opening bracket"),
        (one("datetime", subtype="minggu"), "not minggu"),
        (one("textfield", hide="=kelas = "), "cannot be read"),
        (one("textfield", hide=["x"]), "must be an expression"),
        (one("expression"), "has no expression"),
        (one("expression", expression="= 1 +"), "cannot be read"),
        (one("textfield") | {"conditional": "x"}, "hide expression"),
        (one("textfield", marks=["x"]), "properties must be an object"),
        (one("textfield", marks={"alur:personal": "rahasia"}), "alur:personal must be one of"),
        (one("checkbox", marks={"alur:flag": "penting"}), "alur:flag must be one of"),
        (one("filepicker", marks={"alur:maxSize": "10 MB"}), "alur:maxSize must be a number"),
        (one("dynamiclist", components=[]), "at least one field"),
        ({"type": "group", "components": "x"}, "Components must be a list"),
        ("textfield", "has no type"),
    ],
)
def test_faults(component: Any, says: str) -> None:
    faults = told(component)
    assert len(faults) == 1
    assert says in faults[0][1]


def test_every_fault_is_told_at_once() -> None:
    faults = told(
        one("textfield", "a", hide="=("),
        one("textfield", "a"),
        {"type": "group", "components": [one("textfield", "b c"), one("hologram", "d")]},
        one("dynamiclist", "l", components=[one("textfield", "x"), one("textfield", "x")]),
    )
    assert [key for key, _ in faults] == ["a", "b c", "d", "x", "a"]


def test_the_same_key_may_stand_at_two_levels() -> None:
    of(one("textfield", "nama"), one("dynamiclist", "saksi", components=[one("textfield", "nama")]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'"x"',
        b'{"components": 3}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b" " * 1_000_001,
        b"\xff",
    ],
)
def test_what_is_no_form(data: bytes) -> None:
    with pytest.raises(FormError):
        form.load(data)


def test_bounds() -> None:
    deep: dict[str, Any] = one("textfield")
    for _ in range(12):
        deep = {"type": "group", "components": [deep]}
    assert any("levels deep" in text for _, text in told(deep))
    many = told(*(one("textfield", f"f{n}") for n in range(600)))
    assert many == [("", "The form has more than 500 components.")]


def test_a_date_field_is_called_by_its_own_label() -> None:
    date = {"type": "datetime", "subtype": "date", "key": "tanggal", "dateLabel": "Kapan terjadi?"}
    time = {"type": "datetime", "subtype": "time", "key": "jam", "timeLabel": "Jam berapa?"}
    labels = [each.label for each in form.load({"id": "f", "components": [date, time]}).inputs]
    assert labels == ["Kapan terjadi?", "Jam berapa?"]
