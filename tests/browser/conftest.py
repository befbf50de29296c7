"""A real Chromium on a real server. Pages are watched: a script error, a foreign address or a broken
security rule fails the test that met it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from engine.upkeep.demo import PASSWORD
from tests.browser.driver import Reporter
from tests.support import browser as chromium
from tests.support.needs import lacking
from tests.support.server import LiveServer, copied
from tests.support.watch import Watch

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

SECOND_OFFICER = "petugas_kedua@sp4n_umum"  # beside petugas_pengaduan@sp4n_umum, in the same role

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of the run."""
    executable = chromium.find()
    if executable is None:
        lacking("browser", "no Chromium found; install chromium or name one in ALUR_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(chromium.QUIET))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens pages, each a visitor of its own: ``open_page(PHONE, javascript=False)``."""
    watches: list[Watch] = []
    with ExitStack() as closing:

        def opener(viewport: dict[str, int] = DESKTOP, *, javascript: bool = True) -> Page:
            context = browser.new_context(
                viewport=viewport,  # type: ignore[arg-type]
                java_script_enabled=javascript,
                locale="id-ID",
                timezone_id="Asia/Jakarta",
            )
            closing.callback(context.close)
            context.set_default_timeout(20_000)
            page = context.new_page()
            watches.append(Watch(page))
            return page

        yield opener
        if getattr(request.node, "failed", False):
            for number, watch in enumerate(watches):
                shot(watch.page, f"failed-{request.node.name}-{number}")
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: Opener) -> Page:
    """A desktop browser, 1280 px wide, with JavaScript."""
    return open_page(DESKTOP)


@pytest.fixture
def phone(open_page: Opener) -> Page:
    """A telephone, 360 px wide, with JavaScript."""
    return open_page(PHONE)


@pytest.fixture
def plain_page(open_page: Opener) -> Page:
    """A desktop browser without JavaScript."""
    return open_page(DESKTOP, javascript=False)


@pytest.fixture
def plain_phone(open_page: Opener) -> Page:
    """A telephone without JavaScript."""
    return open_page(PHONE, javascript=False)


@pytest.fixture
def phone_reporter(open_page: Opener, live_server: LiveServer) -> Reporter:
    """A reporter with a telephone, at the shared server."""
    return Reporter(open_page(PHONE), live_server)


@pytest.fixture(params=["with script", "without script"])
def any_phone(request: pytest.FixtureRequest, open_page: Opener) -> Page:
    """A telephone; the test runs once with JavaScript and once without."""
    return open_page(PHONE, javascript=request.param == "with script")


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> LiveServer:
    """The demo data and one person more, made once for the run and never served itself."""
    server = LiveServer(tmp_path_factory.mktemp("demo") / "alur")
    server.prepare()
    person = ("--name", "Tono Karangan", "--role", "petugas_pengaduan", "--password", PASSWORD)
    server.alur("user", "add", SECOND_OFFICER, *person)
    return server


@pytest.fixture(scope="session")
def live_server(demo_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A running server with demo data that the tests of a run share: do not move its clock."""
    server = copied(demo_server, tmp_path_factory.mktemp("live") / "alur")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def moving_server(demo_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A running server with demo data whose clock the tests of a run move, only ever forward."""
    server = copied(demo_server, tmp_path_factory.mktemp("moving") / "alur")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(demo_server: LiveServer, tmp_path: Path) -> Iterator[LiveServer]:
    """A running server with demo data of this test's own: its clock may be moved."""
    server = copied(demo_server, tmp_path / "alur")
    server.start()
    yield server
    server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember a failed test, so that its pages are photographed before they close."""
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report


def shot(page: Page, name: str) -> Path:
    """A picture of the whole page in test-results/."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{''.join(c if c.isalnum() or c in '-_' else '-' for c in name)}.png"
    page.screenshot(path=path, full_page=True)
    return path
