"""What was refused or went wrong, as lines for people and as a document for programs."""

import logging
import traceback
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import AlurError, Invalid, Refused

log = logging.getLogger("alur.cli")


class Said(NamedTuple):
    """One refusal, told twice."""

    text: str
    document: dict[str, Any]


def refusal(error: AlurError) -> Said:
    """What the engine refused, every fault on its own line, and how to mend it."""
    fields = [(fault.key, str(fault.message)) for fault in error.fields] if isinstance(error, Invalid) else []
    findings = error.findings if isinstance(error, Refused) else []
    lines = [
        str(error),
        *(f"  {key}: {message}" for key, message in fields),
        *(f"  {finding.path}:{finding.line} {finding.element}: {finding.message}" for finding in findings),
    ]
    document: dict[str, Any] = {"error": str(error)}
    if fields:
        document["fields"] = [{"key": key, "message": message} for key, message in fields]
    if findings:
        document["findings"] = [finding.as_json() for finding in findings]
    if error.hint:
        lines.append(f"  {error.hint}")
        document["hint"] = str(error.hint)
    return Said("\n".join(lines), document)


def unexpected(error: Exception) -> Said:
    """What the machine, the database or a fault of ours stopped: one line; the log has the traceback."""
    log.debug("unexpected failure", exc_info=error)
    if isinstance(error, OSError):
        text = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    elif type(error).__module__.startswith("sqlalchemy."):
        # The driver's own first line; SQLAlchemy adds the statement and its parameters, which may be secret.
        text = f"The database refused: {_first_line(getattr(error, 'orig', None) or error)}"
    else:
        at = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(at.filename).name}:{at.lineno}"
        text = f"Unexpected failure at {place}: {type(error).__name__}: {_first_line(error)}"
    return Said(text, {"error": text})


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
