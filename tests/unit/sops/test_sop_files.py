"""``sop.toml`` of every package says who, on what law, and by which clocks; all it names exists."""

import pytest

from engine.bpmn import elements
from engine.bpmn.sop import load
from tests.unit.sops import repository as repo

PACKAGES = repo.packages()
BY_PACKAGE = pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.process)
CODES = {
    "sp4n_umum": "SU",
    "kemenkumham": "KH",
    "kemenkes": "KS",
    "kemendikbud": "PD",
    "mahkamah_agung": "MA",
    "kejaksaan_agung": "KJ",
    "bpom": "BP",
}


@BY_PACKAGE
def test_it_is_read_without_a_fault(package: repo.Package) -> None:
    sop = load((package.folder / "sop.toml").read_bytes())
    assert sop.calendar == "id-nasional" and sop.zone == "Asia/Jakarta"
    assert sop.code == CODES.get(package.agency, "")


@BY_PACKAGE
def test_the_identity_block_is_filled_and_says_what_is_assumed(package: repo.Package) -> None:
    sop = package.sop
    assert all(sop[key] for key in ("instansi", "unit_kerja", "nomor_sop", "nama_sop", "dasar_hukum"))
    assert set(sop["disahkan_oleh"]) == {"jabatan", "nama", "nip"}
    assert set(sop["asumsi"]) <= set(sop)
    assert (package.folder / "README.md").read_text(encoding="utf-8").startswith("# ")


def _named_in_package(package: repo.Package) -> set[str]:
    """Element ids and message names of a package and of what it calls."""
    found = set()
    for each in (package, *package.called):
        path = f"{each.process}.bpmn"
        drawn = elements({path: (each.folder / path).read_bytes()})
        found |= set(drawn) | {e.message for e in drawn.values() if e.message}
    return found


@pytest.mark.parametrize("package", [p for p in PACKAGES if "jam" in p.sop], ids=lambda p: p.process)
def test_clocks_start_stop_and_pause_at_things_that_exist(package: repo.Package) -> None:
    sop = load((package.folder / "sop.toml").read_bytes())
    known = _named_in_package(package)
    assert {"jam_tanggapan", "jam_penyelesaian"} <= set(sop.clocks)
    for clock in sop.clocks.values():
        assert {*clock.start, *clock.stop, *clock.pause, *clock.resume} <= known
        assert clock.pause == ("permintaan_kelengkapan",) and clock.resume == ("balasan_pelapor",)
        assert clock.escalation and set(clock.escalation) <= set(sop.roles)


@pytest.mark.parametrize("package", [p for p in PACKAGES if "jam" in p.sop], ids=lambda p: p.process)
def test_superiors_are_roles_and_the_chain_ends(package: repo.Package) -> None:
    sop = load((package.folder / "sop.toml").read_bytes())
    assert {*sop.superiors, *sop.superiors.values()} - {""} <= set(sop.roles)
    for role in sop.superiors:
        steps = 0
        while role and steps < 20:
            role, steps = sop.superiors.get(role, ""), steps + 1
        assert role == ""


@pytest.mark.parametrize("package", [p for p in PACKAGES if "jam" in p.sop], ids=lambda p: p.process)
def test_every_agency_names_an_identity_custodian(package: repo.Package) -> None:
    assert {"penjaga_identitas", "pelapor"} <= set(package.sop["peran"])


@pytest.mark.parametrize("package", [p for p in PACKAGES if "pesan" in p.sop], ids=lambda p: p.process)
def test_messages_that_people_enter_have_a_form_and_a_catch(package: repo.Package) -> None:
    known = _named_in_package(package)
    for name, section in package.sop["pesan"].items():
        assert name in known
        assert package.form(section["formulir"]).exists()
        assert section["dari"] == "pelapor" or section["peran"] in package.sop["peran"]
