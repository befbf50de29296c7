"""Who is away, and who receives their tasks meanwhile; written down by themselves or an administrator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from engine.db import history
from engine.db.models import Person, Substitution
from engine.db.store import Store
from engine.errors import Conflict, FieldError, Forbidden, NotFound, msg
from engine.people.principals import ADMIN, Principal
from engine.people.rules import LONGEST_NAME, length_faults, raise_faults
from engine.people.signin import normalise_login

SET, ENDED = "substitution_set", "substitution_ended"
LONGEST = timedelta(days=366)
MOST_LISTED = 100
MOST_CHOICES = 500


@dataclass(frozen=True)
class Standing:
    """An absence with the names of both; ``deputy`` is None where nobody stands in."""

    row: Substitution
    absent: str
    deputy: str | None


def substitute(
    store: Store,
    who: Principal,
    absent_id: str,
    deputy_login: str | None,
    since: datetime | None,
    until: datetime,
    reason: str,
) -> Substitution:
    """Somebody is away from ``since`` (now) until ``until``, and a deputy has their tasks.

    The deputy sees and does what is for the absent person's roles, offices such as administrator or identity
    custodian left out, and may take over what they had taken. Without a deputy their colleagues answer, or
    the next level. Raises Forbidden for others than the person and administrators, NotFound, Invalid with
    every fault, and Conflict when one of the two is away then, or when the absent person stands for somebody
    and names a deputy: sickness asks nobody, so without one it is written down all the same.
    """
    _may_set(who, absent_id)
    now = store.now()
    start = since or now
    with store.database.write() as session:
        absent = _person(session, who, absent_id)
        deputy = _deputy(session, who, deputy_login) if deputy_login else None
        faults = _deputy_faults(absent, deputy) if deputy_login else []
        raise_faults(faults + _faults(start, until, now, reason))
        both = [absent, deputy] if deputy else [absent]
        _lock(session, *both)
        for person in both:
            if _is_away(session, person.id, start, until):
                raise Conflict(msg("%(name)s is away in that time already.", name=person.name))
        if deputy and (left := _left_alone(session, absent.id, start, until)):
            raise Conflict(
                msg(
                    "%(name)s stands for %(other)s in that time; let somebody else do that first.",
                    name=absent.name,
                    other=left,
                )
            )
        row = Substitution(
            id=store.new_id(now),
            agency_id=who.agency_id,
            absent_id=absent.id,
            deputy_id=deputy.id if deputy else None,
            since=start,
            until=until,
            reason=reason.strip(),
            set_by=who.id,
            created_at=now,
        )
        session.add(row)
        _note(session, who, now, SET, row)
        return row


def end(store: Store, who: Principal, substitution_id: str) -> Substitution:
    """End an absence now, or before it begins; what a deputy took stays theirs until handed back.

    Raises Forbidden, NotFound, and Conflict when it has ended already.
    """
    now = store.now()
    with store.database.write() as session:
        row = _of_agency(session, who, substitution_id)
        _may_set(who, row.absent_id)
        if row.until <= now:
            raise Conflict(msg("This substitution has ended already."))
        row.until, row.ended_by = max(now, row.since), who.id
        _note(session, who, now, ENDED, row)
        return row


def of(store: Store, who: Principal, substitution_id: str) -> Standing:
    """One substitution, for whom it concerns and for administrators; raises NotFound."""
    with store.database.read() as session:
        row = _of_agency(session, who, substitution_id)
        if not who.has(ADMIN) and who.id not in (row.absent_id, row.deputy_id):
            raise NotFound(msg("There is no such substitution."))
        deputy = session.get(Person, row.deputy_id) if row.deputy_id else None
        return Standing(row, session.get_one(Person, row.absent_id).name, deputy.name if deputy else None)


def concerning(store: Store, who: Principal, person_id: str) -> list[Standing]:
    """Where this person is away or stands for somebody, now or later; raises Forbidden, NotFound."""
    _may_set(who, person_id)
    absent, deputy = aliased(Person), aliased(Person)
    query = (
        select(Substitution, absent.name, deputy.name)
        .join(absent, absent.id == Substitution.absent_id)
        .outerjoin(deputy, deputy.id == Substitution.deputy_id)
        .where(
            Substitution.agency_id == who.agency_id,
            or_(Substitution.absent_id == person_id, Substitution.deputy_id == person_id),
            Substitution.until > store.now(),
            Substitution.until > Substitution.since,
        )
        .order_by(Substitution.since, Substitution.id)
        .limit(MOST_LISTED)
    )
    with store.database.read() as session:
        _person(session, who, person_id)
        return [Standing(*row) for row in session.execute(query)]


def choices(store: Store, who: Principal, absent_id: str) -> list[Person]:
    """Who can stand for somebody: the agency's other active people, by name."""
    query = select(Person).where(
        Person.agency_id == who.agency_id, Person.active.is_(True), Person.id != absent_id
    )
    with store.database.read() as session:
        return list(session.scalars(query.order_by(Person.name, Person.id).limit(MOST_CHOICES)))


