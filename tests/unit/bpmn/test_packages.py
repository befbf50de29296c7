"""Packages from outside: what is read, and what is refused without a byte of it being used."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from engine import bpmn
from engine.bpmn import packages
from engine.errors import NotFound, Refused


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def refused(data: bytes) -> list[str]:
    with pytest.raises(Refused) as caught:
        bpmn.read_zip(data)
    return [str(finding.message) for finding in caught.value.findings]


def test_a_zip_is_read_without_the_folder_around_it() -> None:
    files = {"ma_siwas/sop.toml": b"x", "ma_siwas/forms/t01.json": b"{}"}
    assert bpmn.read_zip(packed(files)) == {"sop.toml": b"x", "forms/t01.json": b"{}"}
    assert bpmn.read_zip(packed({"sop.toml": b"x", "forms/a.json": b"{}"})) == {
        "sop.toml": b"x",
        "forms/a.json": b"{}",
    }
    assert bpmn.read_zip(packed({"a/x.bpmn": b"1", "__MACOSX/a/x.bpmn": b"2"})) == {"x.bpmn": b"1"}


@pytest.mark.parametrize("name", ["../x.bpmn", "a/../../x", "/etc/passwd", "C:/x", "a\\..\\b", "\\\\host\\x"])
def test_names_that_leave_the_archive_are_refused(name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, b"x")
    assert refused(buffer.getvalue()) == ["The name leads out of the archive."]


def test_links_are_refused() -> None:
    info = zipfile.ZipInfo("link.bpmn")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert refused(buffer.getvalue()) == ["The archive holds a link."]


def test_archives_in_archives_are_refused_by_name_and_by_content() -> None:
    inner = packed({"a.bpmn": b"x"})
    assert refused(packed({"inner.zip": inner})) == ["The archive holds another archive."]
    assert refused(packed({"inner.bpmn": inner})) == ["The archive holds another archive."]


def test_too_many_and_too_large_are_refused() -> None:
    many = packed({f"{number}.json": b"{}" for number in range(packages.MAX_ENTRIES + 1)})
    assert "more than 200 files" in refused(many)[0]
    bomb = packed({"a.bpmn": b"\x00" * (packages.MAX_BYTES + 1)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1_000_000
    assert "50 MB" in refused(bomb)[0]


def test_a_lying_size_is_refused_too() -> None:
    data = bytearray(packed({"a.bpmn": b"\x00" * (packages.MAX_BYTES + 1)}, zipfile.ZIP_DEFLATED))
    true_size = (packages.MAX_BYTES + 1).to_bytes(4, "little")
    for place in range(len(data) - 4):
        if data[place : place + 4] == true_size:
            data[place : place + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(data))


def test_all_faults_of_an_archive_are_listed() -> None:
    assert len(refused(packed({"../a": b"", "/b": b"", "c.zip": b""}))) == 3


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04broken", packed({"a": b"x" * 100})[:60]], ids=["no-zip", "cut-short"]
)
def test_broken_archives_are_refused(data: bytes) -> None:
    assert refused(data)[0].startswith("The archive is broken")


def test_paths_folders_and_single_files(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "a.bpmn").write_bytes(b"x")
    (tmp_path / "forms" / "f.json").write_bytes(b"{}")
    assert bpmn.read_path(tmp_path) == {"a.bpmn": b"x", "forms/f.json": b"{}"}
    assert bpmn.read_path(tmp_path / "a.bpmn") == {"a.bpmn": b"x"}
    (tmp_path / "p.zip").write_bytes(packed({"b.bpmn": b"y"}))
    assert bpmn.read_path(tmp_path / "p.zip") == {"b.bpmn": b"y"}
    with pytest.raises(NotFound):
        bpmn.read_path(tmp_path / "none")


def test_a_link_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "in" / "a.bpmn").symlink_to(tmp_path / "secret")
    with pytest.raises(Refused):
        bpmn.read_folder(tmp_path / "in")
