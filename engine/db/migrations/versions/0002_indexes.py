"""Newest cases without sorting them all; due timers without reading every waiting job."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TOPIC = ("ix_jobs_topic", "jobs", ["state", "topic", "due_at"])
WITH_TOPIC = sa.text("topic IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_cases_newest", "cases", ["agency_id", "id"])
    op.drop_index("ix_jobs_topic", "jobs")
    op.create_index(*TOPIC, sqlite_where=WITH_TOPIC, postgresql_where=WITH_TOPIC)


def downgrade() -> None:
    op.drop_index("ix_jobs_topic", "jobs")
    op.create_index(*TOPIC)
    op.drop_index("ix_cases_newest", "cases")
