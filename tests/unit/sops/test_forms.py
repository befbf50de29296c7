"""Every form loads, belongs to a step, and asks in words that people understand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import feel, form
from tests.unit.sops import repository as repo

FILES = sorted(repo.FORMS.glob("*/*.json"))
INTAKE = [f for f in FILES if f.stem.endswith("_laporan") and not f.stem.startswith(("t", "kt", "mt"))]
ENV = feel.Environment(now=datetime(2026, 6, 2, 2, tzinfo=UTC), zone=ZoneInfo("Asia/Jakarta"))
IDS = [f"{f.parent.name}/{f.stem}" for f in FILES]
BY_FORM = pytest.mark.parametrize("file", FILES, ids=IDS)
BY_INTAKE = pytest.mark.parametrize("file", INTAKE, ids=[f.stem for f in INTAKE])
COMMON = {
    "jenis_laporan": "pengaduan",
    "judul": "Contoh laporan",
    "isi_laporan": "Uraian contoh yang cukup panjang untuk diperiksa.",
    "anonim": False,
    "rahasia": False,
    "pelapor_nama": "Sari Contohwati",
    "pelapor_kontak": "sari@contoh.example",
    "setuju_pdp": True,
    "kanal": "web",
}


def _options(file: Path, key: str) -> list[str]:
    (found,) = [c for c in repo.components(file) if c.get("key") == key]
    return [option["value"] for option in found["values"]]


@BY_FORM
def test_it_loads_under_its_own_name(file: Path) -> None:
    loaded = form.load(file.read_bytes())
    assert loaded.id == file.stem
    assert loaded.inputs
    raw = json.loads(file.read_bytes())
    assert (raw["type"], raw["schemaVersion"], raw["exporter"]["name"]) == ("default", 18, "Alur")


@BY_FORM
def test_component_ids_are_unique(file: Path) -> None:
    ids = [c["id"] for c in repo.components(file)]
    assert len(ids) == len(set(ids))


@BY_FORM
def test_labels_are_words_and_conditions_are_negated(file: Path) -> None:
    for each in repo.components(file):
        label = each.get("label") or each["dateLabel"]
        assert "_" not in label and label[0].isupper(), each
        assert all("_" not in option["label"] for option in each.get("values", [])), each["id"]
        if "conditional" in each:
            assert each["conditional"]["hide"].startswith("=not("), each["id"]


@BY_FORM
def test_a_choice_has_options_or_says_where_they_come_from(file: Path) -> None:
    for each in repo.components(file):
        if each["type"] in ("select", "radio", "checklist", "taglist"):
            source = each.get("properties", {}).get("alur:options")
            assert bool(each.get("values")) != bool(source), each["id"]
            assert source in (None, "unit", "instansi", "orang", "duplikat", "kandidat")


@BY_FORM
def test_files_are_limited(file: Path) -> None:
    for each in repo.components(file):
        if each["type"] == "filepicker":
            given = each["properties"]
            assert 1 <= int(given["alur:maxFiles"]) <= 10 and int(given["alur:maxSize"]) == 10
            assert each["accept"] == ",".join("." + end for end in given["alur:accept"].split(","))


def test_every_form_is_used_by_a_step_or_a_message() -> None:
    used = {repo.FORMS / "bersama" / "bersama_eskalasi.json"}
    for package in repo.packages():
        ids = repo.find(package.diagram, "//zeebe:formDefinition/@formId")
        ids += [section["formulir"] for section in package.sop.get("pesan", {}).values()]
        used |= {package.form(form_id) for form_id in ids}
    assert set(FILES) == used


def test_there_is_one_intake_form_for_each_agency() -> None:
    assert {f.parent.name: f.stem for f in INTAKE} == {
        "sp4n_umum": "umum_laporan",
        "kemenkumham": "kh_laporan",
        "kemenkes": "ks_laporan",
        "kemendikbud": "pd_laporan",
        "mahkamah_agung": "ma_laporan",
        "kejaksaan_agung": "kj_laporan",
        "bpom": "bp_laporan",
    }


@BY_INTAKE
def test_intake_is_four_steps_from_the_way_of_reporting_to_consent(file: Path) -> None:
    groups = json.loads(file.read_bytes())["components"]
    assert [g["type"] for g in groups] == ["group"] * 4
    assert all("path" not in g for g in groups)
    first = [c["key"] for c in groups[0]["components"]]
    assert groups[0]["label"] == "Cara melapor" and first == ["jenis_laporan", "anonim", "rahasia", "kanal"]
    assert groups[-1]["components"][-1]["key"] == "setuju_pdp"
    last = {c.get("key") for c in groups[-1]["components"]}
    assert {"pelapor_nama", "pelapor_kontak", "pelapor_nik", "lampiran"} <= last


@BY_INTAKE
def test_intake_knows_the_reporter_s_identity_and_the_two_flags(file: Path) -> None:
    loaded = form.load(file.read_bytes())
    assert {"pelapor_nama", "pelapor_kontak", "pelapor_nik"} <= loaded.reporter_keys()
    assert loaded.flags() == {"anonim": "anonim", "rahasia": "rahasia"}
    assert loaded.defaults()["kanal"] == "web"


@BY_INTAKE
def test_an_anonymous_report_is_taken_without_a_name_and_keeps_none(file: Path) -> None:
    answers = {**COMMON, "kategori": _options(file, "kategori")[0], "anonim": True}
    visible = form.load(file.read_bytes()).visible(answers, {}, ENV)
    assert not {"pelapor_nama", "pelapor_kontak", "pelapor_nik"} & visible
    named = form.load(file.read_bytes()).visible({**answers, "anonim": False}, {}, ENV)
    assert {"pelapor_nama", "pelapor_kontak", "pelapor_nik"} <= named


@BY_INTAKE
def test_consent_and_a_readable_story_are_demanded(file: Path) -> None:
    loaded = form.load(file.read_bytes())
    answers = {
        **COMMON,
        "kategori": _options(file, "kategori")[0],
        "setuju_pdp": False,
        "isi_laporan": "pendek",
    }
    faults = {error.key for error in loaded.validate(answers, {}, ENV).errors}
    assert {"setuju_pdp", "isi_laporan"} <= faults
    assert not {"judul", "pelapor_nama", "pelapor_kontak"} & faults
