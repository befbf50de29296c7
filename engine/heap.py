"""What Python's garbage collector looks through again and again, and what it need not."""

import gc


def keep_loaded() -> None:
    """Leave what is loaded by now out of the collector's rounds: a process that serves keeps it anyway.

    A round over all modules holds every thread up for a tenth of a second, and a burst of timers brings
    one every few seconds; over what came later it takes some milliseconds.
    """
    gc.collect()
    gc.freeze()
