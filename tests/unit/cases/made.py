"""Small real files that carry a canary in every place where programs and cameras write about their owners."""

import io
import struct
import zlib

import pikepdf
from PIL import Image, PngImagePlugin

CANARY = b"Kenari-7391"
TEXT = CANARY.decode()
FRAME = bytes((0xFF, 0xFB, 0x90, 0x00)) + bytes(413)  # MPEG 1 layer 3, 128 kbit/s, 44.1 kHz: 417 bytes


def jpeg() -> bytes:
    """A photo with a place, a camera, an owner and a comment; more follows behind its end."""
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x9286] = TEXT, TEXT, TEXT
    out = io.BytesIO()
    Image.new("RGB", (16, 8), "red").save(out, "JPEG", exif=exif, comment=CANARY)
    return out.getvalue() + CANARY


def png() -> bytes:
    """A picture with texts and Exif."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", TEXT)
    texts.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{TEXT}</x:xmpmeta>")
    exif = Image.Exif()
    exif[0x010F] = TEXT
    out = io.BytesIO()
    Image.new("RGB", (16, 8), "red").save(out, "PNG", pnginfo=texts, exif=exif)
    return out.getvalue()


def pdf() -> bytes:
    """A document whose author, XMP, comment, signature, program data and photo all name the owner."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 100))
    page = document.pages[0]
    with document.open_metadata() as xmp:
        xmp["dc:creator"] = [TEXT]
    for key in ("Author", "Producer", "Creator", "Title"):
        document.docinfo[f"/{key}"] = TEXT
    text = pikepdf.String(TEXT)
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=text, M=text, Contents="isi"
    )
    signature = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Sig, Name=text, Contents=text, ByteRange=[0, 1, 2, 3])
    )
    page.obj.Annots = pikepdf.Array([note])
    page.obj.PieceInfo = pikepdf.Dictionary(Program=pikepdf.Dictionary(Private=text))
    document.Root.AcroForm = pikepdf.Dictionary(
        Fields=[pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="tanda", V=signature)]
    )
    photo = pikepdf.Stream(document, jpeg())
    photo.Type, photo.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    photo.Width, photo.Height, photo.BitsPerComponent = 16, 8, 8
    photo.ColorSpace, photo.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Foto=photo))
    page.obj.Contents = pikepdf.Stream(document, b"q 100 0 0 50 0 0 cm /Foto Do Q")
    out = io.BytesIO()
    document.save(out, static_id=True)
    return out.getvalue()


def mp3() -> bytes:
    """Four frames of silence between tags of every kind."""
    body = b"TPE1" + struct.pack(">IH", 12, 0) + b"\0" + CANARY
    size = len(body)
    tag = b"ID3\x04\0\0" + bytes((size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127)) + body
    ape = b"APETAGEX" + CANARY.ljust(24, b"\0") + CANARY + b"APETAGEX" + bytes(24)
    return tag + FRAME * 2 + CANARY + FRAME * 2 + ape + (b"TAG" + CANARY).ljust(128, b"\0")


def box(kind: bytes, *content: bytes) -> bytes:
    """An MP4 box."""
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def _track(handler: bytes, entry: bytes, offset: int, size: int) -> bytes:
    table = box(
        b"stbl",
        box(b"stsd", bytes(4), struct.pack(">I", 1), entry),
        box(b"stts", bytes(4), struct.pack(">III", 1, 1, 1)),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 1, 1)),
        box(b"stsz", bytes(4), struct.pack(">III", 0, 1, size)),
        box(b"stco", bytes(4), struct.pack(">II", 1, offset)),
    )
    named = box(b"hdlr", bytes(8), handler, bytes(12), CANARY + b"\0")
    times = CANARY[:8] + bytes(12)
    return box(
        b"trak",
        box(b"tkhd", bytes(4), times, bytes(60)),
        box(b"mdia", box(b"mdhd", bytes(4), times), named, box(b"minf", table)),
        box(b"udta", CANARY),
    )


def mp4() -> bytes:
    """A film of one picture beside a track of places, with an owner, a device and times."""
    kind = box(b"ftyp", b"isom", bytes(4), b"isommp42")
    start = len(kind) + 8
    shown = b"gambar--"
    picture = box(b"avc1", bytes(6), b"\0\1", bytes(32), b"\0\1", b"\x0b" + CANARY.ljust(31, b"\0"), bytes(4))
    place = box(b"mebx", CANARY)
    whole = box(
        b"moov",
        box(b"mvhd", bytes(4), CANARY[:8], bytes(88)),
        _track(b"vide", picture, start, len(shown)),
        _track(b"meta", place, start + len(shown), len(CANARY)),
        box(b"udta", box(b"\xa9xyz", CANARY)),
        box(b"meta", CANARY),
    )
    return kind + box(b"mdat", shown, CANARY, CANARY) + whole + box(b"uuid", CANARY) + box(b"free", CANARY)


def bomb() -> bytes:
    """A small document whose packed objects unfold to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = [packer.compress(b"10 0 << /A (")]
    packed += [packer.compress(b"a" * 1_000_000) for _ in range(1000)]
    packed += [packer.compress(b") >>"), packer.flush()]
    stream = b"".join(packed)
    document, places = b"%PDF-1.5\n", {}
    for number, content in (
        (1, b"<</Type/Catalog/Pages 2 0 R/X 10 0 R>>"),
        (2, b"<</Type/Pages/Kids[]/Count 0>>"),
        (
            3,
            b"<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
            % (len(stream), stream),
        ),
    ):
        places[number] = len(document)
        document += b"%d 0 obj%b endobj\n" % (number, content)
    places[4] = len(document)
    rows = [
        (2, 3) if number == 10 else (1, places[number]) if number in places else (0, 0)
        for number in range(11)
    ]
    table = b"".join(struct.pack(">BIH", kind, place, 0) for kind, place in rows)
    head = b"4 0 obj<</Type/XRef/Size 11/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return document + head + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % places[4]
