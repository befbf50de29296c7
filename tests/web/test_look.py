"""The look: contrast of each token pair, nothing fetched from elsewhere, one heading a page."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.journeys import file_report, open_own, text_of, to_check_page

WEBAPP = Path(__file__).parents[2] / "webapp"
CSS = (WEBAPP / "static" / "alur.css").read_text(encoding="utf-8")
PAIRS = [
    ("text", "bg", 4.5),
    ("text", "surface", 4.5),
    ("muted", "surface", 4.5),
    ("muted", "bg", 4.5),
    ("link", "bg", 4.5),
    ("link", "surface", 4.5),
    ("control", "surface", 3),
    ("control", "bg", 3),
    ("on-brand", "brand", 4.5),
    ("on-destroy", "destroy", 4.5),
    ("danger", "bg", 4.5),
    *((tone, f"{tone}-bg", 4.5) for tone in ("ok", "info", "warn", "danger", "wait", "secret")),
]


def tokens(dark: bool) -> dict[str, str]:
    light, other = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    found = dict(re.findall(r"--([\w-]+): (#\w+);", light))
    return found | dict(re.findall(r"--([\w-]+): (#\w+);", other)) if dark else found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(front: str, back: str, least: float, dark: bool) -> None:
    found = tokens(dark)
    one, two = sorted((luminance(found[front]), luminance(found[back])), reverse=True)
    assert (one + 0.05) / (two + 0.05) >= least


def test_nothing_is_fetched_from_elsewhere() -> None:
    own = [*WEBAPP.glob("templates/**/*.html"), *WEBAPP.glob("static/*.css"), *WEBAPP.glob("static/*.js")]
    assert len(own) > 15
    for path in own:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text and "https://" not in text and "@import" not in text, path


def test_no_inline_script_or_style_in_any_template() -> None:
    for path in WEBAPP.glob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\bsrc=)", text), path


def test_each_page_has_one_heading_and_a_title(client: FlaskClient) -> None:
    check = to_check_page(client)
    sent = file_report(client)
    pages = [client.get(url) for url in ("/", "/lapor", "/lapor/bpom/sp4n_umum", "/lacak", "/masuk", "/x")]
    pages += [check, sent.page, client.get(f"/lacak/{sent.number}"), open_own(client, sent)]
    for page in pages:
        html = text_of(page)
        assert html.count("<h1") == 1
        assert re.search(r"<title>[^<]+ – [^<]+</title>", html)
        assert html.count(' class="primary"') + html.count("button primary") <= 1


def test_every_form_carries_a_token(client: FlaskClient) -> None:
    for path in WEBAPP.glob("templates/**/*.html"):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), re.DOTALL):
            carried = ("form_start()", "own_start(", 'name="_token"')
            assert any(each in form for each in carried), f"{path}: {form[:120]}"
