"""The prebuilt editors load, draw and read back under the pages' security policy."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import shot

pytestmark = pytest.mark.browser

VENDOR = Path(__file__).resolve().parents[2] / "webapp" / "static" / "vendor"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'"
)
TYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html"}
FOLDER = Path(__file__).with_name("vendor_pages")


class Static(BaseHTTPRequestHandler):
    """Serves the vendor folder and the small pages of these tests, as strictly as Alur does."""

    def do_GET(self) -> None:
        root, _, name = self.path.lstrip("/").partition("/")
        file = {"vendor": VENDOR, "pages": FOLDER}.get(root, FOLDER) / name
        self.send_response(200 if file.is_file() else 404)
        self.send_header("Content-Type", TYPES.get(file.suffix[1:], "application/octet-stream"))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if file.is_file():
            self.wfile.write(file.read_bytes())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Static)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/pages"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(page: Page, address: str) -> dict[str, object]:
    """Open a test page and wait for what its script found out."""
    page.goto(address)
    page.wait_for_function("window.result")
    result: dict[str, object] = page.evaluate("window.result")
    assert result.get("error") is None
    return result


def test_the_modeler_takes_our_templates_and_gives_the_diagram_back(page: Page, site: str) -> None:
    result = opened(page, f"{site}/modeler.html")
    assert result["warnings"] == []
    assert result["faults"] == []
    page.click("[data-element-id=tugas] .djs-hit", force=True)
    page.get_by_text("Custom properties").click()
    page.get_by_label("Batas waktu", exact=True).wait_for()
    shot(page, "vendor-modeler")
    xml = page.evaluate("modeler.saveXML({format: true}).then(saved => saved.xml)")
    assert 'name="alur:serviceLevel" value="3 HK"' in xml


def test_the_viewer_marks_where_a_case_stands(page: Page, site: str) -> None:
    assert opened(page, f"{site}/viewer.html")["warnings"] == []
    assert page.locator(".here").count() == 1
    shot(page, "vendor-viewer")


def test_the_decision_editor_shows_a_table_and_its_mark(page: Page, site: str) -> None:
    assert opened(page, f"{site}/dmn.html")["warnings"] == []
    page.click("td.input-cell")
    page.keyboard.type(' , "b"')
    mark = page.locator(".bjs-powered-by").bounding_box()
    assert mark is not None and mark["x"] > 1000 and mark["y"] > 600
    shot(page, "vendor-dmn")


def test_the_form_editor_and_its_preview_hold_the_schema(page: Page, site: str) -> None:
    opened(page, f"{site}/form.html")
    schema = json.loads(page.evaluate("JSON.stringify(editor.saveSchema())"))
    assert [each["key"] for each in schema["components"]] == ["nama", "kategori"]
    shot(page, "vendor-form-editor")
    opened(page, f"{site}/formview.html")
    assert page.get_by_label("Nama").count() == 1


def test_htmx_swaps_an_answer_of_the_server(page: Page, site: str) -> None:
    opened(page, f"{site}/htmx.html")
    page.click("button")
    page.get_by_text("dari peladen").wait_for()
