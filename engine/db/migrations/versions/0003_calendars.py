"""Calendars of units, office hours, years to confirm, substitutions; open deadlines by agency."""

import sqlalchemy as sa
from alembic import op

from engine.db.models.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(26)
OPEN = sa.text("state <> 'stopped'")


def upgrade() -> None:
    op.add_column("agencies", sa.Column("calendar_stamp", ID, nullable=True))
    op.execute("UPDATE agencies SET calendar_stamp = id")
    op.add_column("units", sa.Column("zone", sa.String(40), nullable=True))
    op.add_column("deadlines", sa.Column("unit", sa.String(60), nullable=True))
    op.create_index(
        "ix_deadlines_open", "deadlines", ["agency_id", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    with op.batch_alter_table("calendar_changes") as table:
        table.add_column(sa.Column("unit", sa.String(60), nullable=False, server_default=""))
        table.drop_constraint("uq_calendar_changes_agency_id_day", type_="unique")
        table.create_unique_constraint("uq_calendar_changes_agency_id_unit_day", ["agency_id", "unit", "day"])
    with op.batch_alter_table("calendar_changes") as table:
        table.alter_column("unit", existing_type=sa.String(60), server_default=None)
    op.create_table(
        "calendar_hours",
        sa.Column("id", ID, primary_key=True),
        sa.Column("agency_id", ID, sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("first", sa.Date()),
        sa.Column("last", sa.Date()),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_by", ID),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("agency_id", "unit", "first"),
    )
    op.create_table(
        "calendar_years",
        sa.Column("agency_id", ID, sa.ForeignKey("agencies.id"), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime()),
        sa.Column("confirmed_by", ID),
        sa.Column("note", sa.String(200), nullable=False),
    )
    op.create_table(
        "substitutions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("agency_id", ID, sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("absent_id", ID, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("deputy_id", ID, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("set_by", ID),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", ID),
    )
    op.create_index("ix_substitutions_deputy", "substitutions", ["deputy_id", "until"])
    op.create_index("ix_substitutions_absent", "substitutions", ["absent_id", "until"])


def downgrade() -> None:
    op.drop_table("substitutions")
    op.drop_table("calendar_years")
    op.drop_table("calendar_hours")
    op.execute("DELETE FROM calendar_changes WHERE unit <> ''")
    with op.batch_alter_table("calendar_changes") as table:
        table.drop_constraint("uq_calendar_changes_agency_id_unit_day", type_="unique")
        table.drop_column("unit")
        table.create_unique_constraint("uq_calendar_changes_agency_id_day", ["agency_id", "day"])
    op.drop_index("ix_deadlines_open", "deadlines")
    op.drop_column("deadlines", "unit")
    op.drop_column("units", "zone")
    op.drop_column("agencies", "calendar_stamp")
