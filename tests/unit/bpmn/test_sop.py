"""sop.toml: the typed value, and every fault with its key and line."""

import pytest

from engine import bpmn
from engine.errors import Refused

GOOD = b"""
instansi = "Kementerian Contoh"
nama_sop = "Penanganan pengaduan"
tanggal_efektif = 2026-01-12
process_id = "contoh"
kode_nomor = "CT"
kalender = "id-nasional"
zona_waktu = "Asia/Jakarta"
memanggil = ["bersama/bersama_verifikasi", "mahkamah-agung/ma_x"]

[jam.jam_tanggapan]
mulai = ["M01", "M02"]
berhenti = "tanggapan_terkirim"
batas = "5 HK"
jeda = { berhenti = "permintaan_kelengkapan", lanjut = "balasan_pelapor" }
eskalasi = ["kepala", "pimpinan"]

[jam.jam_penyelesaian]
mulai = "S01"
batas = { informasi = "5 HK", berkadar = '= string(hari) + " HK"' }

[eskalasi]
staf = "kepala"
kepala = ""

[peran]
staf = { jabatan = "Staf", unit = "Biro", catatan = "loket" }
kepala = "Kepala biro"

[pesan.keberatan]
dari = "petugas"
"""


def test_everything_is_read() -> None:
    sop = bpmn.load_sop(GOOD)
    assert (sop.process_id, sop.code, sop.calendar, sop.zone) == (
        "contoh",
        "CT",
        "id-nasional",
        "Asia/Jakarta",
    )
    assert sop.title == "Penanganan pengaduan"
    assert sop.calls == ("bersama/bersama_verifikasi", "mahkamah_agung/ma_x")
    assert sop.called_processes == ("bersama_verifikasi", "ma_x")
    assert sop.clocks["jam_tanggapan"] == bpmn.ClockRule(
        start=("M01", "M02"),
        stop=("tanggapan_terkirim",),
        limit="5 HK",
        pause=("permintaan_kelengkapan",),
        resume=("balasan_pelapor",),
        escalation=("kepala", "pimpinan"),
    )
    assert sop.clocks["jam_penyelesaian"].limit == {"informasi": "5 HK", "berkadar": '= string(hari) + " HK"'}
    assert sop.superiors == {"staf": "kepala", "kepala": ""}
    assert sop.roles["staf"] == bpmn.Role("Staf", "Biro", "loket")
    assert sop.roles["kepala"].title == "Kepala biro"
    assert sop.identity["tanggal_efektif"] == "2026-01-12"
    assert sop.extra == {"pesan": {"keberatan": {"dari": "petugas"}}}


def test_a_pause_says_how_long_and_how_often_at_most_or_the_usual_limit_holds() -> None:
    usual = bpmn.load_sop(GOOD).clocks["jam_tanggapan"]
    assert (usual.longest_pause, usual.most_pauses) == ("", 2)
    own = GOOD.replace(b'pelapor" }', b'pelapor", paling_lama = "30 hari", paling_banyak = 1 }')
    rule = bpmn.load_sop(own).clocks["jam_tanggapan"]
    assert (rule.longest_pause, rule.most_pauses) == ("30 hari", 1)


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ('process_id = "contoh"', "", "process_id", 0),
        ('process_id = "contoh"', "process_id = 3", "process_id", 5),
        ("Asia/Jakarta", "Europe/Paris", "zona_waktu", 8),
        ('batas = "5 HK"', 'batas = "5 kali"', "jam.jam_tanggapan.batas", 14),
        ('batas = "5 HK"', 'batas = "= 5 +"', "jam.jam_tanggapan.batas", 14),
        ('batas = "5 HK"', "", "jam.jam_tanggapan.batas", 0),
        ('informasi = "5 HK"', 'informasi = "5"', "jam.jam_penyelesaian.batas.informasi", 0),
        ('mulai = "S01"', "mulai = 7", "jam.jam_penyelesaian.mulai", 19),
        ('berhenti = "tanggapan_terkirim"', 'selesai = "x"', "jam.jam_tanggapan.selesai", 13),
        ('pelapor" }', 'pelapor", paling_lama = "10 kali" }', "jam.jam_tanggapan.jeda", 15),
        ('pelapor" }', 'pelapor", paling_lama = "= 5 +" }', "jam.jam_tanggapan.jeda", 15),
        ('pelapor" }', 'pelapor", paling_banyak = 0 }', "jam.jam_tanggapan.jeda", 15),
        ('pelapor" }', 'pelapor", paling_banyak = true }', "jam.jam_tanggapan.jeda", 15),
        ('pelapor" }', 'pelapor", selamanya = true }', "jam.jam_tanggapan.jeda", 15),
        ('staf = "kepala"\n', "staf = 1\n", "eskalasi.staf", 23),
        ('staf = "kepala"\n', 'staf = "staf"\n', "eskalasi.staf", 23),
        ('kepala = "Kepala biro"', "kepala = 1", "peran.kepala", 0),
        ('kepala = "Kepala biro"', 'Kepala = "x"', "peran.Kepala", 28),
        ("memanggil = [", "memanggil = [1, ", "memanggil", 9),
    ],
)
def test_each_fault_names_its_key_and_line(old: str, new: str, key: str, line: int) -> None:
    data = GOOD.decode().replace(old, new, 1).encode()
    assert data != GOOD
    with pytest.raises(Refused) as caught:
        bpmn.load_sop(data)
    assert [finding.element for finding in caught.value.findings] == [key]
    if line:
        assert caught.value.findings[0].line == line


def test_all_faults_are_listed_at_once() -> None:
    data = GOOD.replace(b'"5 HK"', b'"5 kali"').replace(b"Asia/Jakarta", b"Mars").replace(b'"contoh"', b"1")
    with pytest.raises(Refused) as caught:
        bpmn.load_sop(data)
    assert len(caught.value.findings) >= 3


@pytest.mark.parametrize("data", [b"a = ", b"\xff\xfe", b"jam = 3\nprocess_id = 'p'"])
def test_broken_files_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        bpmn.load_sop(data)


def test_faults_are_passed_on_by_the_check() -> None:
    verdict = bpmn.check({"sop.toml": b"process_id = 3"})
    assert verdict.verdict == "REFUSE"
    assert verdict.findings[0].id == "sop-toml:process_id"
