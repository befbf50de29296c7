"""Files that a designer sends: single files, several, or a zip, within the limits of a package."""

from flask import request

from engine.bpmn import packages
from engine.errors import FieldError, Invalid, msg

FIELD = "berkas"


def files() -> dict[str, bytes]:
    """The uploaded files by path. Raises Invalid without any, Refused with every fault of an archive."""
    given = []
    left = packages.MAX_BYTES
    for each in request.files.getlist(FIELD):
        if not each.filename:
            continue
        data = each.stream.read(
            left + 1
        )  # one octet too many is enough to be refused by the package's limits
        left = max(0, left - len(data))
        given.append((each.filename, data))
    if not given:
        fault = FieldError(FIELD, msg("Choose a file."))
        raise Invalid(msg("Some answers need correction."), [fault])
    return packages.read_uploads(given)
