"""The decision tables decide as the SOPs say; the rows that carry a safety or legal rule are named here."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import dmn, feel
from tests.unit.sops import repository as repo

ENV = feel.Environment(now=datetime(2026, 1, 15, 2, tzinfo=UTC), zone=ZoneInfo("Asia/Jakarta"))
WITH_TABLES = [p for p in repo.packages() if p.decisions]


def decide(process: str, decision: str, **context: Any) -> Any:
    (package,) = [p for p in WITH_TABLES if p.process == process]
    library = dmn.Library([dmn.load(f.read_bytes(), f.name) for f in package.decisions])
    given = {name: feel.from_json(value) for name, value in context.items()}
    return feel.to_json(library.evaluate(decision, given, ENV))


@pytest.mark.parametrize("package", WITH_TABLES, ids=lambda p: p.process)
def test_every_model_loads_and_is_drawn(package: repo.Package) -> None:
    for file in package.decisions:
        assert dmn.load(file.read_bytes(), file.name)
        root = repo.parsed(file)
        drawn = repo.find(root, "//dmndi:DMNShape/@dmnElementRef")
        assert sorted(drawn) == sorted(repo.find(root, "/*/dmn:decision/@id | /*/dmn:inputData/@id"))
        edges = repo.find(root, "//dmndi:DMNEdge/@dmnElementRef")
        assert sorted(edges) == sorted(repo.find(root, "//dmn:informationRequirement/@id"))


@pytest.mark.parametrize("package", WITH_TABLES, ids=lambda p: p.process)
def test_ids_are_unique_and_rules_have_a_cell_for_each_column(package: repo.Package) -> None:
    for file in package.decisions:
        root = repo.parsed(file)
        ids = repo.find(root, "//@id")
        assert len(ids) == len(set(ids))
        for table in repo.find(root, "//dmn:decisionTable"):
            columns = (len(repo.find(table, "dmn:input")), len(repo.find(table, "dmn:output")))
            for rule in repo.find(table, "dmn:rule"):
                cells = (len(repo.find(rule, "dmn:inputEntry")), len(repo.find(rule, "dmn:outputEntry")))
                assert cells == columns, rule.get("id")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"jenis_laporan": "pengaduan", "bahaya": True, "kategori": "saran"}, ("darurat", 14, "segera")),
        ({"jenis_laporan": "pengaduan", "kategori": "pungutan_liar"}, ("berkadar", 60, "tinggi")),
        ({"jenis_laporan": "permintaan_informasi", "kategori": "layanan"}, ("informasi", 5, "biasa")),
        ({"jenis_laporan": "pengaduan", "kategori": "layanan"}, ("tidak_berkadar", 14, "biasa")),
    ],
)
def test_sp4n_class_limit_and_priority(given: dict[str, Any], wanted: tuple[Any, ...]) -> None:
    found = decide("sp4n_umum", "umum_klasifikasi", **given)
    assert (found["kelas"], found["batas_hk"], found["prioritas"]) == wanted


def test_sp4n_points_add_up() -> None:
    points = {"kanal": "sp4n_lapor", "jumlah_serupa": 3, "umur_hk": 4}
    assert decide("sp4n_umum", "umum_prioritas_poin", kelas="darurat", **points) == 80
    nothing = decide("sp4n_umum", "umum_prioritas_poin", kelas="aspirasi", jumlah_serupa=0, umur_hk=0)
    assert nothing in (0, None)


def test_sp4n_missing_parts_are_listed_for_complaints_only() -> None:
    assert decide("sp4n_umum", "umum_kelengkapan", jenis_laporan="aspirasi") == []
    missing = decide("sp4n_umum", "umum_kelengkapan", jenis_laporan="pengaduan")
    assert missing == ["unit layanan", "waktu kejadian"]


@pytest.mark.parametrize(
    ("given", "tier"),
    [
        ({"kelas": "berkadar", "jenis_upt": "lapas"}, 3),
        ({"kelas": "tidak_berkadar", "jenis_upt": "lapas", "jabatan_terlapor": "kepala_upt"}, 2),
        ({"kelas": "tidak_berkadar", "jenis_upt": "kanwil", "jabatan_terlapor": "kepala_kanwil"}, 3),
        ({"kelas": "tidak_berkadar", "jenis_upt": "kanim"}, 1),
    ],
)
def test_kemenkumham_keeps_a_report_away_from_the_accused(given: dict[str, Any], tier: int) -> None:
    assert decide("kemenkumham_lapdu", "kh_tingkat", **given)["tingkat"] == tier


def test_kemenkes_graph_gives_class_path_unit_and_both_limits() -> None:
    given = {"jenis_laporan": "pengaduan", "pemilik_fasilitas": "kemenkes", "kanal": "telepon"}
    found = decide("kemenkes_dumas", "ks_klasifikasi_jalur_batas", kategori="kkn", **given)
    assert found == {
        "kelas": "berkadar",
        "jalur": "itjen",
        "unit_eselon1": "itjen",
        "batas_hk": 60,
        "batas_internal_hk": 75,
    }


def test_kemendikbud_missing_papers_and_late_reports() -> None:
    papers = {"ada_ktp": True, "ada_kuasa": False, "ada_akta": False, "ada_bukti": True}
    given = {"jenis_laporan": "pengaduan", "pelapor_sebagai": "lembaga", "selisih_hari": 31, **papers}
    found = decide("kemendikbud_ult", "pd_kelengkapan_waktu", **given)
    assert found["kekurangan"] == ["surat kuasa bermeterai", "salinan akta pendirian"]
    assert found["status_waktu"] == "lewat_waktu"
    path = decide(
        "kemendikbud_ult", "pd_klasifikasi_jalur", kategori="sarana", jenjang="sd", jenis_laporan="pengaduan"
    )
    assert path == {"kelas": "tidak_berkadar", "jalur": "daerah", "unit_tujuan": "dinas_kabupaten_kota"}


@pytest.mark.parametrize("identity", [True, False])
def test_mahkamah_agung_identity_does_not_matter_when_the_substance_is_adequate(identity: bool) -> None:
    given = {"kategori": "disiplin", "ada_serupa": False, "masih_bekerja": True, "substansi": "memadai"}
    assert decide("ma_siwas", "ma_hasil_telaah", identitas_jelas=identity, **given) == "periksa"


def test_kejaksaan_joins_kind_and_level() -> None:
    given = {"jenis_laporan": "pengaduan", "kategori": "pemerasan", "satuan_kerja_tingkat": "kejari"}
    found = decide("kejaksaan_lapdu", "kj_jenis_tingkat", jabatan_terlapor="jaksa", **given)
    assert (found["jenis_lapdu"], found["kelas"]) == ("perilaku", "berkadar")
    assert (found["peran_penangan"], found["peran_atasan"]) == ("aswas", "kajati")
    assert (found["tingkat"], found["peran_pendisposisi"]) == ("kejati", "kajati")


def test_kejaksaan_punishment_by_rank() -> None:
    light = decide("kejaksaan_lapdu", "kj_hukuman", tingkat_pelanggaran="ringan", jabatan_terlapor="jaksa")
    head = decide("kejaksaan_lapdu", "kj_hukuman", tingkat_pelanggaran="ringan", jabatan_terlapor="kajari")
    assert (light["pejabat"], head["pejabat"]) == ("kajati", "jamwas")


def test_bpom_a_serious_event_outranks_a_question() -> None:
    given = {"jenis_laporan": "permintaan_informasi", "kategori": "permintaan_informasi"}
    event = {"kejadian_tidak_diinginkan": True, "keparahan": "meninggal"}
    assert decide("bpom_ulpk", "bp_jenis", **given, **event)["jalur"] == "ktd"
    assert decide("bpom_ulpk", "bp_jenis", **given)["jalur"] == "informasi"


@pytest.mark.parametrize(
    ("number", "shape"),
    [
        (None, "kosong"),
        ("DBL1234567890A1", "obat"),
        ("MD123456789012", "pangan_olahan"),
        ("P-IRT 123", "pangan_rumah_tangga"),
        ("NA12345678901", "kosmetik"),
        ("TR123456789", "obat_bahan_alam"),
        ("SD123456789", "suplemen"),
        ("XX1", "tidak_dikenal"),
    ],
)
def test_bpom_shapes_of_licence_numbers(number: str | None, shape: str) -> None:
    found = decide("bpom_ulpk", "bp_format_status", nie=number, status_registri="tidak_ditemukan")
    wanted = "wewenang_daerah" if shape == "pangan_rumah_tangga" else "ilegal"
    assert found == {"bentuk": shape, "status_produk": wanted}
