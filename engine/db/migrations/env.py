"""How Alembic reaches our database: through our own session settings, so that pragmas hold here too."""

from typing import Any, Literal

from alembic import context

from engine.db.models import Base
from engine.db.models.base import UtcDateTime
from engine.db.session import Database


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our instant type by its short name, which the template imports."""
    return "UtcDateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


database = Database(context.config.get_main_option("sqlalchemy.url") or "")
try:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
            render_item=render,
            transaction_per_migration=True,  # as Alembic does on SQLite in any case
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
finally:
    database.close()
