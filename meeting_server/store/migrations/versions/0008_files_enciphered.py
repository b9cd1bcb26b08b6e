"""Files beside the archive are enciphered by their owner's key; those kept in the clear so far with them"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import context, op

from meeting_server.store.kept_files import MARK, kept, opened
from transcription.keyring import Keyring

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Without keys (a database by itself) they stay as they are, and are read so."""
    _each(lambda keys, owner, name, data: data if data.startswith(MARK) else kept(keys, owner, name, data))


def downgrade() -> None:
    _each(opened)


def _each(made: Callable[[Keyring | None, str, str, bytes], bytes]) -> None:
    keys, connection = context.config.attributes.get("keys"), op.get_bind()
    for name, owner in connection.execute(sa.text("SELECT id, owner FROM attached_file")).all():
        data = connection.execute(sa.text("SELECT data FROM attached_file WHERE id = :id"), {"id": name}).scalar_one()
        connection.execute(
            sa.text("UPDATE attached_file SET data = :data WHERE id = :id"),
            {"id": name, "data": made(keys, owner, name, bytes(data))},
        )
