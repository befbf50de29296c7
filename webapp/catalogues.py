"""The catalogues behind :mod:`webapp.i18n`: fragments of each audience, merged, compiled and
checked for gaps.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "translations"
ROOT = Path(__file__).parent.parent
SOURCES = ("webapp", "engine")
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "msg": None}
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def fragments(locale: str) -> list[Path]:
    """The catalogue fragments of a language, in the order of their names."""
    return sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po"))


def compiled(locale: str) -> Path:
    """Where the merged catalogue of a language lies."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.mo"


def merged(locale: str) -> tuple[Catalog, list[str]]:
    """All fragments as one catalogue, and the source strings on which two fragments disagree."""
    whole = Catalog(locale=locale, domain="messages")
    clashes = []
    for path in fragments(locale):
        for source, text in _entries(path, locale):
            known = whole.get(source)
            if known is None:
                whole.add(source, text)
            elif known.string != text:
                clashes.append(f"{path.stem}: {source}")
    return whole, clashes


def _entries(path: Path, locale: str) -> Iterator[tuple[Any, Any]]:
    with path.open("rb") as file:
        for entry in read_po(file, locale=locale, abort_invalid=True):
            if entry.id and entry.string and not entry.fuzzy:
                yield entry.id, entry.string


def compile_when_stale(locale: str) -> None:
    """Compile a language whose fragments are newer than its compiled catalogue."""
    sources, target = fragments(locale), compiled(locale)
    newest = max((path.stat().st_mtime_ns for path in sources), default=0)
    if newest and (not target.exists() or newest > target.stat().st_mtime_ns):
        compile_catalogue(locale)


def compile_catalogue(locale: str) -> None:
    """Write the merged catalogue; a process that reads meanwhile sees the old or the new file, whole."""
    catalog, _ = merged(locale)
    target = compiled(locale)
    part = target.with_name(f"{target.name}.{id(catalog)}.part")
    with part.open("wb") as file:
        write_mo(file, catalog)
    part.replace(target)


def used(folder: str) -> dict[str, str]:
    """Every source string under ``webapp`` or ``engine``, with the file that first uses it."""
    found: dict[str, str] = {}
    places = extract_from_dir(ROOT / folder, _METHODS, keywords=KEYWORDS, options_map=_options())
    for name, _line, message, _comments, _context in places:
        source = message[0] if isinstance(message, tuple) else message
        found.setdefault(source, f"{folder}/{name}")
    return found


def _options() -> dict[str, dict[str, str]]:
    return {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}


def missing(locale: str, folder: str) -> dict[str, str]:
    """The source strings without a translation, with their files."""
    catalog, _ = merged(locale)
    known = {entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id for entry in catalog}
    return {source: place for source, place in used(folder).items() if source not in known}
