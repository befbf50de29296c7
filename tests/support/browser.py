"""Finds a Chromium, and installs Debian's where it may. ``python -m tests.support.browser`` does both."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.needs import is_required

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PACKAGES = ("chromium", "fonts-liberation")


def find() -> str | None:
    """The browser to use: ``ALUR_CHROMIUM``, else one of the known names on the path."""
    if named := os.environ.get("ALUR_CHROMIUM"):
        return named if Path(named).is_file() else None
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return str(MAC) if MAC.is_file() else None


def install() -> None:
    """Install Debian's Chromium when this user may; does nothing otherwise."""
    apt = shutil.which("apt-get")
    may = os.name == "posix" and os.geteuid() == 0
    if apt is None or not may:
        return
    print("» Chromium for browser tests, from the system's packages (a minute or two) …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", *PACKAGES)):
        if subprocess.run(
            [apt, *command], env=environment, stdout=subprocess.DEVNULL, check=False
        ).returncode:
            return


def main() -> int:
    """Make a browser ready; says loudly when there is none, which is an error only where one is required."""
    if find() is None:
        install()
    if found := find():
        print(f"» browser for tests: {found}")
        return 0
    line = "!" * 78
    print(f"{line}\n  NO BROWSER: no Chromium was found and none could be installed.")
    print(f"  Browser tests are skipped. Install chromium, or name one in ALUR_CHROMIUM.\n{line}", flush=True)
    return 1 if is_required("browser") else 0


if __name__ == "__main__":
    raise SystemExit(main())
