"""A package from outside: a path, a folder or a zip, read into files by path.

Everything about an archive is checked before anything of it is used: too many entries, too much unpacked,
names that leave the folder, links, archives in archives. Nothing is ever written to disk.
"""

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from engine.bpmn.finding import Finding, Severity
from engine.errors import AlurError, Message, NotFound, Refused, msg

MAX_ENTRIES = 200
MAX_BYTES = 50 * 1024 * 1024
MAX_ARCHIVE = 20 * 1024 * 1024
RULE = "package"
_ARCHIVES = (".zip", ".jar", ".bpm", ".7z", ".gz", ".rar", ".tar")
# What the reader of archives raises for bytes that are none: each compression has errors of its own.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_SKIPPED_PARTS = {"__MACOSX", "__pycache__", ".git", ".DS_Store"}


def read_path(path: Path) -> dict[str, bytes]:
    """The files of a package that lies on this machine: one file, a folder, or a zip.

    Raises NotFound when there is nothing, Refused with all faults for a bad archive or folder.
    """
    if path.is_dir():
        return read_folder(path)
    if not path.is_file():
        raise NotFound(msg("%(path)s does not exist.", path=str(path)))
    if path.stat().st_size > MAX_BYTES:
        raise _refused([_fault(path.name, msg("The file is too large."))])
    data = path.read_bytes()
    return read_zip(data) if is_zip(path.name, data) else {path.name: data}


def is_zip(name: str, data: bytes) -> bool:
    """Whether an upload is a package as a zip (a .bpm is a zip too, but no package)."""
    return data.startswith(b"PK\x03\x04") and not name.lower().endswith(".bpm")


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files under a folder; links are not followed out of it."""
    root = folder.resolve()
    found: dict[str, bytes] = {}
    faults: list[Finding] = []
    total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or _skipped(name):
            continue
        if not path.resolve().is_relative_to(root):
            faults.append(_fault(name, msg("The link leads out of the folder.")))
            continue
        total += path.stat().st_size
        if len(found) >= MAX_ENTRIES or total > MAX_BYTES:
            faults.append(_fault(name, _too_much()))
            break
        found[name] = path.read_bytes()
    if faults:
        raise _refused(faults)
    return found


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip; a single folder around everything is left away.

    Raises Refused with every fault of the archive.
    """
    if len(data) > MAX_ARCHIVE:
        raise _refused([_fault("", msg("The archive is larger than %(limit)s MB.", limit=MAX_ARCHIVE >> 20))])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            faults = list(_faults(entries))
            if faults:
                raise _refused(faults)
            files = _unpacked(archive, [entry for entry in entries if not _skipped(entry.filename)])
    except _BROKEN as error:
        if isinstance(error, AlurError):
            raise
        raise _refused([_fault("", msg("The archive is broken: %(reason)s", reason=str(error)))]) from error
    return without_common_folder(files)


def read_uploads(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files of an upload, each with its name: one zip, or the files themselves.

    Raises Refused with every fault, as ``read_zip`` does.
    """
    given = list(uploads)
    if len(given) == 1 and is_zip(*given[0]):
        return read_zip(given[0][1])
    faults = []
    found: dict[str, bytes] = {}
    if not given:
        faults.append(_fault("", msg("The package holds no file.")))
    if len(given) > MAX_ENTRIES or sum(len(data) for _, data in given) > MAX_BYTES:
        faults.append(_fault("", _too_much()))
    for name, data in given:
        if not name or _leaves(name):
            faults.append(_fault(name, msg("The name leads out of the archive.")))
        if name in found:
            faults.append(_fault(name, msg("The archive holds this name twice.")))
        if name.lower().endswith(_ARCHIVES) or data.startswith(b"PK\x03\x04"):
            faults.append(_fault(name, msg("The archive holds another archive.")))
        found[name] = data
    if faults:
        raise _refused(faults)
    return without_common_folder(found)


def without_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Paths without the one folder that holds everything, if there is such a folder."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) != 1 or not all("/" in name for name in files):
        return files
    return {name.partition("/")[2]: data for name, data in files.items()}


def _faults(entries: list[zipfile.ZipInfo]) -> Iterable[Finding]:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        yield _fault("", _too_much())
    seen: set[str] = set()
    for entry in entries[: MAX_ENTRIES * 2]:
        name = entry.filename
        if _leaves(name):
            yield _fault(name, msg("The name leads out of the archive."))
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield _fault(name, msg("The archive holds a link."))
        if name.lower().endswith(_ARCHIVES):
            yield _fault(name, msg("The archive holds another archive."))
        if entry.flag_bits & 0x1:
            yield _fault(name, msg("The entry is encrypted."))
        if name in seen:
            yield _fault(name, msg("The archive holds this name twice."))
        seen.add(name)


def _leaves(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in name or "\\" in name


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The contents, counted while unpacking: the sizes that an archive declares may lie."""
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    for entry in entries:
        with archive.open(entry) as stream:
            data = stream.read(left + 1)
        left -= len(data)
        if left < 0:
            raise _refused([_fault(entry.filename, _too_much())])
        if data.startswith(b"PK\x03\x04"):
            raise _refused([_fault(entry.filename, msg("The archive holds another archive."))])
        found[entry.filename] = data
    return found


def _skipped(name: str) -> bool:
    return any(part in _SKIPPED_PARTS for part in PurePosixPath(name).parts)


def _too_much() -> Message:
    limits = {"entries": MAX_ENTRIES, "megabytes": MAX_BYTES >> 20}
    return msg("The package holds more than %(entries)s files or %(megabytes)s MB.", **limits)


def _fault(path: str, message: Message) -> Finding:
    return Finding(RULE, Severity.ERROR, path, message, path=path)


def _refused(faults: list[Finding]) -> Refused:
    return Refused(msg("The package cannot be taken."), faults)
