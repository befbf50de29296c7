"""Attachments: bytes under a random name in the data folder, a row that says what they are.

What is let in is checked by content, not by name. Pictures lose their metadata whoever sends them; what
belongs to an anonymous or secret report (``private``) loses its name, its time of day and all metadata.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import puremagic
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine import ids
from engine.cases import coarse
from engine.cases.cleaning import cleaned, is_picture
from engine.db.models import Agency, File
from engine.errors import FieldError, Invalid, Message, NotFound, TooLarge, msg
from engine.form import Form
from engine.people.principals import Principal
from engine.runtime.house import House

LARGEST = 10 * 1024 * 1024
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
ID_PATTERN = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def keep(
    house: House,
    agency_key: str,
    name: str,
    data: bytes,
    person_id: str | None = None,
    *,
    private: bool = False,
) -> str:
    """Keep one attachment for an agency and return its id; it belongs to a case once a report names it.

    Raises Invalid naming the file when its type is not allowed, does not fit its content or cannot be
    cleaned, TooLarge above 10 MB, NotFound for an unknown agency.
    """
    media_type, data = fit(name, data, private=private)
    now = house.now()
    with house.database.read() as session:
        agency = session.scalar(select(Agency).where(Agency.key == agency_key.replace("-", "_")))
    if agency is None:
        raise NotFound(msg("There is no such agency."))
    kept_at = coarse.day(now, agency.zone) if private else now
    file_id = ids.new_id(kept_at, house.random) if private else house.new_id(now)
    path = _path(house, file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, data)  # before the row: a crash in between leaves an unnamed file, never a lost one
    _coarsen(path, kept_at, private=private)
    with house.database.write() as session:
        session.add(
            File(
                id=file_id,
                agency_id=agency.id,
                name=nameless(file_id, media_type) if private else display_name(name),
                media_type=media_type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                created_at=kept_at,
                created_by=person_id,
            )
        )
    return file_id


def fit(name: str, data: bytes, *, private: bool) -> tuple[str, bytes]:
    """Type and bytes as they are kept; raises Invalid and TooLarge as ``keep`` does."""
    shown = display_name(name)
    if len(data) > LARGEST:
        raise TooLarge(msg("%(name)s is larger than 10 MB.", name=shown))
    media_type = sniff(shown, data)
    if private or is_picture(media_type):
        data = cleaned(shown, data, media_type)
    return media_type, data


def nameless(file_id: str, media_type: str) -> str:
    """The name that a private attachment gets instead of its own."""
    ending = next(ending for ending, kind in TYPES.items() if kind == media_type)
    return f"lampiran-{file_id[-4:]}.{ending}"


def privately(house: House, agency_key: str, file_ids: Iterable[str]) -> dict[str, str]:
    """Clean copies of files that were kept as they came and are named in a private report, by the old ids.

    The files themselves stay in nobody's report and are swept. Raises Invalid naming one that cannot be
    cleaned.
    """
    with house.database.read() as session:
        free = list(
            session.scalars(
                select(File)
                .join(Agency, Agency.id == File.agency_id)
                .where(File.id.in_(list(file_ids)), File.case_id.is_(None))
                .where(Agency.key == agency_key.replace("-", "_"))
            )
        )
    copies = {}
    for file in free:
        _, data = _with_bytes(house, file)
        _, clean = fit(file.name, data, private=True)
        named = file.name != nameless(file.id, file.media_type)
        if named or (clean != data and not is_picture(file.media_type)):
            copies[file.id] = keep(house, agency_key, file.name, data, file.created_by, private=True)
    return copies


def replaced(value: Any, by: dict[str, str]) -> Any:
    """The same answers with ids, or whatever texts, replaced."""
    if isinstance(value, dict):
        return {key: replaced(each, by) for key, each in value.items()}
    if isinstance(value, list):
        return [replaced(each, by) for each in value]
    return by.get(value, value) if isinstance(value, str) else value


def _coarsen(path: Path, at: datetime, *, private: bool) -> None:
    """The file system, too, keeps only the day of a private attachment."""
    if private:
        os.utime(path, (at.timestamp(), at.timestamp()))


def _write(path: Path, data: bytes) -> None:
    """Write durably: the row that names the file survives a power cut, so must the file."""
    try:
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError:  # a full disk: half a file helps nobody
        path.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sniff(name: str, data: bytes) -> str:
    """The media type that both the name's ending and the content say; raises Invalid otherwise."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    expected = TYPES.get(ending)
    if expected is None:
        raise _refused(name, msg("%(name)s: only pdf, jpg, png, mp3 and mp4 files are taken.", name=name))
    try:
        found = {match.mime_type for match in puremagic.magic_string(data, filename=None)}
    except (puremagic.PureError, ValueError):
        found = set()
    aliases = {"audio/mpeg": {"audio/mpeg", "audio/mp3"}, "video/mp4": {"video/mp4", "video/quicktime"}}
    if not found & aliases.get(expected, {expected}):
        raise _refused(name, msg("%(name)s is not what its ending says.", name=name))
    return expected