def _deputy(session: Session, who: Principal, login: str) -> Person | None:
    query = select(Person).where(
        Person.login == normalise_login(login), Person.agency_id == who.agency_id, Person.active.is_(True)
    )
    return session.scalar(query)


def _deputy_faults(absent: Person, deputy: Person | None) -> list[FieldError]:
    if deputy is None:
        return [FieldError("deputy", msg("Choose somebody of your agency."))]
    if deputy.id == absent.id:
        return [FieldError("deputy", msg("Nobody stands for themselves."))]
    return []


def _faults(start: datetime, until: datetime, now: datetime, reason: str) -> list[FieldError]:
    faults = length_faults("reason", reason, LONGEST_NAME)
    if start < now:
        faults.append(FieldError("since", msg("Choose today or a later day.")))
    if until <= start:
        faults.append(FieldError("until", msg("The end is before the start.")))
    elif until - start > LONGEST:
        faults.append(FieldError("until", msg("At most a year; appoint somebody to the role instead.")))
    if not reason.strip():
        faults.append(FieldError("reason", msg("Write why.")))
    return faults


def _is_away(session: Session, person_id: str, since: datetime, until: datetime) -> bool:
    query = select(Substitution.id).where(
        Substitution.absent_id == person_id, Substitution.since < until, Substitution.until > since
    )
    return session.scalar(query.limit(1)) is not None


def _left_alone(session: Session, deputy_id: str, since: datetime, until: datetime) -> str | None:
    """Whom this person stands for in that time, by name."""
    query = (
        select(Person.name)
        .join(Substitution, Substitution.absent_id == Person.id)
        .where(Substitution.deputy_id == deputy_id, Substitution.since < until, Substitution.until > since)
    )
    return session.scalar(query.order_by(Substitution.since).limit(1))


def _may_set(who: Principal, person_id: str) -> None:
    if who.id != person_id and not who.has(ADMIN):
        raise Forbidden(msg("Only the person and administrators of the agency may do this."))


def _person(session: Session, who: Principal, person_id: str) -> Person:
    found = session.scalar(select(Person).where(Person.id == person_id, Person.agency_id == who.agency_id))
    if found is None:
        raise NotFound(msg("No such person."))
    return found


def _lock(session: Session, *people: Person) -> None:
    """One absence at a time for these people, else two set at once might close a circle of deputies."""
    ids = [person.id for person in people]
    query = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)
    session.execute(query.with_for_update(key_share=True))


def _of_agency(session: Session, who: Principal, substitution_id: str) -> Substitution:
    row = session.get(Substitution, substitution_id)
    if row is None or row.agency_id != who.agency_id:
        raise NotFound(msg("There is no such substitution."))
    return row


def _note(session: Session, who: Principal, now: datetime, kind: str, row: Substitution) -> None:
    data = {
        "substitution": row.id,
        "absent": row.absent_id,
        "deputy": row.deputy_id,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
    }
    history.remember(
        session,
        history.entry(
            history.event(kind, name=row.reason, data=data),
            agency_id=who.agency_id,
            at=now,
            actor_id=who.id,
            actor=who.name,
        ),
    )
