"""Somebody may be away without a deputy."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("substitutions") as table:
        table.alter_column("deputy_id", existing_type=sa.String(26), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM substitutions WHERE deputy_id IS NULL")
    with op.batch_alter_table("substitutions") as table:
        table.alter_column("deputy_id", existing_type=sa.String(26), nullable=False)
