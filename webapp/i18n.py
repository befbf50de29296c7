"""Languages: Indonesian first, English second. Source strings are English.

Each audience keeps its own fragment ``translations/id/LC_MESSAGES/<fragment>.po``; they are merged and
compiled into ``messages.mo`` by ``python -m webapp.i18n`` and, when stale, at start;
``python -m webapp.i18n missing`` lists what lacks a translation.
"""

import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, has_request_context, request, url_for
from flask_babel import Babel, get_locale, gettext  # type: ignore[import-untyped]

from engine.errors import Message, as_kept
from webapp import catalogues
from webapp.visitor import visitor

DEFAULT = "id"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
PARAMETER = "bahasa"
COOKIE = "alur_bahasa"


def language() -> str:
    """The language of this request: the address says it, else the signed-in person's choice, else Indonesian.

    Pages that know nobody read no cookie either.
    """
    who = visitor().person
    wishes = [request.args.get(PARAMETER)]
    if who is not None:
        wishes += [request.cookies.get(COOKIE), who.language]
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT) or DEFAULT


def switch_url(code: str) -> str:
    """This page in another language: by its address, or by a kept choice for signed-in people."""
    back = {name: value for name, value in request.args.items() if name != PARAMETER}
    if visitor().person is not None:
        query = f"?{urlencode(back)}" if back else ""
        return url_for("account.choose_language", code=code, kembali=request.path + query)
    return f"{request.path}?{urlencode({**back, PARAMETER: code})}"


def current_language() -> str:
    """The language that texts are being translated to now."""
    locale = get_locale()
    return str(locale.language) if locale else DEFAULT


def translate(message: Message | str) -> str:
    """A sentence of the engine in the reader's language; values that are sentences are translated too."""
    if isinstance(message, str):
        message = Message(message, {})
    text = gettext(message.template) if message.template else ""  # "" is a catalogue's own head
    params = {
        name: translate(value) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return text % params if params else text


def said(said: Mapping[str, Any], told: str | None) -> str:
    """What a row keeps of a failure, in the reader's language; of an old row the text it was told with."""
    return translate(as_kept(said) if said else told or "")


def speak(app: Flask) -> None:
    """Set up both languages."""
    catalogues.compile_when_stale(DEFAULT)
    app.config.update(BABEL_DEFAULT_LOCALE=DEFAULT, BABEL_TRANSLATION_DIRECTORIES=str(catalogues.FOLDER))
    Babel(app, locale_selector=language)
    app.jinja_env.filters["translate"] = translate
    app.jinja_env.globals["said"] = said

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, object]) -> None:
        # Pages without a cookie remember the language in their addresses.
        if endpoint == "static" or not has_request_context() or visitor().person is not None:
            return
        wish = request.args.get(PARAMETER)
        if wish in LANGUAGES:
            values.setdefault(PARAMETER, wish)


def main(arguments: list[str]) -> int:
    """Compile all catalogues; with ``missing``, list the strings that lack a translation instead.

    1 when fragments disagree or strings are missing.
    """
    if arguments == ["missing"]:
        gaps = {k: v for folder in catalogues.SOURCES for k, v in catalogues.missing(DEFAULT, folder).items()}
        for source, place in gaps.items():
            print(f"{place}: {source}")
        return 1 if gaps else 0
    _, clashes = catalogues.merged(DEFAULT)
    for clash in clashes:
        print(clash, file=sys.stderr)
    catalogues.compile_catalogue(DEFAULT)
    return 1 if clashes else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
