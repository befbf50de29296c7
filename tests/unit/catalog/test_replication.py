"""A built-in package under another name, and an empty one, run as they are."""

import pytest

from engine import bpmn
from engine.bpmn.check import check
from engine.catalog import library
from engine.catalog.replication import Identity, blank, replicate
from engine.errors import Invalid
from engine.runtime.program import build

TREE = library.built_in()
TO = Identity("dinas_lapor", 'Pengaduan "Dinas" & Balai', "Dinas Contoh", "DC")


@pytest.mark.parametrize(("agency", "process"), [("sp4n_umum", "sp4n_umum"), ("bpom", "bpom_ulpk")])
def test_a_copy_is_a_package_of_its_own(agency: str, process: str) -> None:
    before = TREE.package(agency, process)
    made = replicate(before, process, TO)
    verdict = check(made, sop=True, resolve=TREE.resolve)
    assert verdict.verdict == check(before, sop=True, resolve=TREE.resolve).verdict == "RUN"
    assert verdict.processes == ["dinas_lapor"]
    assert {
        "dinas_lapor.bpmn",
        "dinas_lapor.dmn",
        "sop.toml",
    } <= made.keys() and f"{process}.bpmn" not in made
    sop = bpmn.load_sop(made["sop.toml"])
    assert (sop.process_id, sop.code, sop.title) == ("dinas_lapor", "DC", TO.title)
    assert sop.identity["instansi"] == "Dinas Contoh" and sop.identity["nomor_sop"] == ""
    assert sop.clocks == bpmn.load_sop(before["sop.toml"]).clocks
    assert {one.process for one in bpmn.elements(made).values()} == {"dinas_lapor"}
    assert b'process_id = "dinas_lapor"' in made["scenarios.toml"]
    assert build(library.assemble(made, TREE.resolve)).start_form("dinas_lapor") is not None


def test_an_empty_package_may_be_published_as_it_is() -> None:
    made = blank(TO, [("admin_unit", "Admin <unit>"), ("pimpinan", "Pimpinan")], "Asia/Makassar")
    verdict = check(made, sop=True)
    assert (verdict.verdict, verdict.processes) == ("RUN", ["dinas_lapor"])
    assert build(made).start_form("dinas_lapor") is not None
    drawn = bpmn.elements(made)
    assert drawn["T01"].role == "admin_unit" and drawn["T01"].service_level == "3 HK"
    assert b"BPMNShape" in made["dinas_lapor.bpmn"]


@pytest.mark.parametrize("key", ["", "ab", "Besar", "9awal", "pakai spasi", "../luar", "a" * 61])
def test_a_bad_key_or_name_is_refused_by_field(key: str) -> None:
    with pytest.raises(Invalid) as caught:
        blank(Identity(key, " ", "x", "X"), [("a", "A")], "Asia/Jakarta")
    assert [fault.key for fault in caught.value.fields] == ["kunci", "nama"]


def test_an_empty_package_needs_a_role() -> None:
    with pytest.raises(Invalid):
        blank(TO, [], "Asia/Jakarta")
