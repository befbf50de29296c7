"""Attachments: bytes under a random name in the data folder, a row that says what they are.

What is let in is checked by content, not by name; pictures are written anew without their metadata, because
a photo's place and camera can unmask a reporter.
"""

import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import puremagic
from PIL import Image, ImageOps
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.db.models import Agency, File
from engine.errors import FieldError, Invalid, NotFound, TooLarge, msg
from engine.people.principals import Principal
from engine.runtime.house import House

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
ID_PATTERN = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def keep(house: House, agency_key: str, name: str, data: bytes, person_id: str | None = None) -> str:
    """Keep one attachment for an agency and return its id; it belongs to a case once a report names it.

    Raises Invalid naming the file when its type is not allowed or does not fit its content, TooLarge above
    10 MB, NotFound for an unknown agency.
    """
    shown = display_name(name)
    if len(data) > LARGEST:
        raise TooLarge(msg("%(name)s is larger than 10 MB.", name=shown))
    media_type = sniff(shown, data)
    if media_type.startswith("image/"):
        data = without_metadata(shown, data, media_type)
    now = house.now()
    file_id = house.new_id(now)
    with house.database.write() as session:
        agency = session.scalar(select(Agency).where(Agency.key == agency_key.replace("-", "_")))
        if agency is None:
            raise NotFound(msg("There is no such agency."))
        path = _path(house, file_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)  # before the row: a crash in between leaves an unnamed file, never a lost one
        session.add(
            File(
                id=file_id,
                agency_id=agency.id,
                name=shown,
                media_type=media_type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                created_at=now,
                created_by=person_id,
            )
        )
    return file_id


def _write(path: Path, data: bytes) -> None:
    """Write durably: the row that names the file survives a power cut, so must the file."""
    with path.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
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


def without_metadata(name: str, data: bytes, media_type: str) -> bytes:
    """The same picture, turned upright and written anew without place, camera or owner."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(msg("%(name)s has too many pixels.", name=name))
            upright = ImageOps.exif_transpose(image)
            # Comments and profiles travel along in here; only a palette's transparent colour is part of it.
            upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
            out = io.BytesIO()
            if media_type == "image/png":
                upright.save(out, "PNG")
            else:
                upright.convert("RGB").save(out, "JPEG", quality=88)
            return out.getvalue()
    except TooLarge:
        raise
    except Exception as error:  # the decoders raise whatever a broken file makes them stumble over
        raise _refused(name, msg("%(name)s cannot be read as a picture.", name=name)) from error


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

    def replaced(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: replaced(each) for key, each in value.items()}
        if isinstance(value, list):
            return [replaced(each) for each in value]
        return known.get(value, value) if isinstance(value, str) else value

    return replaced(answers) if known else answers


def attach(session: Session, agency_id: str, case_id: str, file_ids: Iterable[str]) -> None:
    """Files kept for this agency and not yet part of a case become part of this one."""
    wanted = list(file_ids)
    if wanted:
        session.execute(
            update(File)
            .where(File.id.in_(wanted), File.agency_id == agency_id, File.case_id.is_(None))
            .values(case_id=case_id)
        )


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


def _with_bytes(house: House, file: File | None) -> tuple[File, bytes]:
    if file is None or not _path(house, file.id).is_file():
        raise NotFound(msg("There is no such file."))
    return file, _path(house, file.id).read_bytes()


def _path(house: House, file_id: str) -> Path:
    return house.data_dir / "files" / file_id[-2:] / file_id


def _refused(name: str, message: Any) -> Invalid:
    return Invalid(message, [FieldError("lampiran", message)], name=name)
