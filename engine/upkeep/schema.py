"""The tables of an installation: migrated, and known to be current."""

from collections.abc import Callable

from engine.bootstrap import Settings
from engine.db import revisions


def migrate(settings: Settings, progress: Callable[[str, int, int], None]) -> list[str]:
    """Run the migrations that are missing; returns their ids. ``progress``: as of ``engine.db.migrate``."""
    from engine.db import migrate as migrations  # which loads Alembic: no other command waits for it

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return migrations.migrate(settings.database_url, settings.key(), progress)


def is_current(settings: Settings) -> bool:
    """Whether the database has every table and column of this release."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return revisions.is_current(settings.database_url)