def display_name(name: str) -> str:
    """A file's name fit to show: no folders, control or direction characters, at most 120 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(
        c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C"
    ).strip()
    if len(clean) > 120:
        stem, dot, ending = clean.rpartition(".")
        clean = stem[: 119 - len(ending)] + dot + ending if dot and len(ending) < 10 else clean[:120]
    return clean or "lampiran"


def mentioned(value: Any) -> set[str]:
    """Every file id that stands anywhere in answers."""
    if isinstance(value, str):
        return {value} if ID_PATTERN.fullmatch(value) else set()
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(mentioned, value)) if isinstance(value, list) else set()


def by_content(session: Session, answers: Any) -> Any:
    """The same answers with each file's id replaced by the hash of its content."""
    known = {
        row.id: row.sha256
        for row in session.execute(select(File.id, File.sha256).where(File.id.in_(mentioned(answers))))
    }
    return replaced(answers, known) if known else answers


def attach(session: Session, agency_id: str, case_id: str, file_ids: Iterable[str]) -> None:
    """Files kept for this agency and not yet part of a case become part of this one."""
    wanted = list(file_ids)
    if wanted:
        session.execute(
            update(File)
            .where(File.id.in_(wanted), File.agency_id == agency_id, File.case_id.is_(None))
            .values(case_id=case_id)
        )


def faults(
    session: Session, agency_id: str, form: Form, answers: Mapping[str, Any], case_id: str | None = None
) -> list[FieldError]:
    """The file questions whose answers name a file that is not there, or another report's."""
    named = {each.key: mentioned(answers.get(each.key)) for each in form.files()}
    wanted = set().union(*named.values())
    missing = unknown(session, agency_id, wanted, case_id) if wanted else set()
    return [
        FieldError(key, no_file(each)) for key, found in named.items() for each in sorted(found & missing)
    ]


def no_file(file_id: str) -> Message:
    """What is said of an id that names no file here."""
    return msg("There is no file %(id)s. Send it again.", id=display_name(file_id))


def unknown(
    session: Session, agency_id: str, file_ids: Iterable[str], case_id: str | None = None
) -> set[str]:
    """Those ids that name no file which a report of this agency, or this very case, may take."""
    wanted = set(file_ids)
    usable = session.scalars(
        select(File.id).where(
            File.id.in_(wanted),
            File.agency_id == agency_id,
            or_(File.case_id.is_(None), File.case_id == (case_id or "")),
        )
    )
    return wanted - set(usable)


def of_case(session: Session, case_id: str) -> list[File]:
    """The attachments of a case, oldest first."""
    return list(session.scalars(select(File).where(File.case_id == case_id).order_by(File.id)))


def read(house: House, who: Principal, file_id: str) -> tuple[File, bytes]:
    """An attachment of this person's agency; raises NotFound for any other."""
    with house.database.read() as session:
        file = session.scalar(select(File).where(File.id == file_id, File.agency_id == who.agency_id))
    return _with_bytes(house, file)


def read_of_case(house: House, case_id: str, file_id: str) -> tuple[File, bytes]:
    """An attachment of a case that the caller was let into; raises NotFound."""
    with house.database.read() as session:
        file = session.scalar(select(File).where(File.id == file_id, File.case_id == case_id))
    return _with_bytes(house, file)


def throw_away(house: House, file_id: str) -> None:
    """Remove the bytes of an attachment whose row is gone."""
    _path(house, file_id).unlink(missing_ok=True)


def _with_bytes(house: House, file: File | None) -> tuple[File, bytes]:
    if file is None or not _path(house, file.id).is_file():
        raise NotFound(msg("There is no such file."))
    return file, _path(house, file.id).read_bytes()


def path_of(data_dir: Path, file_id: str) -> Path:
    """Where the bytes of an attachment lie."""
    return data_dir / "files" / file_id[-2:] / file_id


def _path(house: House, file_id: str) -> Path:
    return path_of(house.data_dir, file_id)


def _refused(name: str, message: Any) -> Invalid:
    return Invalid(message, [FieldError("lampiran", message)], name=name)
