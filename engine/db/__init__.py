"""The database: tables, sessions and migrations. No rule of the domain lives here."""

from engine.db.session import Database

__all__ = ["Database"]
