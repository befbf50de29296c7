"""Forms without a script: what a page shows, what comes back, rows, errors."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import FileStorage, MultiDict

from engine import feel, form
from engine.errors import FieldError, msg
from engine.form import Option
from tests.web.pages import _Forms
from webapp import forms

ENV = feel.Environment(now=datetime(2026, 6, 2, tzinfo=UTC), zone=UTC)
DEFINITION: dict[str, Any] = {
    "type": "default",
    "id": "uji",
    "components": [
        {"type": "text", "id": "t", "text": "Isi dengan tenang."},
        {"type": "textfield", "key": "nama", "label": "Nama", "validate": {"required": True}},
        {"type": "textarea", "key": "cerita", "label": "Cerita", "description": "Apa adanya."},
        {"type": "number", "key": "jumlah", "label": "Jumlah"},
        {"type": "datetime", "key": "tanggal", "label": "Tanggal", "subtype": "date"},
        {"type": "checkbox", "key": "bahaya", "label": "Bahaya"},
        {
            "type": "radio",
            "key": "tingkat",
            "label": "Tingkat",
            "values": [{"label": "Satu", "value": 1}, {"label": "Dua", "value": 2}],
        },
        {
            "type": "select",
            "key": "pilihan",
            "label": "Pilihan",
            "values": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
            "conditional": {"hide": "=not(bahaya = true)"},
        },
        {
            "type": "checklist",
            "key": "daftar",
            "label": "Daftar",
            "values": [{"label": "X", "value": "x"}, {"label": "Y", "value": "y"}],
        },
        {"type": "taglist", "key": "unit", "label": "Unit", "properties": {"alur:options": "unit"}},
        {
            "type": "filepicker",
            "key": "bukti",
            "label": "Bukti",
            "multiple": True,
            "properties": {"alur:accept": "pdf,jpg"},
        },
        {
            "type": "dynamiclist",
            "path": "saksi",
            "id": "saksi",
            "label": "Saksi",
            "components": [
                {"type": "textfield", "key": "nama", "label": "Nama saksi", "validate": {"required": True}},
                {"type": "checkbox", "key": "melihat", "label": "Melihat sendiri"},
            ],
        },
        {
            "type": "group",
            "id": "alamat",
            "label": "Alamat",
            "components": [{"type": "textfield", "key": "kota", "label": "Kota"}],
        },
    ],
}
SHOWN = "nama cerita jumlah tanggal bahaya tingkat pilihan daftar unit bukti saksi kota"


@pytest.fixture(scope="module")
def definition() -> form.Form:
    return form.load(DEFINITION)


def draw(app: Flask, definition: form.Form, answers: dict[str, Any], **more: Any) -> str:
    """The fields as HTML."""
    visible = definition.visible(answers, {}, ENV)
    with app.test_request_context("/"):
        view = forms.view(definition, answers, visible, **more)
        return render_template_string(
            '{% from "macros/fields.html" import fields %}<form>{{ fields(view) }}</form>', view=view
        )


def fields_of(html: str) -> dict[str, list[str]]:
    """What a browser would send for this page."""
    parser = _Forms()
    parser.feed(html)
    found: dict[str, list[str]] = parser.forms[0]["fields"]
    return found


def read(definition: form.Form, **values: Any) -> forms.Submitted:
    given = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    return forms.read(definition, MultiDict({"_tampil": [SHOWN], **given}))


def test_what_is_drawn_comes_back_as_it_was(app: Flask, definition: form.Form) -> None:
    answers = {
        "nama": 'Sari "S" <b>',
        "cerita": "baris satu\nbaris dua",
        "jumlah": 12,
        "tanggal": "2026-05-30",
        "bahaya": True,
        "tingkat": 2,
        "pilihan": "b",
        "daftar": ["x", "y"],
        "bukti": ["01KT30Y9803GQ8G0MFKRKJZ1PR"],
        "saksi": [{"nama": "Budi", "melihat": True}, {"nama": "Ani", "melihat": False}],
        "kota": "Contoh",
    }
    html = draw(app, definition, answers)
    assert "<b>" not in html and "Isi dengan tenang." in html
    back = forms.read(
        definition, MultiDict([(name, one) for name, many in fields_of(html).items() for one in many])
    )
    checked = definition.validate(back.answers, {}, ENV)
    assert checked.errors == []
    assert {key: value for key, value in checked.values.items() if key != "unit"} == answers


def test_only_fields_of_the_page_are_read(definition: form.Form) -> None:
    found = forms.read(definition, MultiDict({"_tampil": "nama", "nama": "Sari", "kota": "Contoh"}))
    assert found.answers == {"nama": "Sari"}
    assert forms.read(definition, MultiDict({"nama": "Sari"})).answers == {}


def test_an_unticked_box_on_the_page_is_an_answer(definition: form.Form) -> None:
    assert read(definition).answers == {"bahaya": False}
    assert read(definition, bahaya="true").answers["bahaya"] is True


def test_line_ends_and_margins_are_tidied(definition: form.Form) -> None:
    assert read(definition, cerita="  satu\r\ndua \r\n").answers["cerita"] == "satu\ndua"


def test_an_open_list_is_typed_one_a_line_and_chosen_where_options_are_known(
    app: Flask, definition: form.Form
) -> None:
    assert read(definition, unit="humas\r\n\r\n itjen ").answers["unit"] == ["humas", "itjen"]
    html = draw(app, definition, {"unit": ["itjen"]}, options={"unit": [Option("itjen", "Inspektorat")]})
    assert fields_of(html)["unit"] == ["itjen"] and "Inspektorat" in html


def test_conditions_hide_and_mark_what_decides(app: Flask, definition: form.Form) -> None:
    hidden, shown = draw(app, definition, {}), draw(app, definition, {"bahaya": True})
    assert 'name="pilihan"' not in hidden and 'name="pilihan"' in shown
    assert "pilihan" not in fields_of(hidden)["_tampil"][0].split()
    box = hidden[hidden.index('id="f-bahaya"') :].split(">")[0]
    assert "data-decides" in box
    assert hidden.count("data-decides") == 1


def test_rows_are_added_and_dropped_without_a_script(definition: form.Form) -> None:
    rows = {"saksi[0].nama": "Budi", "saksi[1].nama": "Ani", "saksi[2]._": ""}
    added = read(definition, **rows, _tambah="saksi")
    assert added.editing
    assert [row.get("nama") for row in added.answers["saksi"]] == ["Budi", "Ani", None, None]
    dropped = read(definition, **rows, _hapus="saksi[0]")
    assert dropped.editing
    assert [row.get("nama") for row in dropped.answers["saksi"]] == ["Ani", None]
    assert not read(definition, **rows).editing
    assert "nama" not in read(definition, _tambah="nama").answers
    assert "lain" not in read(definition, _tambah="lain", _hapus="lain[0]").answers


def test_rows_do_not_grow_without_end(definition: form.Form) -> None:
    many = {f"saksi[{number}].nama": "A" for number in range(60)}
    assert len(read(definition, **many, _tambah="saksi").answers["saksi"]) == 60


def test_files_are_read_by_field_and_empty_ones_are_none(definition: form.Form) -> None:
    files = MultiDict(
        [
            ("bukti", FileStorage(io.BytesIO(b"x"), "a.pdf")),
            ("bukti", FileStorage(io.BytesIO(b""), "")),
            ("lain", FileStorage(io.BytesIO(b"x"), "b.pdf")),
        ]
    )
    found = forms.read(definition, MultiDict({"_tampil": SHOWN}), files)
    assert {key: [file.filename for file in sent] for key, sent in found.files.items()} == {
        "bukti": ["a.pdf"]
    }


def test_errors_stand_above_their_input_and_in_the_summary(app: Flask, definition: form.Form) -> None:
    faults = [
        FieldError("tingkat", msg("Choose one.")),
        FieldError("saksi[1].nama", msg("Write a name.")),
        FieldError("lain", msg("Unknown.")),
    ]
    answers = {"saksi": [{"nama": "Budi"}, {}]}
    html = draw(app, definition, answers, errors=faults)
    problem, box = html.index('id="f-saksi-1-nama-error"'), html.index('id="f-saksi-1-nama"')
    assert problem < box
    assert 'aria-describedby="f-saksi-1-nama-error" aria-invalid="true"' in html
    with app.test_request_context("/"):
        view = forms.view(definition, answers, definition.visible(answers, {}, ENV), errors=faults)
    assert [each["id"] for each in view.errors] == ["f-tingkat-1", "f-saksi-1-nama", ""]
    ids = set(html.split('id="')[1:])
    assert all(any(one.startswith(f'{each["id"]}"') for one in ids) for each in view.errors if each["id"])


def test_every_control_has_a_label_and_ids_are_unique(app: Flask, definition: form.Form) -> None:
    html = draw(app, definition, {"bahaya": True, "saksi": [{}, {}]})
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    labelled = {part.split('"')[0] for part in html.split('for="')[1:]}
    controls = [each for each in ids if not each.endswith(("-hint", "-error"))]
    assert {each for each in controls if each not in labelled} == {"f-saksi"}


def test_required_is_the_rule_and_optional_is_said(app: Flask, definition: form.Form) -> None:
    html = draw(app, definition, {})
    assert '<label for="f-nama">Nama</label>' in html
    assert '<label for="f-cerita">Cerita <span class="optional">(opsional)</span></label>' in html


ALL = sorted((Path(__file__).parents[2] / "forms").glob("*/*.json"))


def test_every_form_of_the_repository_is_drawn_whole(app: Flask) -> None:
    """Each visible field once, with ids of its own, under a name that is read back."""
    assert len(ALL) > 100
    for path in ALL:
        found = form.load(path.read_bytes())
        html = draw(app, found, found.defaults())
        ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
        assert len(ids) == len(set(ids)), path
        given = fields_of(html)
        shown = set(given["_tampil"][0].split())
        assert shown == {each.key for each in found.inputs} & found.visible(found.defaults(), {}, ENV), path
        assert all(f'data-q="{key}"' in html for key in shown), path
        back = forms.read(found, MultiDict(given))
        faults = found.validate(back.answers, {}, ENV).errors
        assert not [each for each in faults if "has no field" in str(each.message)], path
