"""What the chair set in a live room: it outlasts a restart"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "room_setting",
        sa.Column("meeting", sa.String(40), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("room_setting")
