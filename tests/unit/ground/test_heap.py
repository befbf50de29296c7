"""What is loaded at the start is not looked through by the collector again."""

import gc
import subprocess
import sys

LOADED = """
import gc, weakref
from engine import heap
class Kept: pass
kept = [Kept()]
kept[0].itself = kept
seen = weakref.ref(kept[0])
heap.keep_loaded()
print(gc.get_freeze_count() > 1000, any(one is kept for one in gc.get_objects()))
del kept
gc.collect()
print(seen() is not None)
"""


def test_a_round_does_not_touch_what_was_loaded_before() -> None:
    """Even a circle that nobody holds any more stays, so no round went there."""
    before = gc.get_freeze_count()
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "True"]
    assert gc.get_freeze_count() == before  # nothing of this process was frozen
