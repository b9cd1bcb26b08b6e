"""Pages of the minutes book and numbers of resolutions"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_page",
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("cell", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_book_page_cell_year", "book_page", ["cell", "year"])
    op.create_table(
        "issued_resolution",
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.String(120), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("issued_resolution")
    op.drop_index("ix_book_page_cell_year", "book_page")
    op.drop_table("book_page")
