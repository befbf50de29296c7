"""Bringing a database to the newest tables, on SQLite and PostgreSQL alike."""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.db.revisions import MIGRATIONS
from engine.db.session import Database

Progress = Callable[[str, int, int], None]


def config(url: str) -> Config:
    """Alembic's configuration for our migrations; there is no ini file to keep in step."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def migrate(url: str, secret: bytes = b"", progress: Progress = lambda revision, done, of: None) -> list[str]:
    """Run all missing migrations; returns their ids, oldest first, empty when there was nothing to do.

    Each is all or nothing: whatever ends one early leaves what was before it, and the next call goes on.
    ``secret`` is the server's: what cases have told so far is sealed by it (0005). ``progress`` is told now
    and then how many rows of how many a migration has rewritten.
    """
    before = set(applied(url))
    made = config(url)
    made.attributes["secret"] = secret
    made.attributes["progress"] = progress
    command.upgrade(made, "head")
    script = ScriptDirectory.from_config(config(url))
    done = [revision.revision for revision in script.walk_revisions()]
    return [revision for revision in reversed(done) if revision not in before]


def applied(url: str) -> list[str]:
    """The migrations that this database has had."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            head = MigrationContext.configure(connection).get_current_heads()
    finally:
        database.close()
    script = ScriptDirectory.from_config(config(url))
    return [one.revision for key in head for one in script.iterate_revisions(key, "base")]
