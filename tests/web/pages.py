"""What tests do with pages: read their forms, send them back, sign in."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "rahasia sekali"


class _Forms(HTMLParser):
    """The forms of a page with the values that a browser would send, buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self.forms.append({"action": given.get("action") or "", "fields": {}, "buttons": []})
        elif not self.forms:
            return
        elif tag == "button":
            self.forms[-1]["buttons"].append((name, given.get("value") or ""))
        elif tag == "input" and name:
            self._take_input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given.get("value") or "")
        elif tag == "textarea" and name:
            self._textarea = name
            self._add(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1]["fields"][self._textarea][-1] += data.removeprefix("\n")

    def _take_input(self, name: str, given: dict[str, str | None]) -> None:
        kind = given.get("type") or "text"
        if kind == "file" or (kind in ("radio", "checkbox") and "checked" not in given):
            return
        self._add(name, given.get("value") or "")

    def _add(self, name: str, value: str) -> None:
        self.forms[-1]["fields"].setdefault(name, []).append(value)


def forms(answer: TestResponse) -> list[dict[str, Any]]:
    """Every form of a page: ``{"action", "fields": {name: [values]}, "buttons"}``."""
    parser = _Forms()
    parser.feed(answer.get_data(as_text=True))
    return parser.forms


def form(answer: TestResponse, action: str = "") -> dict[str, Any]:
    """The first form whose action contains ``action``, the sign-out form left out."""
    return next(f for f in forms(answer) if action in f["action"] and "/keluar" not in f["action"])


def send(
    client: FlaskClient,
    answer: TestResponse,
    action: str = "",
    /,
    without: tuple[str, ...] = (),
    **values: Any,
) -> TestResponse:
    """Fill in a page's form and send it, as a browser without scripts does."""
    found = form(answer, action)
    fields = {name: value for name, value in found["fields"].items() if name not in without}
    fields |= {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    return client.post(found["action"], data=fields, content_type="multipart/form-data")


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
    """Sign in through the page, as somebody else than before if need be."""
    client.delete_cookie("alur")
    return send(client, client.get("/masuk"), login=login, kata_sandi=password)


def token(client: FlaskClient, url: str = "/masuk") -> str:
    """A form token that a page hands out."""
    fields = form(client.get(url))["fields"]
    return str(fields["_token"][0])
