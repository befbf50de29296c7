"""Signing in: argon2id passwords, server-side sessions of which only a hash is kept, bearer tokens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.db.models import ApiToken, Person, SignIn, SignInAttempt
from engine.db.store import Store
from engine.errors import NotFound, NotSignedIn, TooMany, msg
from engine.people.principals import Principal, of_person, of_token

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH = timedelta(minutes=1)  # a session's last-seen time is written at most this often
FREE_FAILURES = 5
LONGEST_BLOCK = timedelta(minutes=15)

_hasher = PasswordHasher()


@dataclass(frozen=True)
class Signed:
    """A live session: the principal, the CSRF token bound to it."""

    principal: Principal
    csrf: str


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(password)


def sign_in(store: Store, login: str, password: str) -> str:
    """Start a session and return its token for the cookie.

    Raises NotSignedIn for a wrong login or password (both look alike) and TooMany while blocked: after five
    failures a login waits, doubling up to 15 minutes.
    """
    now, login = store.now(), normalise_login(login)
    key = store.digest("sign-in", login)
    with store.database.read() as session:
        attempt = session.get(SignInAttempt, key)
        person = session.scalar(select(Person).where(Person.login == login, Person.active.is_(True)))
    if attempt and attempt.blocked_until and attempt.blocked_until > now:
        wait = int((attempt.blocked_until - now).total_seconds()) + 1
        raise TooMany(
            msg("Too many attempts. Try again in %(seconds)d seconds.", seconds=wait), retry_after=wait
        )
    # Slow on purpose, so outside the transaction: nobody who writes waits for somebody's guesses.
    right = _verify(person.password_hash if person else _nobody(), password)
    with store.database.write() as session:
        if right and person is not None:
            session.execute(delete(SignInAttempt).where(SignInAttempt.key == key))
            return _open_session(store, session, person.id, now)
        _count_failure(session, key, now)
    raise NotSignedIn(msg("Login or password is wrong."))


def signed(store: Store, token: str) -> Signed | None:
    """The session behind a cookie's token, or nothing when it ended, idled out or never was."""
    now = store.now()
    with store.database.read() as session:
        row = session.get(SignIn, _hash(token))
        if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
            return None
        try:
            principal = of_person(session, row.person_id, now)
        except NotFound:
            return None
    if row.seen_at + TOUCH <= now:
        with store.database.write() as session:
            live = session.get(SignIn, row.token_hash)
            if live is not None:
                live.seen_at = now
    return Signed(principal, row.csrf)


def sign_out(store: Store, token: str) -> None:
    """End a session; a token that is none is no error."""
    with store.database.write() as session:
        session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


def end_sessions(store: Store, who: Principal, keep: str | None = None) -> int:
    """Sign a person out everywhere, or but in the session of the token ``keep``; how many ended."""
    query = delete(SignIn).where(SignIn.person_id == who.id)
    if keep:
        query = query.where(SignIn.token_hash != _hash(keep))
    with store.database.write() as session:
        return len(session.execute(query.returning(SignIn.token_hash)).all())


def create_token(store: Store, login: str, name: str) -> str:
    """A bearer token for programs that act as this person; shown once, kept as a hash."""
    now = store.now()
    token = "alur_" + store.random(32).hex()
    with store.database.write() as session:
        person = session.scalar(
            select(Person).where(Person.login == normalise_login(login), Person.active.is_(True))
        )
        if person is None:
            raise NotFound(msg("Nobody signs in as %(login)s.", login=login))
        session.add(
            ApiToken(
                id=store.new_id(now), token_hash=_hash(token), person_id=person.id, name=name, created_at=now
            )
        )
    return token


def revoke_token(store: Store, token: str) -> None:
    """End a bearer token; one that is none is no error."""
    with store.database.write() as session:
        session.execute(
            update(ApiToken)
            .where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None))
            .values(revoked_at=store.now())
        )


def by_token(store: Store, token: str) -> Principal | None:
    """Who a bearer token acts as, or nothing."""
    now = store.now()
    with store.database.look() as connection:
        return of_token(connection, _hash(token), now)


def normalise_login(login: str) -> str:
    """Logins are lower case; the dash form of an agency's key means the same as the underscore."""
    name, at, agency = login.strip().lower().partition("@")
    return name + at + agency.replace("-", "_")


def _open_session(store: Store, session: Session, person_id: str, now: datetime) -> str:
    session.execute(delete(SignIn).where(SignIn.expires_at <= now))
    token = store.random(32).hex()
    session.add(
        SignIn(
            token_hash=_hash(token),
            person_id=person_id,
            csrf=store.random(32).hex(),
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        )
    )
    return token


def _count_failure(session: Session, key: str, now: datetime) -> None:
    """Counted in one statement: guesses sent at the same moment to several servers all count."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    failures = session.scalar(
        insert(SignInAttempt)
        .values(key=key, failures=1, last_at=now)
        .on_conflict_do_update(
            index_elements=[SignInAttempt.key], set_={"failures": SignInAttempt.failures + 1, "last_at": now}
        )
        .returning(SignInAttempt.failures)
    )
    over = min((failures or 1) - FREE_FAILURES, 32)
    if over >= 0:
        blocked = now + min(timedelta(seconds=2**over), LONGEST_BLOCK)
        session.execute(update(SignInAttempt).where(SignInAttempt.key == key).values(blocked_until=blocked))


@cache
def _nobody() -> str:
    """Verified for unknown logins, so that they take as long as known ones; made when first needed."""
    return _hasher.hash("nobody has this password")


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
