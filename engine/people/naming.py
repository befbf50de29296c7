"""Who is meant by the words of a report: people by their whole names, units by their names or keys.

What a report says is kept beside it (docs/adr/0015-accused.md). Whoever opens or renames an account or a unit
asks here which reports have named it before, in the same transaction: from then on they accuse it.
"""

import re
from collections.abc import Iterable

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from engine.db.models import AccusedName, AccusedPerson, AccusedUnit, Instance, Person, Unit

FEWEST_WORDS = 2  # of a name that is looked for inside other words; a shorter one must be all there is
LONGEST_UNIT = 200  # letters of a unit's name, or of the words for one
BETWEEN = " | "  # what stands between one saying and the next
_TITLES = re.compile(r"\b(?:[a-z]+\.)+(?:[a-z]+\b)?|,.*$")
_WORDS = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r"[;,\n]")


def plain_name(name: str) -> list[str]:
    """The words of a name without titles: ``Dr. Budi Contoh, S.H.`` gives budi, contoh."""
    return _WORDS.findall(_TITLES.sub(" ", name.lower()))


def folded(sayings: Iterable[str]) -> str:
    """What a report says of people, as it is kept and searched: words alone, each saying apart."""
    return "".join(f"{BETWEEN}{' '.join(_WORDS.findall(said.lower()))}" for said in sayings) + BETWEEN


def named_in(words: str, people: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of the people whose whole name, titles left out, stands in words as ``folded`` gives them."""
    wanted = ((person_id, _wanted(name)) for person_id, name in people)
    return [person_id for person_id, name in wanted if name and name in words]


def _wanted(name: str) -> str:
    """A name as it must stand in the words; empty for a name without letters."""
    words = plain_name(name)
    if len(words) >= FEWEST_WORDS:
        return f" {' '.join(words)} "
    return f"{BETWEEN}{words[0]}{BETWEEN}" if words else ""


def units_named(session: Session, agency_id: str, said: str) -> set[str]:
    """The units that a report's words call by key or name, several parted by commas, semicolons or lines.

    Keys; for what is no unit of the agency (yet) the words themselves.
    """
    texts = {text for part in (said, *_PARTS.split(said)) if (text := part.strip().lower()[:LONGEST_UNIT])}
    query = select(Unit.key, func.lower(Unit.name)).where(
        Unit.agency_id == agency_id, or_(Unit.key.in_(texts), func.lower(Unit.name).in_(texts))
    )
    known = list(session.execute(query))
    called = {text for key, name in known for text in (key, name)}
    return {key for key, _ in known} | (texts - called)


def account_named(session: Session, person: Person) -> None:
    """An account was opened or renamed: it is accused by every report whose words name it."""
    session.flush()
    if not (wanted := _wanted(person.name)):
        return
    already = exists().where(
        AccusedPerson.person_id == person.id, AccusedPerson.instance_id == AccusedName.instance_id
    )
    query = select(AccusedName.instance_id).where(
        AccusedName.agency_id == person.agency_id, AccusedName.words.contains(wanted), ~already
    )
    session.add_all(
        AccusedPerson(person_id=person.id, instance_id=each) for each in session.scalars(query).all()
    )
    session.flush()


def unit_named(session: Session, unit: Unit) -> None:
    """A unit was opened or renamed: it is accused by every report whose words call it so."""
    session.flush()
    said = {unit.name.strip().lower(), unit.key} - {""}
    already = select(AccusedUnit.instance_id).where(AccusedUnit.unit == unit.key)
    query = (
        select(AccusedUnit.instance_id)
        .join(Instance, Instance.id == AccusedUnit.instance_id)
        .where(AccusedUnit.unit.in_(said), Instance.agency_id == unit.agency_id)
        .where(AccusedUnit.instance_id.not_in(already))
        .distinct()
    )
    session.add_all(AccusedUnit(unit=unit.key, instance_id=each) for each in session.scalars(query).all())
    session.flush()
