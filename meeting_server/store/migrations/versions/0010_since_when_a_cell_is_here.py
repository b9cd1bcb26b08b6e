"""The day from which a cell's meetings are expected: nothing is missing before it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("since", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("unit", "since")
