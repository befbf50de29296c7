"""PDF: rewritten without document information, XMP, signatures, names of commenters and pictures' Exif.

Only what the pages need is written again, so that earlier versions of the document do not travel along.
"""

import io
import re
import zlib
from typing import Any

import pikepdf

from engine.cases.cleaning.unclean import Unclean
from engine.errors import msg

MOST_OBJECTS = 100_000
_DEEPEST = 60
_SHORTEST = 2000
_LARGEST_PHOTO = 40_000_000
_EVERYWHERE = ("/Metadata", "/PieceInfo", "/LastModified", "/CreationDate", "/ModDate")
_SCAN, _END = 0xDA, 0xD9
_LEFT_OUT = {0xFE, *range(0xE1, 0xF0)} - {0xEE}
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_SIGNATURE = ("/Name", "/Location", "/Reason", "/ContactInfo", "/Cert", "/Contents", "/ByteRange", "/M")
_COMMENT = ("/T", "/M", "/NM")
# Structure without a single text or stream: nothing that a maker could have been written into.
_BARE = re.compile(
    rb"%PDF-\d\.\d\s+(?:\d+|obj|endobj|R|xref|trailer|startxref|[nf]|<<|>>|\[|\]|/[A-Z][A-Za-z]{1,15}|\s+)*%%EOF\s*"
)


def is_bare(data: bytes) -> bool:
    """Whether a document is too short to hold anything but its frame."""
    return len(data) < _SHORTEST and _BARE.fullmatch(data) is not None


def cleaned(data: bytes) -> bytes:
    """The document without metadata; raises Unclean for one that is locked, broken or holds other files."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return _written(document)
    except pikepdf.PasswordError as error:
        raise Unclean(msg("it is locked with a password. Send it unlocked.")) from error
    except (pikepdf.PdfError, zlib.error, ValueError, RecursionError) as error:
        raise Unclean(msg("it cannot be read as a PDF document.")) from error


def _written(document: pikepdf.Pdf) -> bytes:
    if len(document.attachments) > 0:
        raise Unclean(msg("other files are packed into it. Send them one by one."))
    if len(document.objects) > MOST_OBJECTS:
        raise Unclean(msg("it has too many parts. Send it as pictures."))
    for key in ("/Info", "/ID"):
        if key in document.trailer:
            del document.trailer[key]
    for each in document.objects:
        _clean(each, 0)
    out = io.BytesIO()
    document.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        encryption=False,
    )
    return out.getvalue()


def _clean(value: Any, depth: int) -> None:
    """Clean an object and what is written inside it; what it refers to comes by itself."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, pikepdf.Array):
        inside = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        _forget(value)
        if isinstance(value, pikepdf.Stream):
            _clean_picture(value)
        inside = [each for _, each in value.items()]
    else:
        return
    for each in inside:
        if isinstance(each, pikepdf.Array | pikepdf.Dictionary) and not each.is_indirect:
            _clean(each, depth + 1)


def _forget(entry: Any) -> None:
    keys = set(_EVERYWHERE)
    if "/ByteRange" in entry or entry.get("/Type") in ("/Sig", "/DocTimeStamp"):
        keys.update(_SIGNATURE)
    if "/Subtype" in entry and "/Rect" in entry and entry.get("/Subtype") != "/Widget":
        keys.update(_COMMENT)
    for key in keys & set(entry.keys()):
        del entry[key]


def _clean_picture(stream: Any) -> None:
    """A photo inside is a JPEG file with everything that its camera wrote."""
    kinds = stream.get("/Filter")
    names = [str(each) for each in kinds] if isinstance(kinds, pikepdf.Array) else [str(kinds)]
    if names == ["/DCTDecode"]:
        photo = stream.read_raw_bytes()
    elif names == ["/FlateDecode", "/DCTDecode"]:
        photo = zlib.decompressobj().decompress(stream.read_raw_bytes(), _LARGEST_PHOTO)
    elif names[-1] in ("/DCTDecode", "/JPXDecode"):
        raise Unclean(msg("it holds pictures of a kind that cannot be cleaned. Send it as pictures."))
    else:
        return
    meant = stream.get("/DecodeParms")
    if isinstance(meant, pikepdf.Array):
        meant = meant[-1]
    given = {"decode_parms": meant} if isinstance(meant, pikepdf.Dictionary) else {}
    stream.write(_without_segments(photo), filter=pikepdf.Name.DCTDecode, **given)


def _without_segments(photo: bytes) -> bytes:
    """A JPEG without its application segments and comments, but for how its colours are meant (JFIF, Adobe).

    What follows the end of the picture is left out too: cameras put whole pictures there.
    """
    kept, at = [photo[:2]], 2
    while at + 4 <= len(photo) and photo[at] == 0xFF and photo[at + 1] != _END:
        mark, end = photo[at + 1], at + 2 + int.from_bytes(photo[at + 2 : at + 4], "big")
        if mark == _SCAN:
            found = _AFTER_SCAN.search(photo, end)
            end = found.start() if found else len(photo)
        if mark not in _LEFT_OUT:
            kept.append(photo[at:end])
        at = end
    return b"".join([*kept, bytes((0xFF, _END))])
