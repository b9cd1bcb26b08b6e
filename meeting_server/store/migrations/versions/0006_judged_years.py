"""Cells' years judged beside the log, so that supervision of a province reads one row a cell"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SUPERVISED = (
    "period", "cell", "kind", "closed_at", "opened_at", "approved_at", "starts_at", "documents_at", "eligible",
    "present", "spoke", "items", "concluded", "self_points", "tasks", "tasks_done",
)  # fmt: skip
TO_BE_JUDGED = """
INSERT INTO judged_year (cell, year, rules, tasks, tasks_done, months)
SELECT DISTINCT cell, CAST(SUBSTR(period, 1, 4) AS INTEGER), '', 0, 0, :nothing FROM meeting_summary
WHERE closed_at IS NOT NULL AND kind <> 'practice'
"""


def upgrade() -> None:
    """Rows judged by no rules: the start that follows judges them."""
    op.create_table(
        "judged_year",
        sa.Column("cell", sa.String(40), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True, index=True),
        sa.Column("rules", sa.String(16), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("tasks_done", sa.Integer(), nullable=False),
        sa.Column("months", sa.LargeBinary(), nullable=False),
    )
    judged = sa.text(TO_BE_JUDGED).bindparams(sa.bindparam("nothing", b"", sa.LargeBinary()))
    op.get_bind().execute(judged)
    op.drop_index("ix_summary_figures", "meeting_summary")


def downgrade() -> None:
    op.create_index("ix_summary_figures", "meeting_summary", list(SUPERVISED))
    op.drop_table("judged_year")
