"""Watches a browser page for what no page of ours may do."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

# Prebuilt editors carry style="…" in their markup; the policy drops it, as docs/frontend.md explains.
HARMLESS = "Applying inline style violates"
BLOCKED = "Content Security Policy"


class Watch:
    """Collects script errors, broken security rules and requests to other hosts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"script error on {page.url}: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type == "error" and BLOCKED in text and not text.startswith(HARMLESS):
            self.problems.append(f"security rule broken on {self.page.url}: {text}")

    def _request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in ("http", "https", "ws", "wss") and where.hostname != "127.0.0.1":
            self.problems.append(f"asked another host: {request.url}")
