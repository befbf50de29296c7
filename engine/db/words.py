"""The words that reports are found by, folded alike when they are kept and when they are looked for.

Of a report these are the words of its title and place and its running number; of a secret one the number
alone. They stand in a table of their own, so that a search reads what it finds and not every report.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, insert, or_, select, true
from sqlalchemy.orm import aliased

from engine.db.models import CaseWord

LONGEST = 40
SHORTEST_START = 3  # of a word that stands for all that begin with it
MOST_MEANT = 20  # words that begin alike; of more, one look through all of them costs less
COUNTED_AT_MOST = 1000
FIRST_LOOK, LATER_LOOKS = 100, 500
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


def reports_with(
    connection: Connection, agency_code: str, wanted: Sequence[str], before: str | None = None
) -> Iterator[list[str]]:
    """The ids of the agency's reports that have all these folded words, newest first, some at a time.

    ``before`` leaves out this report and every newer one. A word finds all that begin with it; a number and
    a very short word only themselves. Each look reads one stretch of the index from where the last one ended:
    that of the rarest word, asking for the others.
    """
    meant = sorted((_meant(connection, agency_code, text) for text in wanted), key=lambda each: each.often)
    if not meant or not meant[0].often:
        return
    rarest, *others = meant
    query = select(CaseWord.case_id).where(
        CaseWord.agency == agency_code,
        *(other.stands_in(CaseWord.agency, CaseWord.case_id) for other in others),
    )
    query = query.order_by(CaseWord.case_id.desc()).distinct()
    at_most = FIRST_LOOK
    while True:
        further = query if before is None else query.where(CaseWord.case_id < before)
        looks = [further.where(each).limit(at_most) for each in rarest.looks(CaseWord)]
        found = sorted({case for look in looks for case in connection.scalars(look)}, reverse=True)[:at_most]
        if not found:
            return
        yield found
        before, at_most = found[-1], LATER_LOOKS


def all_of(
    connection: Connection, agency_code: str, wanted: Sequence[str], case_id: ColumnElement[str]
) -> ColumnElement[bool]:
    """The condition on a report that it has all these folded words: for looking through few reports."""
    each = (_meant(connection, agency_code, text) for text in wanted)
    return and_(true(), *(one.stands_in(agency_code, case_id) for one in each))


@dataclass(frozen=True)
class _Meant:
    """The kept words that a word may mean; None: all that begin with it, for they are many.

    ``often`` is in how many reports they stand, counted up to a bound.
    """

    text: str
    words: list[str] | None
    often: int = 0

    def looks(self, of: Any) -> list[ColumnElement[bool]]:
        """One condition for each look into the index."""
        if self.words is None:
            return [and_(of.word >= self.text, of.word < self.text + LAST)]
        return [of.word == word for word in self.words]

    def stands_in(self, agency: Any, case_id: Any) -> ColumnElement[bool]:
        """The condition on a report of an agency that it has such a word."""
        other = aliased(CaseWord)
        same = and_(other.agency == agency, other.case_id == case_id)
        return exists().where(same, or_(false(), *self.looks(other)))


def _meant(connection: Connection, agency_code: str, text: str) -> _Meant:
    found = [text]
    if not text.isdecimal() and len(text) >= SHORTEST_START:
        found = _beginning_with(connection, agency_code, text)
    meant = _Meant(text, found if len(found) <= MOST_MEANT else None)
    some = select(CaseWord.case_id).where(
        CaseWord.agency == agency_code, or_(false(), *meant.looks(CaseWord))
    )
    often = connection.scalar(select(func.count()).select_from(some.limit(COUNTED_AT_MOST).subquery()))
    return replace(meant, often=often or 0)


def _beginning_with(connection: Connection, agency_code: str, start: str) -> list[str]:
    """The agency's words that begin so, each found by one look into the index; one more than are meant."""
    one = aliased(CaseWord)
    next_word = select(func.min(one.word)).where(one.agency == agency_code, one.word < start + LAST)
    words = next_word.where(one.word >= start).cte("words", recursive=True)
    found = words.c[0]
    words = words.union_all(
        select(next_word.where(one.word > found).scalar_subquery()).where(found.is_not(None))
    )
    query = select(words.c[0]).where(words.c[0].is_not(None)).limit(MOST_MEANT + 1)
    return list(connection.scalars(query))


def _without_noughts(piece: str) -> str:
    return piece.lstrip("0") or "0" if piece.isdecimal() else piece
