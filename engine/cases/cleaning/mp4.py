"""MP4 (ISO/IEC 14496-12): pictures and sound stay where they are, everything beside them is blanked.

Boxes keep their length and place, since tables in the file point at bytes by their position. What is not
known to belong to the film becomes a ``free`` box of zeros: owner, place, device, times, tracks of sensors.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from engine.cases.cleaning.unclean import Unclean
from engine.errors import msg

_KEPT = {
    "": {"ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx"},
    "moov": {"mvhd", "trak", "mvex"},
    "trak": {"tkhd", "edts", "tref", "mdia"},
    "mdia": {"mdhd", "hdlr", "minf"},
    "minf": {"vmhd", "smhd", "nmhd", "dinf", "stbl"},
    "stbl": {
        *("stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64"),
        *("stss", "stsh", "sdtp", "sbgp", "sgpd", "subs", "saiz", "saio"),
    },
    "moof": {"mfhd", "traf"},
    "traf": {"tfhd", "tfdt", "trun", "sbgp", "sgpd", "subs", "saiz", "saio"},
}
_TIMED = ("mvhd", "tkhd", "mdhd")
_SHOWN = (b"vide", b"soun")
_MOST_SAMPLES = 2_000_000
_COMPRESSOR, _COMPRESSOR_LENGTH = 50, 32  # in a visual sample entry


@dataclass(frozen=True)
class Box:
    """A box: its kind, where it begins, where its content begins, and where it ends."""

    kind: str
    start: int
    content: int
    end: int


def cleaned(data: bytes) -> bytes:
    """The film without metadata; raises Unclean for one that cannot be read."""
    film = bytearray(data)
    try:
        _clean(film)
    except (struct.error, IndexError, ValueError) as error:
        raise _unreadable() from error
    return bytes(film)


def _clean(film: bytearray) -> None:
    boxes = list(_boxes(film, 0, len(film)))
    whole = [box for box in boxes if box.kind == "moov"]
    if not whole:
        raise _unreadable()
    tracks = [box for box in _boxes(film, whole[0].content, whole[0].end) if box.kind == "trak"]
    beside = [track for track in tracks if _handler(film, track) not in _SHOWN]
    if any(box.kind == "moof" for box in boxes):
        if beside:
            raise Unclean(msg("it holds data beside picture and sound. Send it without them."))
    else:
        shown = [_samples(film, track) for track in tracks if track not in beside]
        _blank_unused(film, [box for box in boxes if box.kind == "mdat"], shown)
    for track in beside:
        _blank(film, track)
    _clean_level(film, "", 0, len(film))


def _clean_level(film: bytearray, parent: str, start: int, end: int) -> None:
    for box in _boxes(film, start, end):
        if box.kind not in _KEPT[parent]:
            _blank(film, box)
        elif box.kind in _KEPT:
            _clean_level(film, box.kind, box.content, box.end)
        elif box.kind in _TIMED:
            length = 16 if film[box.content] == 1 else 8
            film[box.content + 4 : box.content + 4 + length] = bytes(length)
        elif box.kind == "hdlr":
            film[box.content + 24 : box.end] = bytes(box.end - box.content - 24)
        elif box.kind == "stsd":
            _clean_entries(film, box)


def _clean_entries(film: bytearray, table: Box) -> None:
    """The name of the program or camera in the description of pictures."""
    for entry in _boxes(film, table.content + 8, table.end):
        is_picture = entry.end - entry.start >= 86 and film[entry.start + 48 : entry.start + 50] == b"\0\1"
        if is_picture:
            at = entry.start + _COMPRESSOR
            film[at : at + _COMPRESSOR_LENGTH] = bytes(_COMPRESSOR_LENGTH)


def _boxes(film: bytearray, start: int, end: int) -> Iterator[Box]:
    at = start
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", film, at)
        content = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", film, content)
            content += 8
        elif size == 0:
            size = end - at
        if size < content - at or at + size > end:
            raise ValueError("a box reaches past its end")
        yield Box(kind.decode("latin-1"), at, content, at + size)
        at += size
    if any(film[at:end]):
        raise ValueError("bytes that are no box")


def _blank(film: bytearray, box: Box) -> None:
    film[box.content : box.end] = bytes(box.end - box.content)
    film[box.start + 4 : box.start + 8] = b"free"


def _inside(film: bytearray, box: Box, *path: str) -> Box:
    for kind in path:
        box = next((each for each in _boxes(film, box.content, box.end) if each.kind == kind), _missing(kind))
        if box.start < 0:
            raise ValueError(f"no {kind}")
    return box


def _missing(kind: str) -> Box:
    return Box(kind, -1, -1, -1)


def _handler(film: bytearray, track: Box) -> bytes:
    handler = _inside(film, track, "mdia", "hdlr")
    return bytes(film[handler.content + 8 : handler.content + 12])


def _samples(film: bytearray, track: Box) -> list[tuple[int, int]]:
    """The pieces of the file that hold a track's samples, chunk by chunk."""
    table = _inside(film, track, "mdia", "minf", "stbl")
    parts = {box.kind: box for box in _boxes(film, table.content, table.end)}
    sizes = _sizes(film, parts)
    wide = "co64" in parts
    offsets = _numbers(film, parts["co64" if wide else "stco"], "Q" if wide else "I", 1)
    runs = _numbers(film, parts["stsc"], "III", 3)
    found, sample, run = [], 0, 0
    for number, offset in enumerate(offsets, 1):
        while run + 3 < len(runs) and runs[run + 3] <= number:
            run += 3
        count = runs[run + 1]
        length = sum(sizes[sample : sample + count])
        found.append((offset, offset + length))
        sample += count
    return found


def _sizes(film: bytearray, parts: dict[str, Box]) -> list[int]:
    if "stsz" not in parts:
        raise ValueError("no sizes of samples")
    at = parts["stsz"].content
    alike, count = struct.unpack_from(">II", film, at + 4)
    if count > _MOST_SAMPLES:
        raise ValueError("too many samples")
    return [alike] * count if alike else list(struct.unpack_from(f">{count}I", film, at + 12))


def _numbers(film: bytearray, box: Box, form: str, width: int) -> list[int]:
    (count,) = struct.unpack_from(">I", film, box.content + 4)
    if count > _MOST_SAMPLES:
        raise ValueError("too many entries")
    return list(
        struct.unpack_from(f">{form * count}" if width > 1 else f">{count}{form}", film, box.content + 8)
    )


def _blank_unused(film: bytearray, stores: list[Box], tracks: list[list[tuple[int, int]]]) -> None:
    """Zero what no shown track refers to: the samples of other tracks, and leftovers between them."""
    used = sorted(piece for track in tracks for piece in track)
    for store in stores:
        at = store.content
        for start, end in used:
            if end <= at or start >= store.end:
                continue
            if start > at:
                film[at:start] = bytes(start - at)
            at = max(at, min(end, store.end))
        film[at : store.end] = bytes(store.end - at)


def _unreadable() -> Unclean:
    return Unclean(msg("it cannot be read as a film."))
