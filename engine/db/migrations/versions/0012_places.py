"""What somebody took stands apart in each role's queue; free tasks are found by their names."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PLACE, BEFORE = ["agency_id", "role", "taken", "sort_key"], ["agency_id", "role", "sort_key"]
ESCALATIONS, OPEN = sa.text("level > 0"), sa.text("state = 'open'")
FREE = sa.text("state = 'open' AND assignee_id IS NULL")
FILL = """
    UPDATE work_item_roles SET
        taken = (SELECT assignee_id IS NOT NULL FROM work_items WHERE id = work_item_id),
        level = (SELECT level FROM work_items WHERE id = work_item_id)
    WHERE work_item_id IN (SELECT id FROM work_items WHERE assignee_id IS NOT NULL OR level > 0)
"""


def upgrade() -> None:
    with op.batch_alter_table("work_item_roles") as batch:
        batch.add_column(sa.Column("taken", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("level", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(FILL)
    with op.batch_alter_table("work_item_roles") as batch:
        batch.drop_constraint("pk_work_item_roles", type_="primary")
        batch.create_primary_key("pk_work_item_roles", PLACE)
        batch.alter_column("taken", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch.alter_column("level", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    op.create_index(
        "ix_work_item_roles_escalations",
        "work_item_roles",
        PLACE,
        sqlite_where=ESCALATIONS,
        postgresql_where=ESCALATIONS,
    )
    op.drop_index("ix_work_items_agency", "work_items")
    op.create_index(
        "ix_work_items_free",
        "work_items",
        ["agency_id", "name", "sort_key"],
        sqlite_where=FREE,
        postgresql_where=FREE,
    )


def downgrade() -> None:
    op.drop_index("ix_work_items_free", "work_items")
    op.create_index(
        "ix_work_items_agency",
        "work_items",
        ["agency_id", "sort_key"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index("ix_work_item_roles_escalations", "work_item_roles")
    with op.batch_alter_table("work_item_roles") as batch:
        batch.drop_constraint("pk_work_item_roles", type_="primary")
        batch.create_primary_key("pk_work_item_roles", BEFORE)
        batch.drop_column("taken")
        batch.drop_column("level")
