"""The words that reports are found by, folded alike when they are kept and when they are looked for.

Of a report these are the words of its title and place and its running number; of a secret one the number
alone. They stand in a table of their own, so that a search reads what it finds and not every report.
"""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import aliased

from engine.db.models import CaseWord

LONGEST = 40
_PIECES = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\b[A-Za-z0-9]+-\d{4}-(\d+)\b")
LAST = "\U0010ffff"  # behind every letter


def folded(text: str) -> list[str]:
    """The words of a text, each once, in small letters without accents; of a report's number its count.

    ``"Jalan rusak, CT-2026-000042"`` gives jalan, rusak and 42.
    """
    plain = unicodedata.normalize("NFKD", _NUMBER.sub(r" \1 ", text)).casefold()
    pieces = _PIECES.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    return list(dict.fromkeys(_without_noughts(piece)[:LONGEST] for piece in pieces))


def of_report(number: str, title: str, place: str, secret: bool) -> list[str]:
    """What a report is found by."""
    return folded(number if secret else f"{number} {title} {place}")


def keep(connection: Connection, agency_code: str, case_id: str, words: Iterable[str]) -> None:
    """Write down a new report's words."""
    rows = [{"agency": agency_code, "word": word, "case_id": case_id} for word in words]
    connection.execute(insert(CaseWord), rows)


def beginning_with(connection: Connection, agency_code: str, start: str, at_most: int) -> list[str]:
    """The first of the agency's words that begin so, each found by one look into the index."""
    one = aliased(CaseWord)
    next_word = select(func.min(one.word)).where(one.agency == agency_code, one.word < start + LAST)
    words = next_word.where(one.word >= start).cte("words", recursive=True)
    found = words.c[0]
    words = words.union_all(
        select(next_word.where(one.word > found).scalar_subquery()).where(found.is_not(None))
    )
    query = select(words.c[0]).where(words.c[0].is_not(None)).limit(at_most)
    return list(connection.scalars(query))


def _without_noughts(piece: str) -> str:
    return piece.lstrip("0") or "0" if piece.isdecimal() else piece
