"""The words that reports are found by."""

import sqlalchemy as sa
from alembic import op

from engine.db.migrations.pages import pages
from engine.db.models.base import by_bytes
from engine.db.words import of_report

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(26)
AGENCIES = sa.table("agencies", sa.column("id", ID), sa.column("code", sa.String))
CASES = sa.table(
    "cases",
    sa.column("id", ID),
    sa.column("agency_id", ID),
    sa.column("case_number", sa.String),
    sa.column("title", sa.String),
    sa.column("answers", sa.JSON),
    sa.column("secret", sa.Boolean),
)


def upgrade() -> None:
    words = op.create_table(
        "case_words",
        sa.Column("agency", by_bytes(8), primary_key=True),
        sa.Column("word", by_bytes(40), primary_key=True),
        sa.Column("case_id", ID, sa.ForeignKey("cases.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_words_case_id", "case_words", ["case_id"])
    query = sa.select(CASES, AGENCIES.c.code).join(AGENCIES, AGENCIES.c.id == CASES.c.agency_id)
    for cases in pages(revision, query, CASES.c.id):
        rows = [
            {"agency": case["code"], "word": word, "case_id": case["id"]}
            for case in cases
            for word in of_report(
                case["case_number"],
                case["title"],
                str(case["answers"].get("lokasi_kejadian") or ""),
                case["secret"],
            )
        ]
        op.get_bind().execute(words.insert(), rows)


def downgrade() -> None:
    op.drop_table("case_words")
