"""Which migration a database stands at, told without Alembic.

Every command asks it before anything else, and loading Alembic takes longer than most commands.
"""

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from engine.db.session import Database

MIGRATIONS = Path(__file__).parent / "migrations"
# Their files begin with their ids, each of which follows the one before.
NEWEST = max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def revision_of(connection: Connection) -> str | None:
    """The last migration that this database has had; None when it has had none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def is_current(url: str) -> bool:
    """Whether the database has every migration that this release brings, and none that it does not know."""
    with closing(Database(url)) as database, database.look() as connection:
        return revision_of(connection) == NEWEST
