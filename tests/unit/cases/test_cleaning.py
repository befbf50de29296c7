"""What programs and cameras write into files does not survive; what people see and hear does."""

import io
import subprocess
import sys

import pikepdf
import pytest
from PIL import Image

from engine.cases.cleaning import apart, cleaned
from engine.clock import stopwatch
from engine.errors import Invalid
from tests.unit.cases import made

FILES = {
    "application/pdf": made.pdf,
    "image/jpeg": made.jpeg,
    "image/png": made.png,
    "audio/mpeg": made.mp3,
    "video/mp4": made.mp4,
}


def _told(data: bytes) -> bytes:
    """The file's bytes, and those of a document's parts as a reader unpacks them."""
    if not data.startswith(b"%PDF"):
        return data
    with pikepdf.open(io.BytesIO(data)) as document:
        streams = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
        raw = [each.read_raw_bytes() for each in streams]
        parts = [each.read_bytes() for each in streams if each.get("/Filter") != "/DCTDecode"]
        shown = [repr(each).encode() for each in document.objects]
    return b"".join((data, *raw, *parts, *shown))


@pytest.mark.parametrize("media_type", FILES)
def test_nothing_of_the_maker_survives(media_type: str) -> None:
    data = FILES[media_type]()
    assert made.CANARY[:8] in _told(data)

    clean = cleaned("berkas", data, media_type)

    assert made.CANARY[:8] not in _told(clean)
    again = cleaned("berkas", clean, media_type)
    assert media_type == "image/jpeg" or again == clean, "cleaning twice changes nothing more"


def test_a_document_still_shows_its_page_and_its_picture() -> None:
    clean = cleaned("surat.pdf", made.pdf(), "application/pdf")
    with pikepdf.open(io.BytesIO(clean)) as document:
        page = document.pages[0]
        assert page.obj.Annots[0].Contents == "isi"
        photo = pikepdf.PdfImage(page.obj.Resources.XObject.Foto).as_pil_image()
    assert photo.size == (16, 8)
    assert photo.getpixel((3, 3))[0] > 240


def test_a_sound_keeps_all_its_frames() -> None:
    assert cleaned("suara.mp3", made.mp3(), "audio/mpeg") == made.FRAME * 4


def test_a_film_keeps_its_picture_where_it_was() -> None:
    film = made.mp4()
    clean = cleaned("film.mp4", film, "video/mp4")
    at = film.index(b"gambar--")
    assert len(clean) == len(film)
    assert clean[at : at + 8] == b"gambar--"
    assert clean.count(b"trak") == 1


@pytest.mark.parametrize(
    ("data", "media_type", "why"),
    [
        (b"%PDF-1.4 (Author) %%EOF", "application/pdf", "cannot be read"),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(300), "audio/mpeg", "no sound"),
        (made.box(b"ftyp", b"isom"), "video/mp4", "cannot be read"),
        (made.mp4()[:-30], "video/mp4", "cannot be read"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "cannot be read"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_by_name(data: bytes, media_type: str, why: str) -> None:
    with pytest.raises(Invalid, match=f"berkas: .*{why}"):
        cleaned("berkas", data, media_type)


def test_a_document_with_files_inside_or_a_password_is_refused() -> None:
    document = pikepdf.new()
    document.add_blank_page()
    locked = io.BytesIO()
    document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Invalid, match="password"):
        cleaned("surat.pdf", locked.getvalue(), "application/pdf")
    document.attachments["rahasia.docx"] = made.CANARY
    packed = io.BytesIO()
    document.save(packed)
    with pytest.raises(Invalid, match="one by one"):
        cleaned("surat.pdf", packed.getvalue(), "application/pdf")


def test_a_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (16, 8)).save(out, "JPEG", exif=exif)
    with Image.open(io.BytesIO(cleaned("foto.jpg", out.getvalue(), "image/jpeg"))) as image:
        assert image.size == (8, 16)


MOST_MEMORY = """
import resource
from contextlib import suppress
from engine.cases.cleaning import cleaned
from engine.errors import Invalid
from tests.unit.cases import made
with suppress(Invalid):
    cleaned("bom.pdf", made.bomb(), "application/pdf")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_document_that_unfolds_without_end_costs_little() -> None:
    """Tried in a process of its own: what other tests' children needed does not count."""
    begun = stopwatch()
    alone = subprocess.run([sys.executable, "-c", MOST_MEMORY], capture_output=True, check=True, text=True)
    assert stopwatch() - begun < 3 * apart.SECONDS
    assert 0 < int(alone.stdout) * 1024 < apart.MEMORY
