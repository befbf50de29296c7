"""``alur`` on the command line.

``--json`` prints exactly one JSON document on standard output; diagnostics go to standard error. Exit codes:
0 yes, 1 the answer is no, 2 wrong usage.
"""

from webapp.cli.main import main

__all__ = ["main"]
