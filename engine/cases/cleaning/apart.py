"""Documents are taken apart in a process of their own: a hostile one costs seconds, never the server.

A megabyte of PDF can unfold to gigabytes; the limits below end such a process, and the document is refused.
"""

import subprocess
import sys

from engine.cases.cleaning import pdf
from engine.cases.cleaning.unclean import Unclean
from engine.errors import Message, msg

MEMORY = 512 * 1024 * 1024
SECONDS = 10
_TOLD = 3  # the exit code that says: standard output holds the reason


def cleaned(data: bytes) -> bytes:
    """``pdf.cleaned`` within limits of memory and time; raises Unclean."""
    if pdf.is_bare(data):
        return data
    try:
        child = subprocess.run(  # noqa: S603  # our own module in our own Python
            [sys.executable, "-m", __name__],
            input=data,
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unclean(msg("it takes too long to read. Send it as pictures.")) from error
    if child.returncode == 0:
        return child.stdout
    if child.returncode == _TOLD:
        raise Unclean(Message(child.stdout.decode(), {}))
    raise Unclean(msg("it takes too much to read. Send it as pictures."))


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    _limit()
    try:
        sys.stdout.buffer.write(pdf.cleaned(sys.stdin.buffer.read()))
    except Unclean as error:
        sys.stdout.write(error.why.template)
        return _TOLD
    return 0


if __name__ == "__main__":
    sys.exit(_main())
