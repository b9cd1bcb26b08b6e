"""The index of words also holds each record's cell and month (PostgreSQL)"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORDS = "to_tsvector('simple', words)"
SIGNS = "array_to_tsvector(ARRAY['@c' || cell, '@m' || CAST(starts_at / 2592000000 AS text)])"


def upgrade() -> None:
    """Written anew once: some minutes for hundreds of thousands of records."""
    if op.get_bind().dialect.name != "sqlite":
        _made_of(f"{WORDS} || {SIGNS}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        _made_of(WORDS)


def _made_of(expression: str) -> None:
    op.execute("ALTER TABLE record_text DROP COLUMN vector")  # and its index
    op.execute(f"ALTER TABLE record_text ADD COLUMN vector tsvector GENERATED ALWAYS AS ({expression}) STORED")
    op.execute("CREATE INDEX ix_record_search ON record_text USING gin (vector) WITH (fastupdate = off)")
