"""Languages: Indonesian first, English second. Source strings are English.

Each audience keeps its own fragment ``translations/id/LC_MESSAGES/<fragment>.po``; they are merged and
compiled into ``messages.mo`` by ``python -m webapp.i18n`` and, when stale, at start.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request, url_for
from flask_babel import Babel, get_locale, gettext  # type: ignore[import-untyped]

from engine.errors import Message
from webapp.visitor import visitor

DEFAULT = "id"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
PARAMETER = "bahasa"
COOKIE = "alur_bahasa"
FOLDER = Path(__file__).parent / "translations"


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
        return gettext(message) if message else ""
    text = gettext(message.template)
    params = {
        name: translate(value) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return text % params if params else text


def speak(app: Flask) -> None:
    """Set up both languages."""
    compile_when_stale()
    app.config.update(BABEL_DEFAULT_LOCALE=DEFAULT, BABEL_TRANSLATION_DIRECTORIES=str(FOLDER))
    Babel(app, locale_selector=language)
    app.jinja_env.filters["translate"] = translate

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, object]) -> None:
        # Pages without a cookie remember the language in their addresses.
        if endpoint == "static" or not has_request_context() or visitor().person is not None:
            return
        wish = request.args.get(PARAMETER)
        if wish in LANGUAGES:
            values.setdefault(PARAMETER, wish)


def fragments(locale: str = DEFAULT) -> list[Path]:
    """The catalogue fragments of a language, in the order of their names."""
    return sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po"))


def merged(locale: str = DEFAULT) -> tuple[Catalog, list[str]]:
    """All fragments as one catalogue, and the source strings on which two fragments disagree."""
    whole = Catalog(locale=locale, domain="messages")
    clashes = []
    for path in fragments(locale):
        for entry in _entries(path, locale):
            known = whole.get(entry[0])
            if known is None:
                whole.add(entry[0], entry[1])
            elif known.string != entry[1]:
                clashes.append(f"{path.stem}: {entry[0]}")
    return whole, clashes


def _entries(path: Path, locale: str) -> Iterator[tuple[Any, Any]]:
    with path.open("rb") as file:
        for entry in read_po(file, locale=locale, abort_invalid=True):
            if entry.id and entry.string and not entry.fuzzy:
                yield entry.id, entry.string


def compile_when_stale() -> None:
    """Compile each language whose fragments are newer than its compiled catalogue."""
    for locale in LANGUAGES:
        sources = fragments(locale)
        target = FOLDER / locale / "LC_MESSAGES" / "messages.mo"
        if sources and (not target.exists() or _newest(sources) > target.stat().st_mtime_ns):
            compile_catalogue(locale, target)


def _newest(paths: list[Path]) -> int:
    return max(path.stat().st_mtime_ns for path in paths)


def compile_catalogue(locale: str, target: Path) -> None:
    """Write the merged catalogue; a process that reads meanwhile sees the old or the new file, whole."""
    catalog, _ = merged(locale)
    part = target.with_name(f"{target.name}.{id(catalog)}.part")
    with part.open("wb") as file:
        write_mo(file, catalog)
    part.replace(target)


def main() -> int:
    """Compile all catalogues; 1 when two fragments disagree."""
    status = 0
    for locale in LANGUAGES:
        if fragments(locale):
            _, clashes = merged(locale)
            for clash in clashes:
                print(clash, file=sys.stderr)
                status = 1
            compile_catalogue(locale, FOLDER / locale / "LC_MESSAGES" / "messages.mo")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
