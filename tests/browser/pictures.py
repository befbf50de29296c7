"""Takes the pictures that README.md shows, from demo data: ``python -m tests.browser.pictures``."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driver import Clock, Officers, Reporter
from tests.browser.forms import fill, press
from tests.browser.journeys import SP4N, Task
from tests.browser.test_designers import PROCESS, package, zipped
from tests.support import browser as chromium
from tests.support.server import LiveServer

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
LARGEST = 200_000  # bytes of one picture
LIMIT_OF_A_TASK = re.compile(
    rb'(<bpmn:userTask id="T09_klarifikasi".*?)<zeebe:property name="alur:serviceLevel"[^>]*>', re.S
)


def main() -> None:
    """Make a house, play a little in it, and take every picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.QUIET))

        def open_page(viewport: dict[str, int] = DESKTOP) -> Page:
            return browser.new_page(viewport=viewport, locale="id-ID", reduced_motion="reduce")  # type: ignore[arg-type]

        reporter = Reporter(open_page(PHONE), server)
        officers = Officers(server, open_page)
        receipt(reporter)
        task(officers, reporter.case_number())
        version(officers.of("perancang@bpom"), server)
        browser.close()


@contextmanager
def serving(folder: Path) -> Iterator[LiveServer]:
    """A server with demo data."""
    server = LiveServer(folder)
    server.prepare()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def receipt(reporter: Reporter) -> None:
    """What a reporter sees after sending."""
    reporter.file(SP4N.service, SP4N.answers(Clock(reporter.server).today))
    keep(reporter.page, "receipt")


def task(officers: Officers, number: str) -> None:
    """A task with the diagram and the place where the report stands."""
    first = SP4N.steps[0]
    assert isinstance(first, Task)
    officers.complete(f"{first.role}@{SP4N.agency}", number, first.name, first.answers)
    page = officers.find(f"admin_instansi@{SP4N.agency}", number, "Verifikasi laporan")
    page.get_by_text("Langkah dan diagram", exact=True).click()
    diagram = page.locator("details.steps .scroll:has(svg)").first
    diagram.wait_for()
    page.evaluate("window.scrollTo(0, 0)")
    box = diagram.bounding_box()
    assert box is not None
    keep(page, "task", height=round(box["y"] + box["height"]) + 16)


def version(page: Page, server: LiveServer) -> None:
    """A draft with a finding, drawn on its diagram."""
    files = package()
    path = f"{PROCESS}.bpmn"
    files[path], changed = LIMIT_OF_A_TASK.subn(rb"\1", files[path])
    assert changed == 1
    page.goto(f"{server.url}/sop")
    fill(page, berkas=zipped(files), catatan="Batas waktu klarifikasi dihapus")
    press(page, "Unggah dan periksa")
    page.get_by_role("button", name="Tunjukkan di diagram", exact=True).click()
    page.evaluate("window.scrollTo(0, 0)")
    keep(page, "version")


def keep(page: Page, name: str, height: int | None = None) -> None:
    """Keep the page, or its top, as a picture with few colours, which text and lines do not miss."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    picture = Image.open(path).convert("RGB")
    picture = picture.crop((0, 0, picture.width, height or picture.height))
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST, f"{path.name}: {path.stat().st_size} bytes"


if __name__ == "__main__":
    main()
