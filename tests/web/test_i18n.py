"""Two languages: every sentence has its Indonesian, the address or the person decides."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.errors import msg
from tests.web.pages import sign_in
from webapp import catalogues, i18n

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize("folder", catalogues.SOURCES)
def test_every_sentence_has_its_indonesian(folder: str) -> None:
    assert catalogues.missing("id", folder) == {}


def test_the_search_for_sentences_finds_templates_and_code() -> None:
    found = catalogues.used("webapp")
    assert found["Sign out"].endswith("base.html")
    assert found["Too many attempts"].endswith("errors.py")


def test_fragments_agree_and_keep_placeholders() -> None:
    catalog, clashes = catalogues.merged("id")
    assert clashes == []
    broken = [
        entry.id
        for entry in catalog
        if isinstance(entry.id, str)
        and set(PLACEHOLDER.findall(entry.id)) != set(PLACEHOLDER.findall(str(entry.string)))
    ]
    assert broken == []


def test_fragments_that_disagree_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for name, text in (("a", "satu"), ("b", "dua")):
        (folder / f"{name}.po").write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "One"\nmsgstr "{text}"\n'
        )
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    assert catalogues.merged("id")[1] == ["b: One"]
    catalogues.compile_when_stale("id")
    assert catalogues.compiled("id").exists()


def test_indonesian_unless_the_address_says_english(client: FlaskClient) -> None:
    page = client.get("/masuk").get_data(as_text=True)
    assert '<html lang="id">' in page and "Kata sandi" in page
    english = client.get("/masuk?bahasa=en")
    text = english.get_data(as_text=True)
    assert '<html lang="en">' in text and "Password" in text
    assert "Set-Cookie" not in english.headers
    assert 'action="/masuk?bahasa=en"' in text
    assert '<html lang="id">' in client.get("/masuk?bahasa=xx").get_data(as_text=True)


def test_signed_in_people_keep_their_choice(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    assert "Sign out" not in client.get("/tidak-ada").get_data(as_text=True)
    answer = client.get("/bahasa/en?kembali=/tidak-ada?a=1")
    assert answer.location == "/tidak-ada?a=1"
    assert "Sign out" in client.get("/tidak-ada").get_data(as_text=True)
    assert '<html lang="id">' in client.get("/").get_data(as_text=True)
    assert client.get("/bahasa/xx").status_code == 404


def test_the_engines_sentences_are_translated_with_their_values(app: Flask) -> None:
    message = msg("This page needs the role %(roles)s.", roles=msg("Login"))
    with app.test_request_context("/"):
        assert i18n.translate(message) == "Halaman ini memerlukan peran Nama masuk."
        assert i18n.translate("Login") == "Nama masuk"
        assert i18n.translate("") == ""
    with app.test_request_context("/?bahasa=en"):
        assert i18n.translate(message) == "This page needs the role Login."
