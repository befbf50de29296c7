"""Archives that are broken, lie, or lead out of their folder."""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Iterator

from tests.faults.uploads.whole import BPMN, DMN, Upload, zipped


def archives() -> Iterator[Upload]:
    """All of them."""
    whole = zipped({"p.bpmn": BPMN, "m.dmn": DMN})
    for name, data in {**_names(), **_bombs(whole)}.items():
        yield Upload(f"archive: {name}", "paket.zip", data)
    for part in range(1, 10):
        yield Upload(f"archive: cut at {part}/10", "paket.zip", whole[: len(whole) * part // 10])
    chance = random.Random(7)
    for number in range(25):
        changed = bytearray(whole)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        yield Upload(f"archive: scratch {number}", "paket.zip", bytes(changed), refused=False)


def _names() -> dict[str, bytes]:
    listed = (
        "../p.bpmn",
        "/etc/p.bpmn",
        "a/../../p.bpmn",
        "C:/p.bpmn",
        "a\\..\\p.bpmn",
        "p.bpmn:stream",
        "..",
    )
    named = {f"called {name}": zipped({name: BPMN}) for name in listed}
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("p.bpmn", BPMN)
        archive.writestr("p.bpmn", BPMN)
    link = zipfile.ZipInfo("p.bpmn")
    link.external_attr = 0o120777 << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return named | {"a name twice": out.getvalue(), "a link": linked.getvalue()}


def _bombs(whole: bytes) -> dict[str, bytes]:
    zeros = b"\0" * (60 * 1024 * 1024)
    locked = bytearray(whole)
    for at in (whole.index(b"PK\x03\x04") + 6, whole.index(b"PK\x01\x02") + 8):
        locked[at] |= 1
    lying = bytearray(zipped({"p.bpmn": zeros}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", lying, bytes(lying).index(signature) + offset, 100)
    method = bytearray(whole)
    struct.pack_into("<H", method, whole.index(b"PK\x01\x02") + 10, 99)
    return {
        "a bomb": zipped({"p.bpmn": zeros}),
        "a bomb that lies": bytes(lying),
        "many bombs": zipped({f"{n}.bpmn": zeros[: 8 << 20] for n in range(10)}),
        "an archive inside": zipped({"inner.zip": whole}),
        "an archive inside, called otherwise": zipped({"p.bpmn": whole}),
        "201 files": zipped({f"{n}.md": b"x" for n in range(201)}),
        "10,000 files": zipped({f"{n}.md": b"" for n in range(10_000)}),
        "locked": bytes(locked),
        "an unknown method": bytes(method),
        "nothing inside": zipped({}),
        "only folders": zipped({"a/": b"", "b/": b""}),
        "nothing to run": zipped({"baca.md": b"x"}),
        "garbage": b"PK\x03\x04" + b"\xff" * 500,
        "only an end": whole[whole.index(b"PK\x05\x06") :],
        "a diagram with faults": zipped({"p.bpmn": BPMN[:300]}),
        "a form with faults": zipped({"p.bpmn": BPMN, "forms/f.json": b"{"}),
        "a decision with faults": zipped({"p.bpmn": BPMN, "m.dmn": DMN[:300]}),
        "an SOP file with faults": zipped({"p.bpmn": BPMN, "sop.toml": b"process_id = "}),
    }
