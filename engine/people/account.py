"""One's own account: password, language, sessions, tokens for programs."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.db.models import ApiToken, Person
from engine.db.store import Store
from engine.errors import Conflict, FieldError, NotFound, NotSignedIn, msg
from engine.people import signin
from engine.people.principals import Principal
from engine.people.rules import length_faults, name_faults, person_faults, raise_faults

LANGUAGES = ("id", "en")
MOST_TOKENS = 20
LONGEST_TOKEN_NAME = 120


def change_password(store: Store, who: Principal, old: str, new: str, keep: str | None = None) -> None:
    """Replace one's own password; every session but ``keep`` (its token) ends, tokens of programs stay.

    Raises Invalid for a wrong old or a weak new password, TooMany as signing in does.
    """
    faults = [
        FieldError("new", fault.message)
        for fault in person_faults(who.login, who.name, new)
        if fault.key == "password"
    ]
    try:
        signin.sign_out(store, signin.sign_in(store, who.login, old))
    except NotSignedIn:
        faults.insert(0, FieldError("old", msg("This is not your present password.")))
    raise_faults(faults)
    with store.database.write() as session:
        _self(session, who).password_hash = signin.hash_password(new)
    signin.end_sessions(store, who, keep)


def choose_language(store: Store, who: Principal, language: str) -> None:
    """The language of one's pages and mail. Raises Invalid."""
    if language not in LANGUAGES:
        raise_faults([FieldError("language", msg("Choose one of the languages."))])
    with store.database.write() as session:
        _self(session, who).language = language


def tokens(store: Store, who: Principal) -> list[ApiToken]:
    """One's own live tokens, newest first; never more than ``MOST_TOKENS`` made here."""
    with store.database.read() as session:
        rows = session.scalars(
            select(ApiToken)
            .where(ApiToken.person_id == who.id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.id.desc())
            .limit(100)
        )
        return list(rows)


def new_token(store: Store, who: Principal, name: str) -> str:
    """A token that acts as oneself; shown once. Raises Invalid, Conflict when there are too many."""
    raise_faults(name_faults("name", name) or length_faults("name", name, LONGEST_TOKEN_NAME))
    with store.database.read() as session:
        live = session.scalar(
            select(func.count())
            .select_from(ApiToken)
            .where(ApiToken.person_id == who.id, ApiToken.revoked_at.is_(None))
        )
    if live is not None and live >= MOST_TOKENS:
        raise Conflict(msg("You have %(number)d tokens. Revoke one first.", number=live))
    return signin.create_token(store, who.login, name.strip())


def revoke_token(store: Store, who: Principal, token_id: str) -> None:
    """End one of one's own tokens at once. Raises NotFound."""
    with store.database.write() as session:
        ended = session.execute(
            update(ApiToken)
            .where(ApiToken.id == token_id, ApiToken.person_id == who.id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=store.now())
            .returning(ApiToken.id)
        ).first()
    if ended is None:
        raise NotFound(msg("There is no such token."))


def _self(session: Session, who: Principal) -> Person:
    return session.scalars(select(Person).where(Person.id == who.id)).one()
