"""People whom a report accuses, so that they never handle it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(26)


def upgrade() -> None:
    op.create_table(
        "accused_people",
        sa.Column("person_id", ID, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("instance_id", ID, sa.ForeignKey("instances.id"), primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("accused_people")
