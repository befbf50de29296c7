"""A report may accuse several units; what it says of people is kept, for accounts that are opened later."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.db.migrations.pages import pages

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.String(26)
PERSON = "terlapor_nama"
WORDS = re.compile(r"[^\W\d_]+")
CASES = sa.table(
    "cases",
    *(sa.column(name, sa.String()) for name in ("id", "agency_id", "instance_id", "accused_unit")),
    sa.column("answers", sa.JSON()),
)
ITEMS = sa.table("work_items", *(sa.column(name, sa.String()) for name in ("instance_id", "excluded_unit")))
INSTANCES = sa.table("instances", sa.column("id", sa.String()), sa.column("accuses_units", sa.Boolean()))
UNITS = sa.table("accused_units", *(sa.column(name, sa.String()) for name in ("instance_id", "unit")))
NAMES = sa.table(
    "accused_names", *(sa.column(name, sa.String()) for name in ("instance_id", "agency_id", "words"))
)


def upgrade() -> None:
    op.create_table(
        "accused_units",
        sa.Column("instance_id", ID, sa.ForeignKey("instances.id"), primary_key=True),
        sa.Column("unit", sa.String(200), primary_key=True),
    )
    op.create_index("ix_accused_units_unit", "accused_units", ["unit", "instance_id"])
    op.create_table(
        "accused_names",
        sa.Column("instance_id", ID, sa.ForeignKey("instances.id"), primary_key=True),
        sa.Column("agency_id", ID, sa.ForeignKey("agencies.id"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    op.create_index("ix_accused_names_agency_id", "accused_names", ["agency_id"])
    op.create_index("ix_accused_people_instance_id", "accused_people", ["instance_id"])
    of_cases = sa.select(CASES.c.instance_id, sa.func.lower(CASES.c.accused_unit)).where(
        CASES.c.accused_unit.is_not(None)
    )
    of_items = sa.select(ITEMS.c.instance_id, sa.func.lower(ITEMS.c.excluded_unit)).where(
        ITEMS.c.excluded_unit.is_not(None)
    )
    op.execute(sa.insert(UNITS).from_select(["instance_id", "unit"], of_cases.union(of_items)))
    answered = sa.select(CASES.c.id, CASES.c.agency_id, CASES.c.instance_id, CASES.c.answers)
    for rows in pages(revision, answered, CASES.c.id):
        if named := list(_named(rows)):
            op.get_bind().execute(sa.insert(NAMES), named)
    op.drop_column("cases", "accused_unit")
    op.add_column(
        "instances", sa.Column("accuses_units", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        sa.update(INSTANCES)
        .where(INSTANCES.c.id.in_(sa.select(UNITS.c.instance_id)))
        .values(accuses_units=True)
    )


def _named(rows: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        said = (row["answers"] or {}).get(PERSON)
        if isinstance(said, str) and said.strip():
            yield {**{key: row[key] for key in ("instance_id", "agency_id")}, "words": _folded(said)}


def _folded(said: str) -> str:
    return f" | {' '.join(WORDS.findall(said.lower()))} | "


def downgrade() -> None:
    op.add_column("cases", sa.Column("accused_unit", sa.String(60), nullable=True))
    one = sa.select(sa.func.min(sa.func.substr(UNITS.c.unit, 1, 60)))
    one = one.where(UNITS.c.instance_id == CASES.c.instance_id)
    op.execute(sa.update(CASES).values(accused_unit=one.scalar_subquery()))
    op.drop_column("instances", "accuses_units")
    op.drop_index("ix_accused_people_instance_id", "accused_people")
    op.drop_table("accused_names")
    op.drop_table("accused_units")
