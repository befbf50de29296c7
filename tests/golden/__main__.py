"""``python -m tests.golden``: write the saved states of the release in hand beside those of earlier ones."""

import configparser
import sys
from collections import Counter
from pathlib import Path

from tests.golden.saved import FOLDER, write
from tests.golden.stories import save

SETUP = Path(__file__).parents[2] / "setup.cfg"


def main() -> int:
    settings = configparser.ConfigParser()
    settings.read(SETUP)
    release = save(settings["metadata"]["version"])
    path = FOLDER / f"{release.release}-{release.revision}.json.xz"
    write(path, release)
    kinds = Counter(wait.split()[1] for state in release.states for wait in state.waits)
    ended = sum(state.end["status"] == "completed" for state in release.states)
    print(f"{path.name}: {len(release.states)} cases, {ended} end, {path.stat().st_size} bytes")
    print(dict(kinds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
