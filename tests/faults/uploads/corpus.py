"""The corpus: broken and hostile diagrams, archives, forms, decisions and SOP files, at least 250 of them."""

import random
from collections.abc import Iterator

from tests.faults.uploads.archives import archives
from tests.faults.uploads.companions import companions
from tests.faults.uploads.models import models
from tests.faults.uploads.texts import texts
from tests.faults.uploads.whole import BPMN, DMN, Upload

# Odd, but whole: they may be taken.
_WHOLE = {"100,000 attributes", "many namespaces"}


def corpus() -> list[Upload]:
    """All of it, always the same."""
    return [*_diagrams(), *_scratched(), *archives(), *companions()]


def _diagrams() -> Iterator[Upload]:
    for name, data in {**texts(), **models()}.items():
        yield Upload(f"diagram: {name}", "p.bpmn", data, name not in _WHOLE)


def _scratched() -> Iterator[Upload]:
    """Cut short and with single bytes changed: most are broken, some are whole."""
    for kind, path, data in (("diagram", "p.bpmn", BPMN), ("decision", "m.dmn", DMN)):
        for part in range(1, 20):
            yield Upload(f"{kind}: cut at {part}/20", path, data[: len(data) * part // 20])
        chance = random.Random(kind)
        for number in range(30):
            changed = bytearray(data)
            for _ in range(1 + number // 10):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield Upload(f"{kind}: scratch {number}", path, bytes(changed), refused=False)
