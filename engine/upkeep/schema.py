"""The tables of an installation: migrated, and known to be current."""

from engine.bootstrap import Settings
from engine.db import migrate as migrations


def migrate(settings: Settings, progress: migrations.Progress) -> list[str]:
    """Run the migrations that are missing; returns their ids. ``progress``: as of ``engine.db.migrate``."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return migrations.migrate(settings.database_url, settings.key(), progress)


def is_current(settings: Settings) -> bool:
    """Whether the database has every table and column of this release."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return migrations.is_current(settings.database_url)
